/** Writes what a person accepted into `blindspot.json`. */
import { stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { applyEdits, type FormattingOptions, type JSONPath, modify } from "jsonc-parser";
import { describeRange, parseConfiguration, readConfigurationText, settingsForModel } from "./configuration.js";
import type { ConfigurationFile, ModelConfiguration, PreprocessingConfiguration } from "./configurationSchema.js";
import { systemErrorCode, writeWholeFile } from "./files.js";
import type { FolderOrder } from "./folderOrders.js";
import type { Preprocessing } from "./types.js";

/** The glob for one model file in a configuration: its path relative to the configuration's folder. */
export function globForModel(configurationPath: string, modelPath: string): string {
	const path = relative(dirname(resolve(configurationPath)), resolve(modelPath)).replaceAll("\\", "/");
	return path.includes("/") ? path : `./${path}`;
}

/** What a person may have written for a model from a page. */
export type WrittenSettings = Pick<ModelConfiguration, "preprocessing" | "folders" | "output">;

/** A way of taking pictures as `blindspot.json` says it; `folders` null where the order of class folders is no question. */
export function settingsOf(preprocessing: Preprocessing, folders: FolderOrder | null): WrittenSettings {
	return { preprocessing: configurationOf(preprocessing), ...(folders === null ? {} : { folders }) };
}

/** The JSON of settings, on several lines. */
export function settingsText(settings: WrittenSettings): string {
	return onOneLine(JSON.stringify(settings, null, 2));
}

/**
 * Sets what is given for one model and leaves every other character as it is. Where a glob of several models says something of it, the
 * model gets an entry of its own before that, with all that the glob says. The file is made where there is none. Throws
 * `bad-configuration` where the file can't be understood, `unwritable` where it can't be written.
 */
export async function writeSettings(
	configurationPath: string,
	modelPath: string,
	settings: WrittenSettings,
): Promise<void> {
	const text = (await readIfPresent(configurationPath)) ?? EMPTY;
	const configuration = parseConfiguration(configurationPath, text);
	const own = globForModel(configurationPath, modelPath);
	const glob = settingsForModel(configurationPath, configuration, modelPath)?.glob ?? null;
	const written =
		glob !== null && withoutDot(glob) === withoutDot(own)
			? Object.entries(settings).reduce((json, [key, value]) => withValue(json, ["models", glob, key], value), text)
			: withEntry(text, configuration, own, { ...(glob === null ? {} : configuration.models[glob]), ...settings });
	await writeWholeFile(configurationPath, written, "replace");
}

const withoutDot = (glob: string): string => glob.replace(/^\.\//, "");

/** The text with an entry before all others; one of the same name further down has never counted and goes. */
function withEntry(text: string, { models }: ConfigurationFile, glob: string, entry: ModelConfiguration): string {
	const rest = Object.hasOwn(models, glob) ? withValue(text, ["models", glob], undefined) : text;
	return withValue(rest, ["models", glob], entry);
}

/** Makes a configuration file with an entry for a glob that says nothing yet. Throws `unwritable`. */
export async function writeEntry(configurationPath: string, modelGlob: string): Promise<void> {
	await writeWholeFile(
		configurationPath,
		`${JSON.stringify({ models: { [modelGlob]: {} } }, null, "\t")}\n`,
		"replace",
	);
}

const EMPTY = '{\n\t"models": {}\n}\n';

/** The JSON text with a value set; a new property goes before all others. */
function withValue(text: string, path: JSONPath, value: unknown): string {
	// The parser doesn't know the byte order mark, and other programs don't want it.
	const plain = text.replace(/^\uFEFF/, "");
	const edits = modify(plain, path, value, { formattingOptions: formattingOf(plain), getInsertionIndex: () => 0 });
	return applyEdits(
		plain,
		edits.map((edit) => ({ ...edit, content: onOneLine(edit.content) })),
	);
}

/** As the file has it: the white space before the first key (a tab where there is none) and the ends of lines. */
function formattingOf(text: string): FormattingOptions {
	const indentation = /^\s*\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? "\t";
	return {
		insertSpaces: !indentation.includes("\t"),
		tabSize: indentation.length,
		eol: text.includes("\r\n") ? "\r\n" : "\n",
	};
}

function configurationOf({ fit, range, bgr, mean, std, transparency }: Preprocessing): PreprocessingConfiguration {
	return {
		fit,
		range: describeRange(range),
		bgr,
		...(mean === null ? {} : { mean: channelValues(mean) }),
		...(std === null ? {} : { std: channelValues(std) }),
		...(transparency === undefined ? {} : { transparency }),
	};
}

function channelValues(values: readonly number[]): number | number[] {
	const [first] = values;
	return first !== undefined && values.length === 1 ? first : [...values];
}

/** Short lists of numbers read better on one line, which the formatter can't do. */
function onOneLine(json: string): string {
	return json.replace(/\[\s*(-?[\d.eE+-]+(?:,\s*-?[\d.eE+-]+){0,2})\s*\]/g, (_, numbers: string) => {
		return `[${numbers.split(/,\s+/).join(", ")}]`;
	});
}

async function readIfPresent(path: string): Promise<string | null> {
	try {
		await stat(path);
	} catch (thrown) {
		if (systemErrorCode(thrown) === "ENOENT") return null;
	}
	return readConfigurationText(path);
}
