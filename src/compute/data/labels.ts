/** From what the data says about each picture (folder, index, file name) to the index of a class of the model. */

import { basename } from "node:path";
import { greatestOf, leastOf } from "../math/extremes.js";
import type { Random } from "../math/random.js";
import type { DataEntry } from "./entries.js";
import { type FolderOrder, folderOrderWords } from "./folderOrders.js";
import { compareNaturally } from "./listing.js";

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
	/** The orders that the folders can mean and that number them differently, the one that was taken first; empty where nothing hangs on it. */
	readonly orders: readonly FolderOrder[];
	/** The folder of each class where every class has one that isn't a plain number of it; else null. */
	readonly folderNames: readonly string[] | null;
}

type FolderRule = "name" | "word-net-id" | FolderOrder;

const ruleWords = (rule: FolderRule): string => {
	if (rule === "name") return "the folder is named after the class";
	return rule === "word-net-id" ? "the folder's name is the WordNet id of the class" : folderOrderWords(rule);
};

/**
 * Labels for all entries. Indices in the data count as they are. Folders are matched as a set, by the one rule that
 * matches the most of them: exact name, WordNet id, number; where none matches any and there are as many folders as
 * classes, by alphabetical order, which is a guess and a warning. Folders that are no names of classes may be numbered in several
 * ways (`orders`); `order` says which one counts. Pictures that are left get a label where their
 * file name starts with the WordNet id of a class (`n01440764_tench.jpg`).
 */
export function resolveLabels(
	entries: readonly DataEntry[],
	classes: KnownClasses,
	order: FolderOrder | null = null,
): ResolvedLabels {
	const warnings: string[] = [];
	const reasons = new Set<string>();
	const folders = matchFolders(entries, classes, order);
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
			reasons.add(ruleWords(folders.rule));
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
	if (order === null && folders.rule === "sorted" && reasons.has(ruleWords("sorted"))) {
		warnings.push("Labels are a guess from the folders' order; class names would settle it.");
	}
	const unmatched = entries.flatMap(({ hint }, i) => (hint.kind === "folder" && labels[i] === null ? [hint.name] : []));
	if (unmatched.length > 0 && reasons.size > 0) {
		const names = [...new Set(unmatched)];
		const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? ", …" : "");
		warnings.push(`${counted(unmatched.length)} no label; no class goes with ${shown}.`);
	}
	const { orders, folderNames } = folders;
	return { labels, because: reasons.size > 0 ? [...reasons].join("; ") : null, warnings, orders, folderNames };
}

function counted(pictures: number): string {
	return pictures === 1 ? "1 picture has" : `${pictures} pictures have`;
}

interface FolderMatch {
	readonly rule: FolderRule | null;
	readonly indexOf: (folder: string) => number | null;
	readonly orders: readonly FolderOrder[];
	readonly folderNames: readonly string[] | null;
}

const NO_MATCH: FolderMatch = { rule: null, indexOf: () => null, orders: [], folderNames: null };

function matchFolders(entries: readonly DataEntry[], classes: KnownClasses, wanted: FolderOrder | null): FolderMatch {
	const sets = new Set<readonly string[]>();
	const names = new Set<string>();
	for (const { hint } of entries) {
		if (hint.kind !== "folder") continue;
		sets.add(hint.among);
		names.add(hint.name);
	}
	// Folders that weren't picked count too, so that one picture gets the label it has in its whole data set.
	for (const among of sets) for (const name of among) names.add(name);
	const numbers = [...names].filter(isNumber).length;
	const named = [
		["name", indexByName(classes.names ?? [])],
		["word-net-id", indexById(classes.wordNetIds ?? [])],
	] as const;
	for (const [rule, indexOf] of named) {
		const matched = [...names].filter((name) => indexOf(name) !== null).length;
		// The other rule may match more of them; a number in a name's place is no number.
		const others = named.map(([, other]) => [...names].filter((name) => other(name) !== null).length);
		if (matched > 0 && matched >= Math.max(numbers, ...others)) return { ...NO_MATCH, rule, indexOf };
	}
	const [among] = sets;
	return byOrder([...names], sets.size === 1 && among ? among : null, classes.count, wanted);
}

type IndexOf = FolderMatch["indexOf"];

/** `among`: the folders that lie beside each other, sorted by code point; null where there are several such places. */
function byOrder(
	names: readonly string[],
	among: readonly string[] | null,
	count: number,
	wanted: FolderOrder | null,
): FolderMatch {
	const numbers = names.filter(isNumber).map(Number);
	const [least, most] = [leastOf(numbers), greatestOf(numbers)];
	const possible: (readonly [FolderOrder, IndexOf])[] = [];
	if (numbers.length > 0 && most < count)
		possible.push(["number", (folder) => (isNumber(folder) ? Number(folder) : null)]);
	// As many folders as classes, but numbers beyond them: Keras and torchvision sort the names.
	if (among?.length === count) {
		possible.push(["sorted", indexIn(among)]);
		possible.push(["natural", indexIn(among.toSorted(compareNaturally))]);
	}
	if (least === 1 && most <= count)
		possible.push(["number-from-1", (folder) => (isNumber(folder) ? Number(folder) - 1 : null)]);
	const different: typeof possible = [];
	for (const one of possible)
		if (!different.some((other) => names.every((name) => other[1](name) === one[1](name)))) different.push(one);
	const taken = (wanted === null ? undefined : possible.find(([order]) => order === wanted)) ?? possible[0];
	if (!taken) return NO_MATCH;
	const [rule, indexOf] = taken;
	const same = (other: IndexOf) => names.every((name) => other(name) === indexOf(name));
	const others = different.filter(([, other]) => !same(other)).map(([order]) => order);
	return {
		rule,
		indexOf,
		orders: others.length === 0 ? [] : [rule, ...others],
		folderNames: namesInOrder(names, indexOf, count),
	};
}

function indexIn(folders: readonly string[]): IndexOf {
	const order = new Map(folders.map((name, index) => [name, index]));
	return (folder) => order.get(folder) ?? null;
}

function namesInOrder(names: readonly string[], indexOf: IndexOf, count: number): readonly string[] | null {
	const ordered = new Array<string | null>(count).fill(null);
	for (const name of names) {
		const index = indexOf(name);
		if (index !== null) ordered[index] = name;
	}
	const complete = ordered.filter((name) => name !== null);
	const plain = complete.every((name, index) => isNumber(name) && Number(name) === index);
	return complete.length === count && !plain ? complete : null;
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
