/** What an operation between layers is called with, in the forms that Keras 2 and Keras 3 write. */
import { BlindspotError } from "../../../errors.js";
import { isList, isObject, type Json, type JsonObject, property, showJson } from "../../json.js";
import type { TensorReference } from "../references.js";

/** One argument. Nothing in it is ever run or looked up but outputs of layers. */
export type Operand =
	/** An output of a layer: which of the call's inputs. */
	| { readonly kind: "input"; readonly at: number }
	| { readonly kind: "number"; readonly value: number }
	| { readonly kind: "flag"; readonly value: boolean }
	| { readonly kind: "text"; readonly value: string }
	| { readonly kind: "none" }
	| { readonly kind: "list"; readonly items: readonly Operand[] }
	/** `start:stop:step` in an index. */
	| { readonly kind: "slice"; readonly start: Operand; readonly stop: Operand; readonly step: Operand }
	/** `...` in an index. */
	| { readonly kind: "ellipsis" }
	/** Anything else, as text. */
	| { readonly kind: "other"; readonly shown: string };

/** The arguments of one call of an operation. */
export interface Operands {
	readonly positional: readonly Operand[];
	readonly named: ReadonlyMap<string, Operand>;
}

/** Lists in lists: a constant image with its batch axis has four levels. */
const DEEPEST_OPERAND = 12;
/** Of all constants of one call; a real one holds the mean of a channel, or a small filter. */
const MOST_VALUES = 1 << 20;

/** Says which output of a layer a value of the file means; null where it means none. */
export type ReferenceOf = (value: Json) => TensorReference | null;

/** Reads operands and gathers the outputs of layers among them, in order. */
export class OperandReader {
	readonly inputs: TensorReference[] = [];
	#values = 0;

	constructor(
		readonly owner: string,
		readonly referenceOf: ReferenceOf,
	) {}

	/** Throws `unsupported-model` for absurdly many values. */
	read(value: Json | undefined, depth = 0): Operand {
		if (++this.#values > MOST_VALUES)
			throw new BlindspotError("unsupported-model", `${this.owner} is called with too many values.`, this.owner);
		if (value === undefined || value === null) return NONE;
		if (typeof value === "number") return { kind: "number", value };
		if (typeof value === "boolean") return { kind: "flag", value };
		if (typeof value === "string") return { kind: "text", value };
		if (depth > DEEPEST_OPERAND) return { kind: "other", shown: showJson(value) };
		const reference = this.referenceOf(value);
		if (reference) return this.input(reference);
		if (isList(value)) return { kind: "list", items: value.map((item) => this.read(item, depth + 1)) };
		return isObject(value) ? this.#object(value, depth) : { kind: "other", shown: showJson(value) };
	}

	input(reference: TensorReference): Operand {
		this.inputs.push(reference);
		return { kind: "input", at: this.inputs.length - 1 };
	}

	#object(value: JsonObject, depth: number): Operand {
		const className = property(value, "class_name");
		const config = property(value, "config");
		const inner = isObject(config) ? config : value;
		const part = (key: string) => this.read(property(inner, key), depth + 1);
		switch (className) {
			case "__ellipsis__":
				return { kind: "ellipsis" };
			case "__slice__":
				return { kind: "slice", start: part("start"), stop: part("stop"), step: part("step") };
			case "__tensor__":
			case "__numpy__":
			case "__ndarray__":
				return part("value");
			case "__tuple__":
				return part("items");
			case undefined: {
				const keys = Object.keys(value);
				const isSlice = keys.length > 0 && keys.every((key) => ["start", "stop", "step"].includes(key));
				if (isSlice) return { kind: "slice", start: part("start"), stop: part("stop"), step: part("step") };
				return { kind: "other", shown: showJson(value) };
			}
			default:
				return { kind: "other", shown: showJson(value) };
		}
	}
}

export const NONE: Operand = { kind: "none" };
