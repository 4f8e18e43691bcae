/** Writes small TensorFlow graphs for tests: as a SavedModel with its checkpoint, or as a TensorFlow.js GraphModel. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import protobuf from "protobufjs/minimal.js";
import { maskedCrc32c } from "../../../../src/compute/formats/graphdef/bundle/crc32c.js";

type Writer = protobuf.Writer;

export const FLOAT = 1;
export const INT32 = 3;
export const TEXT = 7;
export const BOOL = 10;
const RESOURCE = 20;

export interface TensorSpec {
	readonly type: number;
	readonly shape: readonly number[];
	readonly values?: readonly number[];
	readonly content?: Uint8Array;
	readonly strings?: readonly string[];
}

export type AttributeSpec =
	| { readonly type: number }
	| { readonly shape: readonly number[] }
	| { readonly tensor: TensorSpec }
	| { readonly text: string }
	| { readonly int: number }
	| { readonly float: number }
	| { readonly flag: boolean }
	| { readonly ints: readonly number[] }
	| { readonly texts: readonly string[] }
	| { readonly func: string };

export interface NodeSpec {
	readonly name: string;
	readonly op: string;
	readonly inputs: readonly string[];
	readonly attributes: Readonly<Record<string, AttributeSpec>>;
}

export interface FunctionSpec {
	readonly name: string;
	readonly inputs: readonly string[];
	readonly nodes: readonly NodeSpec[];
	/** What each output is. */
	readonly results: Readonly<Record<string, string>>;
}

export interface GraphSpec {
	readonly nodes: readonly NodeSpec[];
	readonly functions?: readonly FunctionSpec[];
	/** Names of values; null for a file without a signature. */
	readonly signature?: { readonly inputs: readonly string[]; readonly outputs: readonly string[] } | null;
	/** What is saved of the variables, by the names of their nodes, which are made here too. */
	readonly variables?: Readonly<Record<string, readonly number[]>>;
}

/** `name: Op(inputs)`, inputs apart by blanks. */
export function node(
	name: string,
	op: string,
	inputs = "",
	attributes: Readonly<Record<string, AttributeSpec>> = {},
): NodeSpec {
	return { name, op, inputs: inputs ? inputs.split(" ") : [], attributes };
}

export function constant(name: string, shape: readonly number[], values: readonly number[], type = FLOAT): NodeSpec {
	return node(name, "Const", "", { dtype: { type }, value: { tensor: { type, shape, values } } });
}

export function placeholder(name: string, shape: readonly number[], type = FLOAT): NodeSpec {
	return node(name, "Placeholder", "", { dtype: { type }, shape: { shape } });
}

/** `count` distinct small values. */
export function some(count: number, start = 1): number[] {
	return Array.from({ length: count }, (_, i) => ((start + i) % 17) / 8 - 1);
}

const nested = (writer: Writer, field: number, write: (inner: Writer) => void) => {
	writer.uint32((field << 3) | 2).fork();
	write(writer);
	writer.ldelim();
};
const text = (writer: Writer, field: number, value: string) => writer.uint32((field << 3) | 2).string(value);
const varint = (writer: Writer, field: number, value: number) => writer.uint32(field << 3).int64(value);

function writeShape(writer: Writer, shape: readonly number[]): void {
	for (const size of shape) nested(writer, 2, (dim) => void varint(dim, 1, size));
}

const VALUE_FIELDS: Readonly<Record<number, number>> = { [FLOAT]: 5, [INT32]: 7, [BOOL]: 11 };

function writeTensor(writer: Writer, { type, shape, values = [], content, strings = [] }: TensorSpec): void {
	varint(writer, 1, type);
	nested(writer, 2, (inner) => writeShape(inner, shape));
	if (content) writer.uint32((4 << 3) | 2).bytes(content);
	for (const value of values)
		if (type === FLOAT) writer.uint32((5 << 3) | 5).float(value);
		else varint(writer, VALUE_FIELDS[type] as number, value);
	for (const string of strings) text(writer, 8, string);
}

