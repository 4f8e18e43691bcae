/** JSON from files that nobody vouches for: parsed with a cap, looked at without trusting prototypes. */
import { BlindspotError } from "../errors.js";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
	readonly [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
	return Array.isArray(value);
}

/** An own property; what is inherited (`constructor`, `__proto__`) counts as absent. */
export function property(object: JsonObject, key: string): Json | undefined {
	return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Parses text; `what` names it in the error. Throws `unreadable-model` where it is no JSON object. */
export function parseObject(text: string, what: string): JsonObject {
	let value: Json;
	try {
		value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as Json;
	} catch (thrown) {
		const why = thrown instanceof Error ? thrown.message : String(thrown);
		throw new BlindspotError("unreadable-model", `${what} is not valid JSON: ${why}.`);
	}
	if (!isObject(value)) throw new BlindspotError("unreadable-model", `${what} is not a JSON object.`);
	return value;
}

/** A value as it may stand in an error message: one short line. */
export function showJson(value: Json | undefined): string {
	let text: string;
	try {
		text = value === undefined ? "nothing" : JSON.stringify(value);
	} catch {
		return "a deeply nested value";
	}
	return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
