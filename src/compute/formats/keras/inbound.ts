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
	const items = asReference(value) ? [value] : value;
	let training = false;
	const inputs = items.map((item) => {
		const reference = isList(item) ? asReference(item) : null;
		if (!isList(item) || !reference) return malformed("inbound_nodes", owner, item);
		const kwargs = item[3];
		if (isObject(kwargs)) training = readArguments(kwargs, owner) || training;
		return reference;
	});
	return { inputs, training };
}

/** Keras 3: `{"args": [{"class_name": "__keras_tensor__", ...}], "kwargs": {}}`. */
function modernCall(value: JsonObject, owner: string): Call {
	const inputs: TensorReference[] = [];
	const collect = (argument: Json, depth: number): void => {
		if (argument === null) return;
		const reference = kerasTensor(argument, owner);
		if (reference) inputs.push(reference);
		else if (isList(argument) && depth < DEEPEST_ARGUMENT) for (const item of argument) collect(item, depth + 1);
		else unsupportedArgument(owner, argument);
	};
	const args = property(value, "args");
	if (!isList(args)) return malformed("inbound_nodes", owner, value);
	collect(args, 0);
	const kwargs = property(value, "kwargs");
	return { inputs, training: isObject(kwargs) ? readArguments(kwargs, owner) : false };
}

/** Keyword arguments: only `training` may say anything. Returns whether it is true. */
function readArguments(kwargs: JsonObject, owner: string): boolean {
	for (const [key, value] of Object.entries(kwargs)) {
		if (value === null || key === "training" || key === "name") continue;
		unsupportedArgument(owner, { [key]: value });
	}
	const training = property(kwargs, "training");
	return training === true || training === 1;
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

function unsupportedArgument(owner: string, argument: Json): never {
	throw new BlindspotError(
		"unsupported-model",
		`Unsupported: ${owner} is called with ${showJson(argument)}, which is no output of a layer.`,
		owner,
	);
}

function malformed(key: string, owner: string, found: Json | undefined): never {
	throw new BlindspotError("unreadable-model", `'${key}' of ${owner} is malformed: ${showJson(found)}.`, owner);
}