function writeAttribute(writer: Writer, value: AttributeSpec): void {
	if ("type" in value) varint(writer, 6, value.type);
	else if ("shape" in value) nested(writer, 7, (inner) => writeShape(inner, value.shape));
	else if ("tensor" in value) nested(writer, 8, (inner) => writeTensor(inner, value.tensor));
	else if ("text" in value) text(writer, 2, value.text);
	else if ("int" in value) varint(writer, 3, value.int);
	else if ("float" in value) writer.uint32((4 << 3) | 5).float(value.float);
	else if ("flag" in value) writer.uint32(5 << 3).bool(value.flag);
	else if ("func" in value) nested(writer, 10, (inner) => void text(inner, 1, value.func));
	else if ("texts" in value)
		nested(writer, 1, (inner) => {
			for (const item of value.texts) text(inner, 2, item);
		});
	else
		nested(writer, 1, (inner) => {
			for (const item of value.ints) varint(inner, 3, item);
		});
}

function writeNode(writer: Writer, { name, op, inputs, attributes }: NodeSpec): void {
	text(writer, 1, name);
	text(writer, 2, op);
	for (const input of inputs) text(writer, 3, input);
	for (const [key, value] of Object.entries(attributes))
		nested(writer, 5, (entry) => {
			text(entry, 1, key);
			nested(entry, 2, (inner) => writeAttribute(inner, value));
		});
}

function writeFunction(writer: Writer, { name, inputs, nodes, results }: FunctionSpec): void {
	nested(writer, 1, (signature) => {
		text(signature, 1, name);
		for (const input of inputs) nested(signature, 2, (argument) => void text(argument, 1, input));
		for (const output of Object.keys(results)) nested(signature, 3, (argument) => void text(argument, 1, output));
	});
	for (const own of nodes) nested(writer, 3, (inner) => writeNode(inner, own));
	for (const [key, value] of Object.entries(results))
		nested(writer, 4, (entry) => {
			text(entry, 1, key);
			text(entry, 2, value);
		});
}

/** The graph with nodes for its variables, and a function that restores them as TensorFlow writes it. */
function withVariables({
	nodes,
	functions = [],
	variables = {},
}: GraphSpec): Required<Pick<GraphSpec, "nodes" | "functions">> {
	const names = Object.keys(variables);
	if (names.length === 0) return { nodes, functions };
	const handles = names.map((name) =>
		node(name, "VarHandleOp", "", { dtype: { type: FLOAT }, shared_name: { text: `${name}_shared` } }),
	);
	const restore: FunctionSpec = {
		name: "__inference__traced_restore",
		inputs: ["file", ...names.map((_, i) => `variable_${i}`)],
		nodes: [
			node("keys", "Const", "", {
				dtype: { type: TEXT },
				value: { tensor: { type: TEXT, shape: [names.length], strings: names.map((name) => `saved/${name}`) } },
			}),
			node("RestoreV2", "RestoreV2", "file keys:output:0 keys:output:0"),
			...names.flatMap((_, i) => [
				node(`Identity_${i}`, "Identity", `RestoreV2:tensors:${i}`),
				node(`Assign_${i}`, "AssignVariableOp", `variable_${i} Identity_${i}:output:0`),
			]),
		],
		results: {},
	};
	const call = node("StatefulPartitionedCall_restore", "StatefulPartitionedCall", `saver_filename ${names.join(" ")}`, {
		f: { func: restore.name },
	});
	return {
		nodes: [placeholder("saver_filename", [], TEXT), ...handles, ...nodes, call],
		functions: [...functions, restore],
	};
}

/** The bytes of a `saved_model.pb`. */
export function savedModelBytes(spec: GraphSpec): Buffer {
	const { nodes, functions } = withVariables(spec);
	const writer = protobuf.Writer.create();
	varint(writer, 1, 1);
	nested(writer, 2, (meta) => {
		nested(meta, 1, (information) => void text(information, 4, "serve"));
		nested(meta, 2, (graph) => {
			for (const own of nodes) nested(graph, 1, (inner) => writeNode(inner, own));
			nested(graph, 2, (library) => {
				for (const own of functions) nested(library, 1, (inner) => writeFunction(inner, own));
			});
		});
		const signature = spec.signature === undefined ? { inputs: ["x"], outputs: ["y"] } : spec.signature;
		if (!signature) return;
		nested(meta, 5, (entry) => {
			text(entry, 1, "serving_default");
			nested(entry, 2, (definition) => {
				for (const [field, ends] of [
					[1, signature.inputs],
					[2, signature.outputs],
				] as const)
					for (const name of ends)
						nested(definition, field, (end) => {
							text(end, 1, name);
							nested(end, 2, (information) => {
								text(information, 1, name.includes(":") ? name : `${name}:0`);
								varint(information, 2, FLOAT);
							});
						});
			});
		});
	});
	return Buffer.from(writer.finish());
}

