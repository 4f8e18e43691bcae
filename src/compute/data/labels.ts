/** From what the data says about each picture (folder, index, file name) to the index of a class of the model. */
import { basename } from "node:path";
import type { Random } from "../math/random.js";
import type { DataEntry } from "./entries.js";

/** The model's classes, as far as they are known. */
export interface KnownClasses {
	readonly count: number;
	/** Names, one per class; null where only placeholders ("class 7") are known. */
	readonly names: readonly string[] | null;
	/** WordNet ids (n01440764), null where a class has none; null where none is known. */
	readonly wordNetIds: readonly (string | null)[] | null;
}

export interface ResolvedLabels {
	/** One per entry: index of the true class, or null where it isn't known. */
	readonly labels: readonly (number | null)[];
	/** Which rules were used, for people; null where no picture got a label. */
	readonly because: string | null;
	/** Guesses and contradictions, for people. */
	readonly warnings: readonly string[];
}

type FolderRule = "name" | "number" | "word-net-id" | "alphabetical";

const RULE_WORDS: Readonly<Record<FolderRule, string>> = {
	name: "the folder is named after the class",
	number: "the folder's name is the number of the class",
	"word-net-id": "the folder's name is the WordNet id of the class",
	alphabetical: "the folders in alphabetical order are the classes in order",
};

/**
 * Labels for all entries. Indices in the data count as they are. Folders are matched as a set, by the one rule that
 * matches the most of them: exact name, number, WordNet id; where none matches any and there are as many folders as
 * classes, by alphabetical order, which is a guess and a warning. Pictures that are left get a label where their
 * file name starts with the WordNet id of a class (`n01440764_tench.jpg`).
 */
export function resolveLabels(entries: readonly DataEntry[], classes: KnownClasses): ResolvedLabels {
	const warnings: string[] = [];
	const reasons = new Set<string>();
	const folders = matchFolders(entries, classes);
	const ids = indexOfUnique(classes.wordNetIds ?? []);
	let outside = 0;
	const labels = entries.map(({ source, hint }) => {
		if (hint.kind === "index") {
			if (hint.index < classes.count) {
				reasons.add("the data holds class indices");
				return hint.index;
			}
			outside++;
			return null;
		}
		const fromFolder = hint.kind === "folder" ? folders.indexOf(hint.name) : null;
		if (fromFolder !== null && folders.rule !== null) {
			reasons.add(RULE_WORDS[folders.rule]);
			return fromFolder;
		}
		const id = /^n\d{8}(?!\d)/.exec(basename(source))?.[0];
		const fromName = id === undefined ? undefined : ids.get(id);
		if (fromName === undefined) return null;
		reasons.add("the file name starts with the WordNet id of the class");
		return fromName;
	});
	if (outside > 0) {
		warnings.push(`${counted(outside)} no label, because it isn't below the model's ${classes.count} classes.`);
	}
	if (folders.rule === "alphabetical" && reasons.has(RULE_WORDS.alphabetical)) {
		warnings.push("Labels are a guess from the folders' order; class names would settle it.");
	}
	const unmatched = entries.flatMap(({ hint }, i) => (hint.kind === "folder" && labels[i] === null ? [hint.name] : []));
	if (unmatched.length > 0 && reasons.size > 0) {
		const names = [...new Set(unmatched)];
		const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
		warnings.push(`${counted(unmatched.length)} no label; no class goes with ${shown}.`);
	}
	return { labels, because: reasons.size > 0 ? [...reasons].join("; ") : null, warnings };
}

function counted(pictures: number): string {
	return pictures === 1 ? "1 picture has" : `${pictures} pictures have`;
}

interface FolderMatch {
	readonly rule: FolderRule | null;
	readonly indexOf: (folder: string) => number | null;
}

