/**
 * Files with class names, in the forms that are in use: one name a line (also "0 cat" or "n01440764 tench"), a JSON list,
 * Keras' `{"0": ["n01440764", "tench"]}`, `{"0": "cat"}`, `{"cat": 0}`, Teachable Machine's `metadata.json`.
 */

import { readWholeFile } from "./files.js";
import { unreadable } from "./unreadable.js";

const MOST_BYTES = 16 * 2 ** 20;
const MOST_NAME_LENGTH = 500;

export interface NamedClass {
	/** Without control characters. */
	readonly name: string;
	/** The class's WordNet id (n01440764), null where the file gives none. */
	readonly wordNetId: string | null;
}

/** Reads a file of class names, in the model's order. Throws `unreadable-data` where it has none of the known forms. */
export async function readClassFile(path: string): Promise<readonly NamedClass[]> {
	const text = (await readWholeFile(path, MOST_BYTES)).toString("utf8").replace(/^\uFEFF/, "");
	const lines = /\.json$/i.test(path) ? namesFromJson(path, text) : namesFromLines(text);
	if (lines.length === 0) throw unreadable(path, "no class names in it");
	return lines.map(namedClass);
}

/** A class from its line or its `[id, name]` pair. */
export function namedClass(entry: string | readonly [id: string, name: string]): NamedClass {
	if (typeof entry !== "string") return { name: plainText(entry[1]), wordNetId: entry[0] };
	const line = plainText(entry);
	const id = /^(n\d{8})(?:[\s,:_]+(.*))?$/.exec(line);
	return id?.[1] === undefined ? { name: line, wordNetId: null } : { name: id[2] || id[1], wordNetId: id[1] };
}

/** Without what would change how text around it is shown: control characters and marks of direction. */
function plainText(name: string): string {
	return name
		.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "")
		.trim()
		.slice(0, MOST_NAME_LENGTH);
}

function namesFromLines(text: string): readonly string[] {
	const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
	while (lines.at(-1) === "") lines.pop();
	const numbered = lines.map((line) => /^(\d{1,6})(?:\s*[:,]\s*|\s+)(\S.*)$/.exec(line));
	const numbers = numbered.map((match) => Number(match?.[1] ?? NaN));
	return numbersCount(numbers)
		? inOrderOf(
				numbers,
				numbered.map((match) => match?.[2] ?? ""),
			)
		: lines;
}

/** Whether these are 0, 1, 2 … or 1, 2, 3 …, in any order, so that they are indices and no part of names. */
function numbersCount(numbers: readonly number[]): boolean {
	const first = numbers.reduce((least, number) => Math.min(least, number), Infinity);
	if (first !== 0 && first !== 1) return false;
	return new Set(numbers).size === numbers.length && numbers.every((number) => number < first + numbers.length);
}

function inOrderOf<T>(numbers: readonly number[], items: readonly T[]): readonly T[] {
	return items
		.map((item, i) => ({ item, number: numbers[i] as number }))
		.sort((a, b) => a.number - b.number)
		.map(({ item }) => item);
}

type ClassEntry = string | readonly [id: string, name: string];

function namesFromJson(path: string, text: string): readonly ClassEntry[] {
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (thrown) {
		throw unreadable(path, `not readable as JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
	}
	const names = namesFromValue(json);
	if (names === null) {
		throw unreadable(
			path,
			'no class names in a known form (a list of names, {"0": "name"}, {"name": 0} or {"labels": […]})',
		);
	}
	return names;
}

function namesFromValue(json: unknown): readonly ClassEntry[] | null {
	if (Array.isArray(json)) return allEntries(json);
	if (typeof json !== "object" || json === null) return null;
	const fields = Object.entries(json);
	for (const key of ["labels", "classes", "class_names", "classNames"]) {
		const list = fields.find(([name]) => name === key)?.[1];
		if (Array.isArray(list)) return allEntries(list);
	}
	const byIndex = fields.map(([key]) => (/^\d{1,6}$/.test(key) ? Number(key) : NaN));
	if (numbersCount(byIndex))
		return allEntries(
			inOrderOf(
				byIndex,
				fields.map(([, value]) => value),
			),
		);
	const byName = fields.map(([, value]) => (typeof value === "number" ? value : NaN));
	if (numbersCount(byName))
		return inOrderOf(
			byName,
			fields.map(([key]) => key),
		);
	return null;
}

function allEntries(values: readonly unknown[]): readonly ClassEntry[] | null {
	const entries: ClassEntry[] = [];
	for (const value of values) {
		if (typeof value === "string") entries.push(value);
		else if (Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "string") {
			entries.push([value[0], value[1]]);
		} else return null;
	}
	return entries;
}