export interface EntrySpec {
	readonly type: number;
	readonly shape: readonly number[];
	readonly offset: number;
	readonly size: number;
	readonly checksum: number;
	readonly shard?: number;
	readonly slices?: number;
}

export function entryBytes({ type, shape, offset, size, checksum, shard = 0, slices = 0 }: EntrySpec): Uint8Array {
	const writer = protobuf.Writer.create();
	varint(writer, 1, type);
	nested(writer, 2, (inner) => writeShape(inner, shape));
	if (shard) varint(writer, 3, shard);
	if (offset) varint(writer, 4, offset);
	varint(writer, 5, size);
	writer.uint32((6 << 3) | 5).fixed32(checksum);
	for (let i = 0; i < slices; i++) writer.uint32((7 << 3) | 2).bytes(new Uint8Array(2));
	return writer.finish();
}

/** A sorted table in LevelDB's format: one block, keys that share beginnings. */
export function tableBytes(entries: readonly (readonly [key: string, value: Uint8Array])[], compression = 0): Buffer {
	const finished = (content: Buffer) => {
		const body = Buffer.concat([content, Buffer.from([compression])]);
		const checksum = Buffer.alloc(4);
		checksum.writeUInt32LE(maskedCrc32c(body));
		return Buffer.concat([body, checksum]);
	};
	const block = (list: typeof entries) => {
		const parts: Buffer[] = [];
		let before = Buffer.alloc(0);
		for (const [name, value] of list) {
			const key = Buffer.from(name, "latin1");
			let shared = 0;
			while (shared < key.length && key[shared] === before[shared]) shared++;
			parts.push(numbers([shared, key.length - shared, value.length]), key.subarray(shared), Buffer.from(value));
			before = key;
		}
		const restarts = Buffer.alloc(8);
		restarts.writeUInt32LE(1, 4);
		return Buffer.concat([...parts, restarts]);
	};
	const data = block(entries);
	const meta = block([]);
	const dataPlace = numbers([0, data.length]);
	const index = block([["z", dataPlace]]);
	const metaAt = data.length + 5;
	const indexAt = metaAt + meta.length + 5;
	const handles = numbers([metaAt, meta.length, indexAt, index.length]);
	const footer = Buffer.concat([handles, Buffer.alloc(40 - handles.length), Buffer.from("57fb808b247547db", "hex")]);
	return Buffer.concat([finished(data), finished(meta), finished(index), footer]);
}

/** Numbers of seven bits per byte. */
function numbers(values: readonly number[]): Buffer {
	const bytes: number[] = [];
	for (let value of values) {
		for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
		bytes.push(value);
	}
	return Buffer.from(bytes);
}

/** The header of a bundle's index. */
export function headerBytes(shards = 1, endianness = 0): Uint8Array {
	const writer = protobuf.Writer.create();
	varint(writer, 1, shards);
	if (endianness) varint(writer, 2, endianness);
	return writer.finish();
}

export interface Checkpoint {
	readonly index: Buffer;
	readonly data: Buffer;
}

/** Index and data of a checkpoint of float32 vectors. */
export function checkpointOf(
	variables: Readonly<Record<string, readonly number[]>>,
	shapes: Readonly<Record<string, readonly number[]>> = {},
): Checkpoint {
	const parts: Buffer[] = [];
	let offset = 0;
	const entries = Object.entries(variables).map(([name, values]) => {
		const bytes = Buffer.from(Float32Array.from(values).buffer);
		parts.push(bytes);
		const shape = shapes[name] ?? [values.length];
		const entry = entryBytes({ type: FLOAT, shape, offset, size: bytes.length, checksum: maskedCrc32c(bytes) });
		offset += bytes.length;
		return [`saved/${name}`, entry] as const;
	});
	const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
	return { index: tableBytes([["", headerBytes()], ...sorted]), data: Buffer.concat(parts) };
}

