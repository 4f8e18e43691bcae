/** Finds and reads `blindspot.json`, and says what it holds for a model. */
import { stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { z } from "zod";
import { BlindspotError } from "../errors.js";
import {
	type ConfigurationFile,
	configurationSchema,
	type ModelConfiguration,
	type PreprocessingConfiguration,
} from "./configurationSchema.js";
import { readWholeFile } from "./files.js";
import type { FolderOrder } from "./folderOrders.js";
import { compileGlob, type GlobMatcher } from "./globs.js";
import { savedModelNames } from "./pathNames.js";
import type { Preprocessing, Size } from "./types.js";

export const CONFIGURATION_NAME = "blindspot.json";

/** A longer configuration is not read. */
export const MOST_CONFIGURATION_BYTES = 4 * 2 ** 20;
const MOST_FOLDERS_UP = 16;

/** What a configuration says about one model. Paths are absolute. */
export interface ModelSettings {
	/** Path of the configuration file. */
	readonly path: string;
	/** The glob that matched. */
	readonly glob: string;
	readonly preprocessing: Partial<Preprocessing>;
	readonly inputSize: Size | null;
	/** Channels of the model's pictures, where it takes a list of values. */
	readonly channels?: number;
	readonly classes:
		| { readonly kind: "file"; readonly path: string }
		| { readonly kind: "names"; readonly names: readonly string[] }
		| null;
	readonly data: readonly string[];
	readonly output: string | null;
	/** Whether a picture has exactly one of the labels that the model ends in sigmoids for; null where nothing is said. */
	readonly exclusive: boolean | null;
	readonly folders: FolderOrder | null;
}

/**
 * The nearest `blindspot.json` from the model's folder upwards. The search ends after `root`, or after a folder that
 * is the top of a project (it holds `.git` or `.vscode`). Null where there is none.
 */
export async function findConfiguration(modelPath: string, root: string | null): Promise<string | null> {
	let folder = dirname(resolve(modelPath));
	const last = root === null ? null : resolve(root);
	for (let i = 0; i < MOST_FOLDERS_UP; i++) {
		const candidate = join(folder, CONFIGURATION_NAME);
		if ((await stat(candidate).catch(() => null))?.isFile()) return candidate;
		if (folder === last || dirname(folder) === folder) return null;
		for (const mark of [".git", ".vscode"]) {
			if (await stat(join(folder, mark)).catch(() => null)) return null;
		}
		folder = dirname(folder);
	}
	return null;
}

/** Reads a configuration file. Throws `bad-configuration`, naming the place in the file. */
export async function readConfiguration(path: string): Promise<ConfigurationFile> {
	return parseConfiguration(path, await readConfigurationText(path));
}

/** The text of a configuration file as it is. Throws `bad-configuration` where it is missing or longer than is read. */
export async function readConfigurationText(path: string): Promise<string> {
	return (await readWholeFile(path, MOST_CONFIGURATION_BYTES, "bad-configuration")).toString("utf8");
}

/** Checks the text of a configuration file. Throws `bad-configuration`, naming the place in the text. */
export function parseConfiguration(path: string, text: string): ConfigurationFile {
	let json: unknown;
	try {
		json = JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch (thrown) {
		throw bad(path, `not readable as JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
	}
	const parsed = configurationSchema.safeParse(json);
	if (parsed.success) return parsed.data;
	const issue = deepestIssue(parsed.error.issues);
	throw bad(path, `${describePlace(issue.path)}${describeIssue(issue)}`);
}

/** What the configuration says about a model: the first glob that matches counts. Null where none does. */
export function settingsForModel(path: string, file: ConfigurationFile, modelPath: string): ModelSettings | null {
	const folder = dirname(resolve(path));
	const relativePath = relative(folder, resolve(modelPath));
	const found = Object.entries(file.models).find(([glob]) => modelMatcher(glob)(relativePath));
	if (!found) return null;
	const [glob, model] = found;
	return {
		path,
		glob,
		preprocessing: preprocessingFrom(model.preprocessing ?? {}),
		inputSize: model.inputSize ?? null,
		...(model.channels !== undefined && { channels: model.channels }),
		classes: classesFrom(model.classes, folder),
		data: model.data === undefined ? [] : [model.data].flat().map((data) => resolve(folder, data)),
		output: model.output ?? null,
		exclusive: model.exclusive ?? null,
		folders: model.folders ?? null,
	};
}

/** As `compileGlob`, for models: a SavedModel is meant by its folder's name and by that of the graph in it. */
export function modelMatcher(glob: string): GlobMatcher {
	const matches = compileGlob(glob);
	return (relativePath) => savedModelNames(relativePath).some(matches);
}

const RANGES: Readonly<Record<"0..1" | "-1..1" | "0..255", readonly [number, number]>> = {
	"0..1": [0, 1],
	"-1..1": [-1, 1],
	"0..255": [0, 255],
};

/** A range by its name; null where there is none of that name. */
export function rangeNamed(name: string): readonly [low: number, high: number] | null {
	return Object.entries(RANGES).find(([known]) => known === name)?.[1] ?? null;
}

/** A range as `blindspot.json` writes it: by its name where it has one. */
export function describeRange(range: readonly [number, number]): keyof typeof RANGES | [number, number] {
	for (const name of ["0..1", "-1..1", "0..255"] as const) {
		if (RANGES[name][0] === range[0] && RANGES[name][1] === range[1]) return name;
	}
	return [range[0], range[1]];
}

function preprocessingFrom(preprocessing: PreprocessingConfiguration): Partial<Preprocessing> {
	const { fit, range, bgr, mean, std, transparency } = preprocessing;
	return {
		...(fit === undefined ? {} : { fit }),
		...(range === undefined ? {} : { range: typeof range === "string" ? RANGES[range] : range }),
		...(bgr === undefined ? {} : { bgr }),
		...(mean === undefined ? {} : { mean: [mean].flat() }),
		...(std === undefined ? {} : { std: [std].flat() }),
		...(transparency === undefined ? {} : { transparency }),
	};
}

function classesFrom(classes: ModelConfiguration["classes"], folder: string): ModelSettings["classes"] {
	if (classes === undefined) return null;
	if (typeof classes === "string") return { kind: "file", path: resolve(folder, classes) };
	return { kind: "names", names: classes };
}

/** Unions report one issue with those of each form inside; the one that got furthest says the most. */
function deepestIssue(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
	const nested = issues.flatMap((issue): z.core.$ZodIssue[] => {
		if (issue.code !== "invalid_union") return [issue];
		const inner = issue.errors.flat().map((part) => ({ ...part, path: [...issue.path, ...part.path] }));
		const beyond = inner.filter((part) => part.path.length > issue.path.length);
		return beyond.length > 0 ? [deepestIssue(beyond)] : [issue];
	});
	return nested.reduce((deepest, issue) => (issue.path.length > deepest.path.length ? issue : deepest));
}

function describePlace(path: readonly PropertyKey[]): string {
	if (path.length === 0) return "";
	const parts = path.map((part, i) => {
		if (typeof part === "number") return `[${part}]`;
		const name = String(part);
		if (/^[a-z_$][\w$]*$/i.test(name)) return i === 0 ? name : `.${name}`;
		return `[${JSON.stringify(name)}]`;
	});
	return `${parts.join("")}: `;
}

function describeIssue(issue: z.core.$ZodIssue): string {
	switch (issue.code) {
		case "unrecognized_keys":
			return `unknown ${issue.keys.length > 1 ? "keys" : "key"} ${issue.keys.map((key) => `'${key}'`).join(", ")}`;
		case "invalid_key":
			return `this glob ${issue.issues[0]?.message ?? "can't be used"}`;
		case "invalid_union":
			return "this value has none of the forms that are known";
		default:
			return issue.message.replace(/^Invalid input: /, "");
	}
}

function bad(path: string, what: string): BlindspotError {
	return new BlindspotError("bad-configuration", `${basename(path)}: ${what} (in ${path})`, path);
}
