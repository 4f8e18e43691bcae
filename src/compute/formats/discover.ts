/** Which files of a workspace are models, judged by name and, for JSON, by how they begin. */
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { SAVED_MODEL } from "../data/savedModelFolder.js";
import { adviceFor } from "./advice.js";

/** Extensions of files that are models by their name alone; a `.json` is one only by its content. */
export const MODEL_EXTENSIONS = ["keras", "h5", "hdf5", "onnx"] as const;
/** What TensorFlow puts beside a SavedModel's graph. */
const BESIDE_SAVED_MODEL: ReadonlySet<string> = new Set(["fingerprint.pb", "keras_metadata.pb"]);

/** Files that models keep weights in: shards of TensorFlow.js, checkpoints, external data of ONNX. */
export const WEIGHT_FILES = [
	"*.bin",
	"group*-shard*",
	"variables.index",
	"variables.data-*",
	"*.onnx_data",
	"*.onnx.data",
] as const;

/** What a file is by its name alone. */
export type Candidate =
	/** A model that is read. */
	| { readonly kind: "model" }
	/** A model only if its content says so; ask `isModelFile`. */
	| { readonly kind: "json" }
	/** A model of a format that is not read; what to do instead. */
	| { readonly kind: "other-format"; readonly advice: string }
	| { readonly kind: "no-model" };

/** Enough for what comes before the first key that tells. */
const HEAD_BYTES = 64 * 1024;
const TELLTALE = /"(modelTopology|weightsManifest)"\s*:/;
/** JSON that no converter writes a model under; not worth opening. */
const OTHER_JSON: ReadonlySet<string> = new Set([
	"package.json",
	"package-lock.json",
	"tsconfig.json",
	"blindspot.json",
]);

/** Judges by name only; touches no file. */
export function candidateOf(path: string): Candidate {
	const name = basename(path).toLowerCase();
	// Keras writes bare weights under this name; there is no graph in them.
	if (name.endsWith(".weights.h5")) return { kind: "no-model" };
	if (BESIDE_SAVED_MODEL.has(name)) return { kind: "no-model" };
	if (name === SAVED_MODEL) return { kind: "model" };
	if (MODEL_EXTENSIONS.some((extension) => name.endsWith(`.${extension}`))) return { kind: "model" };
	if (name.endsWith(".json")) return OTHER_JSON.has(name) ? { kind: "no-model" } : { kind: "json" };
	const advice = adviceFor(path);
	return advice === null ? { kind: "no-model" } : { kind: "other-format", advice };
}

/**
 * Whether the file is to be listed as a model that Blindspot reads. Reads at most the first 64 KiB of a JSON
 * file; a file that can't be read is none.
 */
export async function isModelFile(path: string): Promise<boolean> {
	const { kind } = candidateOf(path);
	if (kind !== "json") return kind === "model";
	return TELLTALE.test(await readHead(path).catch(() => ""));
}

async function readHead(path: string): Promise<string> {
	const file = await open(path, "r");
	try {
		const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
		return buffer.toString("utf8", 0, bytesRead);
	} finally {
		await file.close();
	}
}