/** Writes a SavedModel into a folder; returns the path of its graph. */
export async function writeSavedModel(
	folder: string,
	spec: GraphSpec,
	shapes: Readonly<Record<string, readonly number[]>> = {},
): Promise<string> {
	const path = join(folder, "saved_model.pb");
	await writeFile(path, savedModelBytes(spec));
	if (spec.variables) await writeCheckpoint(folder, checkpointOf(spec.variables, shapes));
	return path;
}

export async function writeCheckpoint(folder: string, { index, data }: Checkpoint): Promise<void> {
	await mkdir(join(folder, "variables"), { recursive: true });
	await writeFile(join(folder, "variables", "variables.index"), index);
	await writeFile(join(folder, "variables", "variables.data-00000-of-00001"), data);
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
	[FLOAT]: "DT_FLOAT",
	[INT32]: "DT_INT32",
	[TEXT]: "DT_STRING",
	[BOOL]: "DT_BOOL",
	[RESOURCE]: "DT_RESOURCE",
};
const base64 = (value: string) => Buffer.from(value).toString("base64");
const jsonShape = (shape: readonly number[]) => ({ dim: shape.map((size) => ({ size: String(size) })) });

function jsonAttribute(value: AttributeSpec): unknown {
	if ("type" in value) return { type: TYPE_NAMES[value.type] };
	if ("shape" in value) return { shape: jsonShape(value.shape) };
	if ("text" in value) return { s: base64(value.text) };
	if ("int" in value) return { i: String(value.int) };
	if ("float" in value) return { f: value.float };
	if ("flag" in value) return { b: value.flag };
	if ("ints" in value) return { list: { i: value.ints.map(String) } };
	if ("texts" in value) return { list: { s: value.texts.map(base64) } };
	if ("func" in value) return { func: { name: value.func } };
	const { type, shape, strings = [] } = value.tensor;
	return { tensor: { dtype: TYPE_NAMES[type], tensorShape: jsonShape(shape), stringVal: strings.map(base64) } };
}

/** Content of a `model.json`, with weights in `weights.bin`. */
export function graphModel({ nodes, functions = [], signature = { inputs: ["x"], outputs: ["y"] } }: GraphSpec): {
	readonly json: string;
	readonly weights: Buffer;
} {
	const jsonNode = ({ name, op, inputs, attributes }: NodeSpec) => ({
		name,
		op,
		input: inputs,
		attr: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, jsonAttribute(value)])),
	});
	const constants = nodes.flatMap((own) => {
		const value = own.attributes.value;
		return own.op === "Const" && value && "tensor" in value && value.tensor.values
			? [{ name: own.name, ...value.tensor, values: value.tensor.values }]
			: [];
	});
	const ends = (names: readonly string[]) =>
		Object.fromEntries(
			names.map((name) => [name, { name: name.includes(":") ? name : `${name}:0`, dtype: "DT_FLOAT" }]),
		);
	const json = {
		format: "graph-model",
		...(signature && { signature: { inputs: ends(signature.inputs), outputs: ends(signature.outputs) } }),
		modelTopology: {
			node: nodes.map(jsonNode),
			library: {
				function: functions.map((own) => ({
					signature: {
						name: own.name,
						inputArg: own.inputs.map((name) => ({ name, type: "DT_FLOAT" })),
						outputArg: Object.keys(own.results).map((name) => ({ name, type: "DT_FLOAT" })),
					},
					nodeDef: own.nodes.map(jsonNode),
					ret: own.results,
				})),
			},
		},
		weightsManifest: [
			{
				paths: ["weights.bin"],
				weights: constants.map(({ name, shape, type }) => ({
					name,
					shape,
					dtype: type === INT32 ? "int32" : type === BOOL ? "bool" : "float32",
				})),
			},
		],
	};
	const bytes = constants.map(({ type, values }) =>
		Buffer.from(
			type === INT32
				? Int32Array.from(values).buffer
				: type === BOOL
					? Uint8Array.from(values).buffer
					: Float32Array.from(values).buffer,
		),
	);
	return { json: JSON.stringify(json), weights: Buffer.concat(bytes) };
}

/** Writes a GraphModel into a folder; returns the path of its `model.json`. */
export async function writeGraphModel(folder: string, spec: GraphSpec): Promise<string> {
	const { json, weights } = graphModel(spec);
	await writeFile(join(folder, "weights.bin"), weights);
	await writeFile(join(folder, "model.json"), json);
	return join(folder, "model.json");
}
