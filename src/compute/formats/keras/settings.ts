/** The `config` of a layer, read with guards: what is of the wrong kind is an error that names layer and key. */
import { BlindspotError } from "../../errors.js";
import type { Pair, Shape } from "../../network/types.js";
import { isList, isObject, type Json, type JsonObject, property, showJson } from "../json.js";

const LARGEST_SIZE = 2 ** 31 - 1;

export class Settings {
	constructor(
		/** The layer as people know it: `Conv2D 'conv1'`. */
		readonly owner: string,
		readonly values: JsonObject,
	) {}

	/** The value as it stands; undefined where it is absent or null. */
	raw(key: string): Json | undefined {
		return property(this.values, key) ?? undefined;
	}

	text(key: string, fallback?: string): string {
		const value = this.raw(key);
		if (typeof value === "string") return value;
		if (value === undefined && fallback !== undefined) return fallback;
		return this.wrong(key, "a text", value);
	}

	flag(key: string, fallback: boolean): boolean {
		const value = this.raw(key) ?? fallback;
		return typeof value === "boolean" ? value : this.wrong(key, "true or false", value);
	}

	number(key: string, fallback?: number): number {
		const value = plain(this.raw(key)) ?? fallback;
		return typeof value === "number" && Number.isFinite(value) ? value : this.wrong(key, "a number", value);
	}

	/** A number, or null where the file says nothing or null. */
	optionalNumber(key: string): number | null {
		return this.raw(key) === undefined ? null : this.number(key);
	}

	/** A whole number of at least 1. */
	count(key: string, fallback?: number): number {
		const value = this.number(key, fallback);
		return isCount(value) ? value : this.wrong(key, "a whole number of at least 1", value);
	}

	/** One number or several, as `Rescaling` and `Normalization` have them; nested lists are flattened. */
	numbers(key: string, fallback: number): readonly number[] {
		const value = plain(this.raw(key)) ?? fallback;
		const flat = flatten(value);
		if (flat === null || flat.length === 0) return this.wrong(key, "a number or a list of numbers", value);
		return flat;
	}

	/** Whole numbers of at least 1 for height and width: `3`, `[3]` or `[3, 3]`. */
	pair(key: string, fallback?: Pair): Pair {
		const value = this.raw(key);
		if (value === undefined && fallback) return fallback;
		const sizes = isList(value) ? value : [value];
		const [height, width = height] = sizes;
		if (sizes.length > 2 || !isCount(height) || !isCount(width))
			return this.wrong(key, "one or two whole numbers of at least 1", value);
		return [height, width];
	}

	/** Sizes where null or -1 leave one open; null where the key is absent. */
	sizes(key: string): readonly (number | null)[] | null {
		const value = this.raw(key);
		if (value === undefined) return null;
		return openSizes(value) ?? this.wrong(key, "a list of sizes", value);
	}

	/** One axis or several, counted in the shape with batch as Keras does; null where the file says null. */
	axes(key: string, fallback: number): readonly number[] | null {
		if (property(this.values, key) === null) return null;
		const value = this.raw(key) ?? fallback;
		const list = isList(value) ? value : [value];
		const axes = list.filter((axis): axis is number => Number.isInteger(axis));
		return axes.length === list.length ? axes : this.wrong(key, "an axis or a list of axes", value);
	}

	/** True where the file means the last axis of an example of this shape, however it is written. */
	isLastAxis(key: string, shape: Shape, fallback = -1): boolean {
		const axes = this.axes(key, fallback);
		return axes?.length === 1 && (axes[0] === -1 || axes[0] === shape.length);
	}

	wrong(key: string, expected: string, found: Json | undefined): never {
		throw new BlindspotError(
			"unreadable-model",
			`'${key}' of ${this.owner} is ${showJson(found)}; ${expected} is expected.`,
			this.owner,
		);
	}

	/** For what is valid Keras but can't be represented. */
	unsupported(what: string): never {
		throw new BlindspotError("unsupported-model", `Unsupported: ${what} at ${this.owner}.`, this.owner);
	}
}

/** A list of sizes with null for open ones, or null where the value is something else. */
export function openSizes(value: Json): readonly (number | null)[] | null {
	if (!isList(value)) return null;
	const sizes: (number | null)[] = [];
	for (const size of value) {
		if (size === null || size === -1) sizes.push(null);
		else if (isCount(size)) sizes.push(size);
		else return null;
	}
	return sizes;
}

function isCount(value: Json | undefined): value is number {
	return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= LARGEST_SIZE;
}

/** Keras 3 wraps arrays: `{"class_name": "__numpy__", "config": {"value": ...}}`. */
function plain(value: Json | undefined): Json | undefined {
	if (!isObject(value)) return value;
	const inner = property(value, "config");
	const kind = property(value, "class_name");
	if ((kind === "__numpy__" || kind === "__tensor__") && isObject(inner)) return property(inner, "value");
	return value;
}

function flatten(value: Json): number[] | null {
	const flat: number[] = [];
	const pending: Json[] = [value];
	for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
		if (isList(next)) for (const item of next.toReversed()) pending.push(item);
		else if (typeof next === "number" && Number.isFinite(next)) flat.push(next);
		else return null;
	}
	return flat;
}