function matchFolders(entries: readonly DataEntry[], classes: KnownClasses): FolderMatch {
	const sets = new Set<readonly string[]>();
	const names = new Set<string>();
	for (const { hint } of entries) {
		if (hint.kind !== "folder") continue;
		sets.add(hint.among);
		names.add(hint.name);
	}
	// Folders that weren't picked count too, so that one picture gets the label it has in its whole data set.
	for (const among of sets) for (const name of among) names.add(name);
	const numbersFit = [...names].every((name) => !isNumber(name) || Number(name) < classes.count);
	const candidates: readonly (readonly [FolderRule, (folder: string) => number | null])[] = [
		["name", indexByName(classes.names ?? [])],
		["number", (folder) => (numbersFit && isNumber(folder) ? Number(folder) : null)],
		["word-net-id", indexById(classes.wordNetIds ?? [])],
	];
	let best: FolderMatch = { rule: null, indexOf: () => null };
	let most = 0;
	for (const [rule, indexOf] of candidates) {
		const matched = [...names].filter((name) => indexOf(name) !== null).length;
		if (matched > most) {
			most = matched;
			best = { rule, indexOf };
		}
	}
	const [among] = sets;
	if (best.rule === null && among && sets.size === 1 && among.length === classes.count) {
		const order = new Map(among.map((name, index) => [name, index]));
		return { rule: "alphabetical", indexOf: (folder) => order.get(folder) ?? null };
	}
	return best;
}

/** Exactly, or, where no class is named exactly so, with case, spaces, `_` and `-` not counting. */
function indexByName(names: readonly string[]): (folder: string) => number | null {
	const loosened = (name: string) =>
		name
			.toLowerCase()
			.replace(/[\s_-]+/g, " ")
			.trim();
	const exact = indexOfUnique(names);
	const loose = indexOfUnique(names.map(loosened));
	return (folder) => exact.get(folder) ?? loose.get(loosened(folder)) ?? null;
}

function indexById(ids: readonly (string | null)[]): (folder: string) => number | null {
	const exact = indexOfUnique(ids);
	return (folder) => exact.get(folder) ?? null;
}

function isNumber(folder: string): boolean {
	return /^\d{1,9}$/.test(folder);
}

/** Index of each value that occurs once: two classes of one name ("crane") can't be told apart. */
function indexOfUnique(values: readonly (string | null)[]): ReadonlyMap<string, number> {
	const found = new Map<string, number>();
	const repeated = new Set<string>();
	values.forEach((value, index) => {
		if (value === null) return;
		if (found.has(value)) repeated.add(value);
		found.set(value, index);
	});
	for (const value of repeated) found.delete(value);
	return found;
}

/**
 * Which entries to take, as positions. Where labels are known, round-robin: the first picture of every class in class
 * order, then the second of each, and so on (classes that run out are left out; pictures without a label come as
 * a class of their own, last). Otherwise in order. `skip` counts in that order, so `skip` n goes on where `take` n
 * ended. All of them (`take` null, `skip` 0) stay in the order of the files. With `random`, what is first of a class is drawn.
 */
export function takeBalanced(
	labels: readonly (number | null)[],
	take: number | null,
	skip: number,
	random: Random | null = null,
): readonly number[] {
	const positions = labels.map((_, position) => position);
	if (take === null && skip === 0) return positions;
	const groups = new Map<number, number[]>();
	for (const position of positions) {
		const label = labels[position] ?? Infinity;
		const group = groups.get(label);
		if (group) group.push(position);
		else groups.set(label, [position]);
	}
	const ordered = [...groups].sort(([a], [b]) => a - b).map(([, group]) => (random ? random.shuffle(group) : group));
	const longest = ordered.reduce((most, group) => Math.max(most, group.length), 0);
	const interleaved: number[] = [];
	for (let round = 0; round < longest; round++) {
		for (const group of ordered) {
			const position = group[round];
			if (position !== undefined) interleaved.push(position);
		}
	}
	return interleaved.slice(skip, take === null ? undefined : skip + take);
}
