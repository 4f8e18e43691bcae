/** What is wrong with a `blindspot.json` beyond its form, and where in its text. */
import { stat } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { z } from "zod";
import { modelMatcher } from "./configuration.js";
import { type ConfigurationFile, configurationSchema } from "./configurationSchema.js";
import { type JsonPath, JsonPlaces, type TextRange } from "./jsonPlaces.js";

export interface ConfigurationProblem {
	readonly range: TextRange;
	readonly message: string;
	/** `error`: a run would end with it. `warning`: it has no effect. */
	readonly severity: "error" | "warning";
}

/** A path that a configuration names, with the place where it does. */
export interface NamedPath {
	/** Absolute. */
	readonly path: string;
	readonly place: JsonPath;
	readonly what: "classes" | "data";
}

/**
 * Problems of a configuration's text that its JSON Schema can't tell: values that contradict each other, globs that no
 * model matches or that come too late, files that aren't there. `path` is the configuration's own, `models` are the
 * paths of all models known. Text that is no JSON, or has not the form of a configuration, is left to the schema.
 */
export async function configurationProblems(
	path: string,
	text: string,
	models: readonly string[],
): Promise<readonly ConfigurationProblem[]> {
	const json = parsed(text);
	if (json === null) return [];
	const places = new JsonPlaces(text);
	const checked = configurationSchema.safeParse(json.value);
	if (!checked.success) {
		return checked.error.issues.flatMap((issue) => beyondTheSchema(issue, [], places));
	}
	const folder = dirname(resolve(path));
	return [
		...(await globProblems(checked.data, folder, models, places)),
		...(await pathProblems(namedPaths(path, checked.data), places)),
	];
}

/** Issues that only Zod's refinements find; what has the wrong form is marked by the schema already. */
function beyondTheSchema(
	issue: z.core.$ZodIssue,
	within: JsonPath,
	places: JsonPlaces,
): readonly ConfigurationProblem[] {
	const path = [...within, ...issue.path.filter((part) => typeof part !== "symbol")];
	const place = places.nearest(path);
	switch (issue.code) {
		case "custom":
			return [{ range: place.value, message: sentence(issue.message), severity: "error" }];
		case "invalid_key":
			return issue.issues.map(({ message }) => {
				return { range: place.key ?? place.value, message: sentence(message), severity: "error" };
			});
		case "invalid_union":
			return issue.errors.flat().flatMap((inner) => beyondTheSchema(inner, path, places));
		default:
			return [];
	}
}

/** The files and folders that a configuration names. */
export function namedPaths(path: string, { models }: ConfigurationFile): readonly NamedPath[] {
	const folder = dirname(resolve(path));
	return Object.entries(models).flatMap(([glob, { classes, data }]): NamedPath[] => {
		const one = (value: string, what: NamedPath["what"], ...place: JsonPath): NamedPath => {
			return { path: resolve(folder, value), what, place: ["models", glob, what, ...place] };
		};
		return [
			...(typeof classes === "string" ? [one(classes, "classes")] : []),
			...(typeof data === "string" ? [one(data, "data")] : (data ?? []).map((value, at) => one(value, "data", at))),
		];
	});
}

const TURN_MILLISECONDS = 10;

/** Gives others a turn now and then: many globs and many models may take long. */
async function globProblems(
	{ models: entries }: ConfigurationFile,
	folder: string,
	models: readonly string[],
	places: JsonPlaces,
): Promise<readonly ConfigurationProblem[]> {
	// A configuration is looked for from a model's folder upwards: it is about what lies below it.
	const below = models
		.map((model) => ({ model, name: relative(folder, model) }))
		.filter(({ name }) => !isOutside(name));
	const taken = new Map<string, string>();
	const problems: ConfigurationProblem[] = [];
	let turn = performance.now();
	for (const glob of Object.keys(entries)) {
		const isMatch = modelMatcher(glob);
		const matches: string[] = [];
		for (const { model, name } of below) {
			if (isMatch(name)) matches.push(model);
			if (performance.now() - turn < TURN_MILLISECONDS) continue;
			await setImmediate();
			turn = performance.now();
		}
		const left = matches.filter((model) => !taken.has(model));
		for (const model of left) taken.set(model, glob);
		if (left.length > 0) continue;
		const { key, value } = places.nearest(["models", glob]);
		const before = [...new Set(matches.map((model) => taken.get(model)))].map((name) => `'${name}'`).join(", ");
		const message =
			matches.length === 0
				? `No model beside or below this file matches '${glob}'.`
				: `'${glob}' is never used: ${before} comes first for every model that it matches.`;
		problems.push({ range: key ?? value, message, severity: "warning" });
	}
	return problems;
}

const isOutside = (name: string): boolean => name.startsWith("..") || isAbsolute(name);

async function pathProblems(paths: readonly NamedPath[], places: JsonPlaces): Promise<readonly ConfigurationProblem[]> {
	const problems = paths.map(async ({ path, place, what }): Promise<ConfigurationProblem[]> => {
		const status = await stat(path).catch(() => null);
		const { value } = places.nearest(place);
		if (status === null) return [{ range: value, message: `There is no file or folder ${path}.`, severity: "error" }];
		if (what === "classes" && status.isDirectory())
			return [{ range: value, message: `${path} is a folder; class names are read from a file.`, severity: "error" }];
		return [];
	});
	return (await Promise.all(problems)).flat();
}

function parsed(text: string): { readonly value: unknown } | null {
	try {
		return { value: JSON.parse(text.replace(/^\uFEFF/, "")) };
	} catch {
		return null;
	}
}

/** "must not be 0" to "This must not be 0." */
const sentence = (message: string): string => `This ${message.replace(/[.\s]*$/, "")}.`;
