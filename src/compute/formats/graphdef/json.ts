/** The JSON form of TensorFlow's protocol-buffer messages, as TensorFlow.js stores them. */
import { BlindspotError } from "../../errors.js";
import { LIMITS } from "../../network/build.js";
import { isList, isObject, type Json, type JsonObject, property, showJson } from "../json.js";
import { dataTypeNamed } from "./elements.js";
import type { Signature, SignatureEnd } from "./ends.js";
import type { AttributeValue, FunctionDef, GraphDef, NodeDef, ShapeProto, TensorProto } from "./schema.js";

const MOST_NODES = 4 * LIMITS.nodes;

/** `modelTopology` of a GraphModel. Throws `unreadable-model` where it has another form. */
export function graphFromJson(topology: JsonObject): GraphDef {
	const library = property(topology, "library");
	const functions = isObject(library) ? list(library, "function") : [];
	return { nodes: nodesOf(topology, "node"), library: { functions: functions.map(functionOf) } };
}

/** What a GraphModel says about its inputs and outputs; null where it says nothing. */
export function signatureFromJson(value: Json | undefined): Signature | null {
	if (!isObject(value)) return null;
	const ends = (key: string): SignatureEnd[] => {
		const found = property(value, key);
		return Object.entries(isObject(found) ? found : {}).map(([, end]) => {
			if (!isObject(end)) throw malformed(`a value of the signature's ${key}`, end);
			const shape = property(end, "tensorShape");
			return {
				name: text(end, "name"),
				type: dataType(property(end, "dtype")),
				shape: isObject(shape) ? shapeOf(shape) : null,
			};
		});
	};
	const signature = { inputs: ends("inputs"), outputs: ends("outputs") };
	return signature.outputs.length > 0 ? signature : null;
}

function functionOf(value: Json): FunctionDef {
	if (!isObject(value)) throw malformed("a function", value);
	const signature = property(value, "signature");
	const ret = property(value, "ret");
	if (!isObject(signature)) throw malformed("the signature of a function", signature);
	const ends = (key: string) =>
		list(signature, key).map((end) => {
			if (!isObject(end)) throw malformed(`${key} of a function`, end);
			return { name: text(end, "name"), type: dataType(property(end, "type")) };
		});
	return {
		signature: { name: text(signature, "name"), inputs: ends("inputArg"), outputs: ends("outputArg") },
		nodes: nodesOf(value, "nodeDef"),
		results: Object.entries(isObject(ret) ? ret : {}).map(([key, name]) => ({ key, value: String(name) })),
	};
}

function nodesOf(value: JsonObject, key: string): NodeDef[] {
	const nodes = list(value, key);
	if (nodes.length > MOST_NODES)
		throw new BlindspotError("unreadable-model", `The graph has ${nodes.length} nodes; ${MOST_NODES} is the limit.`);
	return nodes.map(nodeFromJson);
}

/** One node. Throws `unreadable-model` where it has another form. */
export function nodeFromJson(node: Json): NodeDef {
	if (!isObject(node)) throw malformed("a node", node);
	const inputs = list(node, "input");
	if (!inputs.every((input) => typeof input === "string")) throw malformed("an input", inputs);
	const attributes = property(node, "attr");
	return {
		name: text(node, "name"),
		operation: text(node, "op"),
		inputs: [...inputs],
		attributes: Object.entries(isObject(attributes) ? attributes : {}).map(([name, attribute]) => ({
			key: name,
			value: attributeOf(attribute),
		})),
	};
}

function attributeOf(value: Json): AttributeValue {
	if (!isObject(value)) throw malformed("an attribute", value);
	const own = (key: string) => property(value, key);
	const several = own("list");
	const shape = own("shape");
	const tensor = own("tensor");
	const callee = own("func");
	return {
		list: isObject(several)
			? {
					strings: list(several, "s").map(bytes),
					ints: list(several, "i").map(number),
					floats: list(several, "f").map(number),
					types: list(several, "type").map(dataType),
				}
			: null,
		string: own("s") === undefined ? null : bytes(own("s")),
		int: own("i") === undefined ? null : number(own("i")),
		float: own("f") === undefined ? null : number(own("f")),
		bool: own("b") === undefined ? null : own("b") === true,
		type: own("type") === undefined ? null : dataType(own("type")),
		shape: isObject(shape) ? shapeOf(shape) : null,
		tensor: isObject(tensor) ? tensorOf(tensor) : null,
		function: isObject(callee) ? { name: text(callee, "name") } : null,
	};
}

function shapeOf(value: JsonObject): ShapeProto {
	const dimensions = list(value, "dim").map((size) => ({
		size: isObject(size) ? number(property(size, "size") ?? 0) : -1,
	}));
	return { dimensions, unknownRank: property(value, "unknownRank") === true };
}

function tensorOf(value: JsonObject): TensorProto {
	const shape = property(value, "tensorShape");
	const content = property(value, "tensorContent");
	const numbers = (key: string) => list(value, key).map(number);
	return {
		type: dataType(property(value, "dtype")),
		shape: isObject(shape) ? shapeOf(shape) : null,
		content: content === undefined ? new Uint8Array(0) : bytes(content),
		floats: numbers("floatVal"),
		doubles: numbers("doubleVal"),
		ints: numbers("intVal"),
		strings: list(value, "stringVal").map(bytes),
		int64s: numbers("int64Val"),
		bools: list(value, "boolVal").map((item) => item === true),
		halves: numbers("halfVal"),
		uint32s: numbers("uint32Val"),
		uint64s: numbers("uint64Val"),
	};
}

function list(value: JsonObject, key: string): readonly Json[] {
	const found = property(value, key);
	if (found === undefined || found === null) return [];
	if (!isList(found)) throw malformed(`'${key}'`, found);
	return found;
}

function text(value: JsonObject, key: string): string {
	const found = property(value, key);
	if (typeof found !== "string") throw malformed(`'${key}'`, found);
	return found;
}

/** 64-bit numbers are strings in this form; so are NaN and infinity. */
function number(value: Json | undefined): number {
	const found = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
	if (typeof found !== "number") throw malformed("a number", value);
	return found;
}

/** Base64; some converters wrote lists of character codes. */
function bytes(value: Json | undefined): Uint8Array {
	if (typeof value === "string") return Buffer.from(value, "base64");
	if (isList(value)) return Uint8Array.from(value, Number);
	throw malformed("a value in base64", value);
}

function dataType(value: Json | undefined): number {
	return typeof value === "string" ? dataTypeNamed(value) : typeof value === "number" ? value : 0;
}

function malformed(what: string, found: Json | undefined): BlindspotError {
	return new BlindspotError("unreadable-model", `The graph is malformed: ${what} is ${showJson(found)}.`);
}
