/** Who reads from whom: `inbound_nodes`, `input_layers` and `output_layers` in every form Keras has written. */
import { BlindspotError } from "../../errors.js";
import { LIMITS } from "../../network/build.js";
import { isList, isObject, type Json, type JsonObject, property, showJson } from "../json.js";

/** One output tensor of one call of a layer. */
export interface TensorReference {
	readonly layer: string;
	readonly call: number;
	readonly tensor: number;
}

/** One call of a layer. */
export interface Call {
	readonly inputs: readonly TensorReference[];
	/** Whether the call asks for training behaviour even at inference. */
	readonly training: boolean;
	/** An argument that is no output of a layer, as text; null where there is none. */
	readonly unsupported: string | null;
}

const DEEPEST_ARGUMENT = 4;

/** The calls of a layer. Throws `unreadable-model` where the value is malformed; `owner` names the layer. */
export function readCalls(value: Json | undefined, owner: string): readonly Call[] {
	if (value === undefined || value === null) return [];
	if (!isList(value)) return malformed("inbound_nodes", owner, value);
	if (value.length > LIMITS.nodes) return malformed("inbound_nodes", owner, `${value.length} calls`);
	return value.map((call) => (isObject(call) ? modernCall(call, owner) : nestedListCall(call, owner)));
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

/** Names by which layers take what could stand without a name, in their order. */
const NAMED_INPUTS = ["inputs", "query", "value", "key"];

/** Collects what a call is given. */
class CallReader {
	readonly inputs: TensorReference[] = [];
	#training = false;
	#unsupported: string | null = null;

	constructor(readonly owner: string) {}

	done(): Call {
		return { inputs: this.inputs, training: this.#training, unsupported: this.#unsupported };
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

function kerasTensor(value: Json, owner: string): TensorReference | null {
	if (!isObject(value) || property(value, "class_name") !== "__keras_tensor__") return null;
	const config = property(value, "config");
	const history = isObject(config) ? property(config, "keras_history") : undefined;
	const reference = isList(history) ? asReference(history) : null;
	return reference ?? malformed("inbound_nodes", owner, value);
}

function asReference(value: readonly Json[]): TensorReference | null {
	const [layer, call = 0, tensor = 0] = value;
	if (typeof layer !== "string" || !isIndex(call) || !isIndex(tensor)) return null;
	return { layer, call, tensor };
}

function isIndex(value: Json): value is number {
	return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function malformed(key: string, owner: string, found: Json | undefined): never {
	throw new BlindspotError("unreadable-model", `'${key}' of ${owner} is malformed: ${showJson(found)}.`, owner);
}
