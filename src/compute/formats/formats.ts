/**
 * The list of formats: all that can be said of each without its reader. Readers stand in `readers.ts`, one for each name,
 * as the compiler checks; a test holds the manifest to the names and extensions. Pages and the extension import this, so
 * it imports no reader.
 */
import { fileName, SAVED_MODEL } from "../data/pathNames.js";

interface FormatFacts {
	/** What people call it. */
	readonly title: string;
	/** What a person is to choose: "a .keras file". */
	readonly choice: string;
	/** Names that its files usually have, in lower case: `*.` and an extension, or a whole name. */
	readonly names: readonly string[];
	/** Whether such a file opens in the page "Model", or is only offered there, as others may be called so too. */
	readonly editor: "default" | "option";
	/** Files of this extension are of the format only where their text tells. Absent where the name is enough. */
	readonly telltale?: { readonly extension: string; readonly text: RegExp };
	/** Names like those in `names` that are no models: `*` and an ending, or a whole name. */
	readonly noModels?: readonly string[];
	/** Globs of the names of further files that weights are kept in. */
	readonly weightFiles?: readonly string[];
}

const TENSORFLOW_JS = {
	choice: "the model.json of TensorFlow.js",
	names: ["model.json"],
	editor: "option",
	telltale: { extension: "json", text: /"(modelTopology|weightsManifest)"\s*:/ },
	weightFiles: ["*.bin", "group*-shard*"],
} as const;

export const FORMATS = {
	"keras-v3": { title: "Keras 3 archive", choice: "a .keras file", names: ["*.keras"], editor: "default" },
	"keras-h5": {
		title: "Keras HDF5",
		choice: "an .h5 file",
		names: ["*.h5", "*.hdf5"],
		editor: "option",
		// Keras writes bare weights under this name; there is no graph in them.
		noModels: ["*.weights.h5"],
	},
	onnx: {
		title: "ONNX",
		choice: "an .onnx file",
		names: ["*.onnx"],
		editor: "default",
		weightFiles: ["*.onnx_data", "*.onnx.data"],
	},
	"tfjs-layers": { title: "TensorFlow.js LayersModel", ...TENSORFLOW_JS },
	"tfjs-graph": { title: "TensorFlow.js GraphModel", ...TENSORFLOW_JS },
	"tensorflow-savedmodel": {
		title: "TensorFlow SavedModel",
		choice: "the folder of a SavedModel",
		names: [SAVED_MODEL],
		editor: "default",
		// What TensorFlow puts beside the graph.
		noModels: ["fingerprint.pb", "keras_metadata.pb"],
		weightFiles: ["variables.index", "variables.data-*"],
	},
} as const satisfies Record<string, FormatFacts>;

export type ModelFormat = keyof typeof FORMATS;

export const FORMAT_LIST: readonly FormatFacts[] = Object.values(FORMATS);

export function isModelFormat(name: unknown): name is ModelFormat {
	return typeof name === "string" && Object.hasOwn(FORMATS, name);
}

/** All names that models usually have, each once: `*.keras`, `saved_model.pb`. */
export const MODEL_NAMES: readonly string[] = distinct(FORMAT_LIST.flatMap(({ names }) => names));

/** Extensions, without the dot, of all files that may be models. */
export const MODEL_EXTENSIONS: readonly string[] = distinct(
	MODEL_NAMES.map((name) => name.split(".").at(-1) as string),
);

/** Globs of the names of files that models keep weights in. */
export const WEIGHT_FILES: readonly string[] = distinct(FORMAT_LIST.flatMap(({ weightFiles = [] }) => weightFiles));

/** "a .keras file, an .h5 file or the folder of a SavedModel": whatever is read. */
export const MODEL_CHOICES = inWords(distinct(FORMAT_LIST.map(({ choice }) => choice)));

/** Whether a file is called as one of these names says; `*` stands for any beginning. */
export function isNamed(path: string, names: readonly string[]): boolean {
	const file = fileName(path).toLowerCase();
	return names.some((name) => (name.startsWith("*") ? file.endsWith(name.slice(1)) : file === name));
}

/** The file's name without the extension of a model; null for names that every model of the format has. */
export function modelStem(path: string): string | null {
	const file = fileName(path);
	const extension = MODEL_EXTENSIONS.find((known) => file.toLowerCase().endsWith(`.${known}`));
	const stem = extension === undefined ? file : file.slice(0, -extension.length - 1);
	return /^(saved_)?model$/i.test(stem) ? null : stem;
}

function distinct(texts: readonly string[]): readonly string[] {
	return [...new Set(texts)];
}

function inWords(choices: readonly string[]): string {
	return `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
}
