/**
 * Files with class names, in the forms that are in use: one name a line (also "0 cat", "cat 0" or "n01440764 tench"), a JSON list,
 * Keras' `{"0": ["n01440764", "tench"]}`, `{"0": "cat"}`, `{"cat": 0}`, `[{"id": 0, "name": "cat"}]`, Hugging Face's `id2label`, Teachable
 * Machine's `metadata.json`, a Python dict or list as it is printed, the `names` of a YOLO data file, CSV with a header.
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
	const lines = /\.json$/i.test(path) ? namesFromJson(path, text) : namesFromLines(path, text);
	if (lines.length === 0) throw unreadable(path, "no class names in it");
	return lines.map(namedClass);
}

/** Class names from text in any of the forms, or separated by commas; null where it has none of them. */
export function classesInText(text: string): readonly NamedClass[] | null {
	const printed = namesFromPrinted(text);
	const lines = printed ?? (text.includes("\n") ? linesOf(text) : text.split(",").map((name) => name.trim()));
	return lines.length < 2 || lines.includes("") ? null : lines.map(namedClass);
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

function linesOf(text: string): string[] {
	const lines = text
		.split(/\r\n|\r|\n/)
		.map((line) => line.trim())
		.filter((line) => !line.startsWith("#"));
	while (lines.at(-1) === "") lines.pop();
	return lines;
}

function namesFromLines(path: string, text: string): readonly ClassEntry[] {
	const printed = namesFromPrinted(text);
	if (printed !== null) return printed;
	const lines = linesOf(text);
	const names = namesFromYaml(lines) ?? namesFromCsv(lines) ?? numberedLines(lines) ?? lines;
	const odd = names.find((name) => /^[[{(]|[\]})],?$|^(['"]).*\1,$|^[\w-]+:$/.test(name));
	if (odd !== undefined)
		throw unreadable(path, `the line "${odd}" is no class name; one name a line, JSON or "0: name" is wanted`);
	return names;
}

/** `{0: 'cat', 1: "dog"}` and `['cat', 'dog']`, as Python prints them; null where the text is neither. */
function namesFromPrinted(text: string): readonly ClassEntry[] | null {
	const whole = text.trim();
	if (!/^\{[\s\S]*\}$|^\[[\s\S]*\]$/.test(whole)) return null;
	// Strings of either quote as JSON's; keys that are numbers get quotes. Nothing is evaluated.
	const json = whole.replace(
		/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(\d+)(?=\s*:)|,(?=\s*[}\]])/g,
		(match, single?: string, double?: string, key?: string) => {
			if (key !== undefined) return `"${key}"`;
			if (match === ",") return "";
			return JSON.stringify((single ?? double ?? "").replace(/\\(.)/g, "$1"));
		},
	);
	try {
		return namesFromValue(JSON.parse(json));
	} catch {
		return null;
	}
}

/** What stands under `names:` of a YOLO data file, as a list or by number; null where there is no such key. */
function namesFromYaml(lines: readonly string[]): readonly string[] | null {
	const at = lines.findIndex((line) => /^names\s*:/.test(line));
	if (at < 0) return null;
	const inline = /^names\s*:\s*([[{].*[\]}])$/.exec(lines[at] ?? "")?.[1];
	if (inline !== undefined)
		return namesFromPrinted(inline)?.map((entry) => (typeof entry === "string" ? entry : entry[1])) ?? null;
	const items: string[] = [];
	for (const line of lines.slice(at + 1)) {
		if (!/^(-\s+\S|\d+\s*:\s*\S)/.test(line)) break;
		items.push(line.replace(/^-\s+/, ""));
	}
	return items.length === 0 ? null : (numberedLines(items) ?? items.map(unquoted));
}

/** The column that holds the names, where the first line names columns; null elsewhere. */
function namesFromCsv([head = "", ...rows]: readonly string[]): readonly string[] | null {
	const heads = head
		.toLowerCase()
		.split(/[,;\t]/)
		.map((cell) => unquoted(cell.trim()));
	const name = heads.findIndex((cell) => /^(name|label|class|class_?name|category)$/.test(cell));
	const index = heads.findIndex((cell) => /^(index|idx|id|class_?id|number)$/.test(cell));
	if (heads.length < 2 || name < 0) return null;
	const cells = rows.map((row) => row.split(/[,;\t]/).map((cell) => unquoted(cell.trim())));
	const names = cells.map((row) => row[name] ?? "");
	if (index < 0) return names;
	const numbers = cells.map((row) => (/^\d{1,6}$/.test(row[index] ?? "") ? Number(row[index]) : Number.NaN));
	return numbersCount(numbers) ? inOrderOf(numbers, names) : null;
}

/** "0 cat", "0: 'cat'," or "cat 0", in any order; null where the numbers are none. */
function numberedLines(lines: readonly string[]): readonly string[] | null {
	const before = lines.map((line) => /^(\d{1,6})(?:\s*[:,]\s*|\s+)(\S.*)$/.exec(line));
	const numbers = before.map((match) => Number(match?.[1] ?? Number.NaN));
	if (numbersCount(numbers))
		return inOrderOf(
			numbers,
			before.map((match) => unquoted(match?.[2] ?? "")),
		);
	const after = lines.map((line) => /^(.*\S)(?:\s*[:,]\s*|\s+)(\d{1,6})$/.exec(line));
	const last = after.map((match) => Number(match?.[2] ?? Number.NaN));
	// A name may end in a number, all of them from 0 on rarely do by chance.
	if (lines.length < 2 || !numbersCount(last) || new Set(after.map((match) => match?.[1])).size < lines.length)
		return null;
	return inOrderOf(
		last,
		after.map((match) => unquoted(match?.[1] ?? "")),
	);
}

function unquoted(text: string): string {
	return /^(['"])(.*)\1,?$/.exec(text)?.[2] ?? text;
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
	if (Array.isArray(json)) return allEntries(json) ?? namedObjects(json);
	if (typeof json !== "object" || json === null) return null;
	const fields = Object.entries(json);
	for (const key of ["labels", "classes", "class_names", "classNames"]) {
		const list = fields.find(([name]) => name === key)?.[1];
		if (Array.isArray(list)) return allEntries(list);
	}
	const labels = fields.find(([name]) => name === "id2label")?.[1];
	if (labels !== undefined) return namesFromValue(labels);
	const byIndex = fields.map(([key]) => (/^\d{1,6}$/.test(key) ? Number(key) : NaN));
	if (numbersCount(byIndex))
		return allEntries(
			inOrderOf(
				byIndex,
				fields.map(([, value]) => value),
			),
		);
	const byName = fields.map(([, value]) =>
		typeof value === "number" || (typeof value === "string" && /^\d{1,6}$/.test(value)) ? Number(value) : NaN,
	);
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

/** `[{"id": 0, "name": "cat"}]` */
function namedObjects(values: readonly unknown[]): readonly ClassEntry[] | null {
	const fields = values.map((value) =>
		typeof value === "object" && value !== null ? new Map(Object.entries(value)) : null,
	);
	const pick = (keys: readonly string[]) => keys.find((key) => fields.every((of) => of?.has(key)));
	const nameKey = pick(["name", "label", "class", "class_name"]);
	if (nameKey === undefined) return null;
	const names = fields.map((of) => of?.get(nameKey));
	if (!names.every((name) => typeof name === "string")) return null;
	const idKey = pick(["id", "index", "class_id"]);
	const numbers = fields.map((of) => Number((idKey === undefined ? null : of?.get(idKey)) ?? Number.NaN));
	return numbersCount(numbers) ? inOrderOf(numbers, names) : names;
}
