/** Which files of a workspace are models, judged by name and, where that can't tell, by how they begin. */
import { readStart } from "../data/files.js";
import { adviceFor, LISTED_OTHER_NAMES } from "./advice.js";
import { FORMAT_LIST, isNamed } from "./formats.js";

/** What a file is by its name alone. */
export type Candidate =
	/** A model that is read. */
	| { readonly kind: "model" }
	/** A model only if its text tells; ask `isModelFile`. */
	| { readonly kind: "perhaps" }
	/** A model of a format that is not read; what to do instead. */
	| { readonly kind: "other-format"; readonly advice: string }
	| { readonly kind: "no-model" };

export interface FoundModel {
	readonly path: string;
	/** Why no reader is for it and what to do; null where one is. */
	readonly advice: string | null;
}

/**
 * Names of the files that may be listed, in groups, each of which is searched for by itself as a search has a cap. Files that only
 * their text tells come last, and before them those among them that are called as models are.
 */
export const SEARCHED_NAMES: readonly (readonly string[])[] = [
	FORMAT_LIST.flatMap(({ names, telltale }) => (telltale === undefined ? names : [])),
	LISTED_OTHER_NAMES,
	FORMAT_LIST.flatMap(({ names, telltale }) => (telltale === undefined ? [] : names)),
	[...new Set(telltales().map(({ extension }) => `*model*.${extension}`))],
	[...new Set(telltales().map(({ extension }) => `*.${extension}`))],
];

/** Enough for what comes before the first key that tells. */
const HEAD_BYTES = 64 * 1024;
/** JSON that no converter writes a model under; not worth opening. */
const OTHER_JSON: readonly string[] = ["package.json", "package-lock.json", "tsconfig.json", "blindspot.json"];

/** Judges by name only; touches no file. */
export function candidateOf(path: string): Candidate {
	if (FORMAT_LIST.some(({ noModels = [] }) => isNamed(path, noModels))) return { kind: "no-model" };
	if (FORMAT_LIST.some(({ names, telltale }) => telltale === undefined && isNamed(path, names)))
		return { kind: "model" };
	if (telltales().some(({ extension }) => isNamed(path, [`*.${extension}`])))
		return { kind: isNamed(path, OTHER_JSON) ? "no-model" : "perhaps" };
	const advice = adviceFor(path);
	return advice === null ? { kind: "no-model" } : { kind: "other-format", advice };
}

/**
 * Whether the file is to be listed as a model that Blindspot reads. Reads at most the first 64 KiB of a file whose name
 * doesn't tell; one that can't be read is none.
 */
export async function isModelFile(path: string): Promise<boolean> {
	const { kind } = candidateOf(path);
	if (kind !== "perhaps") return kind === "model";
	const head = await readStart(path, HEAD_BYTES, "unreadable-model").then(
		(bytes) => bytes.toString("utf8"),
		() => "",
	);
	return telltales().some(({ extension, text }) => isNamed(path, [`*.${extension}`]) && text.test(head));
}

/** The models among these files, each once however often it is given, by path. */
export async function modelsAmong(paths: readonly string[]): Promise<readonly FoundModel[]> {
	const found = await Promise.all([...new Set(paths)].map(classify));
	return found.filter((model) => model !== null).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function classify(path: string): Promise<FoundModel | null> {
	const candidate = candidateOf(path);
	if (candidate.kind === "other-format") return { path, advice: candidate.advice };
	return (await isModelFile(path)) ? { path, advice: null } : null;
}

function telltales() {
	return FORMAT_LIST.flatMap(({ telltale }) => telltale ?? []);
}
