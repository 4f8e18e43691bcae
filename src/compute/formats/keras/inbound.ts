/** Who reads from whom: `inbound_nodes`, `input_layers` and `output_layers` in every form Keras has written. */
import { LIMITS } from "../../network/build.js";
import { isList, isObject, type Json, type JsonObject, property, showJson } from "../json.js";
import { type Operand, OperandReader, type Operands } from "./operations/operand.js";
import { asReference, kerasTensor, malformed, type TensorReference } from "./references.js";

/** One call of a layer. */
export interface Call {
	readonly inputs: readonly TensorReference[];
	/** Whether the call asks for training behaviour even at inference. */
	readonly training: boolean;
	/** An argument that is no output of a layer, as text; null where there is none. */
	readonly unsupported: string | null;
	/** All arguments of an operation between layers; they refer to `inputs`. Null for a layer. */
	readonly operands: Operands | null;
}

/** A call of a layer with these outputs of others and nothing else. */
export function plainCall(inputs: readonly TensorReference[]): Call {
	return { inputs, training: false, unsupported: null, operands: null };
}

const DEEPEST_ARGUMENT = 4;

/** The calls of a layer. Throws `unreadable-model` where the value is malformed; `owner` names the layer. */
export function readCalls(value: Json | undefined, owner: string): readonly Call[] {
	if (value === undefined || value === null) return [];
	if (!isList(value)) return malformed("inbound_nodes", owner, value);
	if (value.length > LIMITS.nodes) return malformed("inbound_nodes", owner, `${value.length} calls`);
	return value.map((call) => (isObject(call) ? modernCall(call, owner) : nestedListCall(call, owner)));
}

/** The calls of an operation between layers, with every argument. Throws as `readCalls`. */
export function readOperationCalls(value: Json | undefined, owner: string): readonly Call[] {
	if (value === undefined || value === null) return [];
	if (!isList(value)) return malformed("inbound_nodes", owner, value);
	if (value.length > LIMITS.nodes) return malformed("inbound_nodes", owner, `${value.length} calls`);
	return value.map((call) => (isObject(call) ? modernOperation(call, owner) : nestedListOperation(call, owner)));
}

/** A list of `[layer, call, tensor]`, or one such triple alone. A mapping of names is read in its order. */
export function readReferences(value: Json | undefined, what: string): readonly TensorReference[] {
	const items = isObject(value) ? Object.values(value) : value;
	if (!isList(items)) return malformed(what, "the model", value);
	const single = asReference(items);
	if (single) return [single];
	return items.map((item) => (isList(item) ? asReference(item) : null) ?? malformed(what, "the model", item));
}

/** Keras 2 and TensorFlow.js: `[["conv", 0, 0, {kwargs}], ...]`. */
function nestedListCall(value: Json, owner: string): Call {
	if (!isList(value)) return malformed("inbound_nodes", owner, value);
	const call = new CallReader(owner);
	for (const item of asReference(value) ? [value] : value) {
		const reference = isList(item) ? asReference(item) : null;
		if (!isList(item) || !reference) return malformed("inbound_nodes", owner, item);
		call.inputs.push(reference);
		if (isObject(item[3])) call.readKeywords(item[3]);
	}
	return call.done();
}

/** Keras 3: `{"args": [{"class_name": "__keras_tensor__", ...}], "kwargs": {}}`. */
function modernCall(value: JsonObject, owner: string): Call {
	const args = property(value, "args");
	if (!isList(args)) return malformed("inbound_nodes", owner, value);
	const call = new CallReader(owner);
	call.readArgument(args, 0);
	const kwargs = property(value, "kwargs");
	if (isObject(kwargs)) call.readKeywords(kwargs);
	return call.done();
}

function modernOperation(value: JsonObject, owner: string): Call {
	const args = property(value, "args");
	const kwargs = property(value, "kwargs");
	if (!isList(args)) return malformed("inbound_nodes", owner, value);
	const reader = new OperandReader(owner, (item) => kerasTensor(item, owner));
	const positional = args.map((item) => reader.read(item));
	const named = new Map(
		Object.entries(isObject(kwargs) ? kwargs : {}).map(([key, item]) => [key, reader.read(item)] as const),
	);
	return { ...plainCall(reader.inputs), operands: { positional, named } };
}

/** Where Keras 2 calls an operation with a constant first. */
const CONSTANT_VALUE = "_CONSTANT_VALUE";

/** Keras 2: the first argument, alone or a list of several, and the others by name beside it. */
function nestedListOperation(value: Json, owner: string): Call {
	if (!isList(value)) return malformed("inbound_nodes", owner, value);
	const reader = new OperandReader(owner, (item) => (isList(item) && item.length > 2 ? asReference(item) : null));
	const entries = typeof value[0] === "string" ? [value] : value;
	const named = new Map<string, Operand>();
	const first = entries.map((entry): Operand => {
		if (!isList(entry)) return malformed("inbound_nodes", owner, entry);
		const [layer, , constant = null, keywords] = entry;
		const reference = asReference(entry);
		if (!reference && layer !== CONSTANT_VALUE) return malformed("inbound_nodes", owner, entry);
		const operand = reference ? reader.input(reference) : reader.read(constant);
		for (const [key, item] of Object.entries(isObject(keywords) ? keywords : {}))
			if (!named.has(key)) named.set(key, reader.read(item));
		return operand;
	});
	const positional: readonly Operand[] =
		value === entries && entries.length > 1 ? [{ kind: "list", items: first }] : first;
	return { ...plainCall(reader.inputs), operands: { positional, named } };
}

/** Names by which layers take what could stand without a name, in their order. */
const NAMED_INPUTS = ["inputs", "query", "value", "key"];

/** Collects what a call is given. */
class CallReader {
	readonly inputs: TensorReference[] = [];
	#training = false;
	#unsupported: string | null = null;

	constructor(readonly owner: string) {}

	done(): Call {
		return { ...plainCall(this.inputs), training: this.#training, unsupported: this.#unsupported };
	}

	readArgument(argument: Json, depth: number): void {
		if (argument === null) return;
		const reference = kerasTensor(argument, this.owner);
		if (reference) this.inputs.push(reference);
		else if (isList(argument) && depth < DEEPEST_ARGUMENT)
			for (const item of argument) this.readArgument(item, depth + 1);
		else this.#refuse(argument);
	}

	/** Outputs of layers may come by name; else only `training` may say anything. */
	readKeywords(kwargs: JsonObject): void {
		for (const key of NAMED_INPUTS) {
			const value = property(kwargs, key) ?? null;
			const reference = kerasTensor(value, this.owner) ?? (isList(value) ? asReference(value) : null);
			if (reference) this.inputs.push(reference);
			else if (value !== null) this.#refuse({ [key]: value });
		}
		for (const [key, value] of Object.entries(kwargs)) {
			const says = value !== null && value !== false && key !== "training" && key !== "name";
			if (says && !NAMED_INPUTS.includes(key)) this.#refuse({ [key]: value });
		}
		const training = property(kwargs, "training");
		this.#training ||= training === true || training === 1;
	}

	#refuse(argument: Json): void {
		this.#unsupported ??= showJson(argument);
	}
}
