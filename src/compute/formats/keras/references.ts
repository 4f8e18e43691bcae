/** Which output of which layer: as triples, and as Keras 3 writes them. */
import { BlindspotError } from "../../errors.js";
import { isList, isObject, type Json, property, showJson } from "../json.js";

/** One output tensor of one call of a layer. */
export interface TensorReference {
	readonly layer: string;
	readonly call: number;
	readonly tensor: number;
}

/** The output that Keras 3's `__keras_tensor__` means; null for anything else. Throws where it is malformed. */
export function kerasTensor(value: Json, owner: string): TensorReference | null {
	if (!isObject(value) || property(value, "class_name") !== "__keras_tensor__") return null;
	const config = property(value, "config");
	const history = isObject(config) ? property(config, "keras_history") : undefined;
	const reference = isList(history) ? asReference(history) : null;
	return reference ?? malformed("inbound_nodes", owner, value);
}

/** The output that `[layer, call, tensor]` means; null for anything else. */
export function asReference(value: readonly Json[]): TensorReference | null {
	const [layer, call = 0, tensor = 0] = value;
	if (typeof layer !== "string" || !isIndex(call) || !isIndex(tensor)) return null;
	return { layer, call, tensor };
}

function isIndex(value: Json): value is number {
	return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

export function malformed(key: string, owner: string, found: Json | undefined): never {
	throw new BlindspotError("unreadable-model", `'${key}' of ${owner} is malformed: ${showJson(found)}.`, owner);
}
