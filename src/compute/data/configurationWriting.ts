/** Writes what a person accepted into `blindspot.json`. */
import { stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { BlindspotError } from "../errors.js";
import { describeRange, parseConfiguration } from "./configuration.js";
import type { ConfigurationFile, PreprocessingConfiguration } from "./configurationSchema.js";
import { readWholeFile, systemErrorCode, writeWholeFile } from "./files.js";
import type { Preprocessing } from "./types.js";

const MOST_BYTES = 4 * 2 ** 20;

/** The glob for one model file in a configuration: its path relative to the configuration's folder. */
export function globForModel(configurationPath: string, modelPath: string): string {
	const path = relative(dirname(resolve(configurationPath)), resolve(modelPath)).replaceAll("\\", "/");
	return path.includes("/") ? path : `./${path}`;
}

/**
 * Sets the preprocessing under a glob and leaves everything else, its order and its indentation as they are. A new glob
 * goes first, where it wins over wider ones. The file is made where there is none. Throws `bad-configuration` where
 * the file can't be understood, `unwritable` where it can't be written.
 */
export async function writePreprocessing(
	configurationPath: string,
	modelGlob: string,
	preprocessing: Preprocessing,
): Promise<void> {
	const text = await readIfPresent(configurationPath);
	const file = text === null ? { models: {} } : parseInOrder(configurationPath, text);
	const written = JSON.stringify(withPreprocessing(file, modelGlob, preprocessing), null, indentationOf(text ?? ""));
	await writeWholeFile(configurationPath, `${onOneLine(written)}\n`, "replace");
}

/** Makes a configuration file with an entry for a glob that says nothing yet. Throws `unwritable`. */
export async function writeEntry(configurationPath: string, modelGlob: string): Promise<void> {
	await writeWholeFile(
		configurationPath,
		`${JSON.stringify({ models: { [modelGlob]: {} } }, null, "\t")}\n`,
		"replace",
	);
}

/** Checked, but with every key where the file has it: the schema's result has its keys in the schema's order. */
function parseInOrder(path: string, text: string): ConfigurationFile {
	parseConfiguration(path, text);
	return JSON.parse(text.replace(/^\uFEFF/, ""));
}

function withPreprocessing(file: ConfigurationFile, glob: string, preprocessing: Preprocessing): ConfigurationFile {
	const existing = Object.hasOwn(file.models, glob) ? file.models[glob] : undefined;
	const model = { ...existing, preprocessing: configurationOf(preprocessing) };
	if (existing === undefined) return { ...file, models: { [glob]: model, ...file.models } };
	return { ...file, models: { ...file.models, [glob]: model } };
}

function configurationOf({ fit, range, bgr, mean, std }: Preprocessing): PreprocessingConfiguration {
	return {
		fit,
		range: describeRange(range),
		bgr,
		...(mean === null ? {} : { mean: channelValues(mean) }),
		...(std === null ? {} : { std: channelValues(std) }),
	};
}

function channelValues(values: readonly number[]): number | [number, number, number] {
	const [first, second, third] = values;
	if (first !== undefined && values.length === 1) return first;
	if (first !== undefined && second !== undefined && third !== undefined && values.length === 3)
		return [first, second, third];
	throw new BlindspotError("bad-configuration", `${values.length} values per channel; 1 or 3 can be written down`);
}

/** The white space before the first key; a tab where there is none. */
function indentationOf(text: string): string {
	return /^\s*\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? "\t";
}

/** Short lists of numbers read better on one line. */
function onOneLine(json: string): string {
	return json.replace(/\[\n\s*(-?[\d.eE+-]+(?:,\n\s*-?[\d.eE+-]+){0,2})\n\s*\]/g, (_, numbers: string) => {
		return `[${numbers.split(/,\s+/).join(", ")}]`;
	});
}

async function readIfPresent(path: string): Promise<string | null> {
	try {
		await stat(path);
	} catch (thrown) {
		if (systemErrorCode(thrown) === "ENOENT") return null;
	}
	return (await readWholeFile(path, MOST_BYTES, "bad-configuration")).toString("utf8");
}
