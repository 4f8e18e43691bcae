/** Reads a model file of whatever format into a `Network`. Runs no code that a file names. */
import { join } from "node:path";
import type { ReadingListener } from "../data/files.js";
import { SAVED_MODEL } from "../data/pathNames.js";
import { savedModelFolder } from "../data/savedModelFolder.js";
import { asBlindspotError, BlindspotError } from "../errors.js";
import type { Network } from "../network/types.js";
import { adviceFor, PYTORCH_ADVICE } from "./advice.js";
import { MODEL_CHOICES } from "./formats.js";
import type { ReadModel, ReadOptions } from "./options.js";
import { ModelFile, type Reader } from "./reader.js";
import { READERS } from "./readers.js";
import { ModelFiles } from "./source.js";

export type { ReadModel, ReadOptions } from "./options.js";

/**
 * Reads the model at `path`; its content, not its name, says what format it is.
 *
 * Throws a `BlindspotError` whose message begins with the path: `unsupported-model` where the file is sound but
 * has something that a `Network` can't represent, `unreadable-model` where it is missing, damaged or dangerous.
 * `onRead` hears how many bytes of the model's files have been read. Meant for a process of its own (`readModelIsolated`): a hostile file may take all the time and memory there is.
 */
export async function readModel(path: string, options: ReadOptions, onRead?: ReadingListener): Promise<ReadModel> {
	const files = new ModelFiles(onRead);
	try {
		const network = await readByContent(path, files, options);
		return { network, files: files.files, sha256: files.sha256 };
	} catch (thrown) {
		const { reason, message, subject } = asBlindspotError(thrown);
		throw new BlindspotError(reason, message.startsWith(path) ? message : `${path}: ${message}`, subject ?? path);
	}
}

async function readByContent(path: string, files: ModelFiles, options: ReadOptions): Promise<Network> {
	const folder = await savedModelFolder(path);
	const main = folder === null ? path : join(folder, SAVED_MODEL);
	const file = new ModelFile(main, await files.read(main));
	const instead = whatCameInstead(file.bytes);
	if (instead !== null) throw new BlindspotError("unsupported-model", `${instead}.`);
	for (const reader of Object.values<Reader>(READERS)) {
		const reading = reader(file);
		if (reading !== null) return reading(files, options);
	}
	throw new BlindspotError("unsupported-model", `${whyUnknown(file)}.`);
}

/** What a download that went wrong leaves under a model's name; null for anything else. */
function whatCameInstead(bytes: Buffer): string | null {
	const start = bytes.subarray(0, 256).toString("utf8").trimStart();
	if (/^<(!doctype )?html/i.test(start)) return "it's a web page, saved under this name. Download the model again";
	if (start.startsWith("version https://git-lfs"))
		return "it's a Git LFS pointer, which stands in for the model. Fetch the model with 'git lfs pull'";
	return null;
}

function whyUnknown({ path, archive, json }: ModelFile): string {
	if (archive?.names.some((name) => name === "data.pkl" || name.endsWith("/data.pkl"))) return PYTORCH_ADVICE;
	if (archive !== null) return "it is a zip archive without 'config.json', so no .keras file";
	if (json !== null) return "it is JSON, but no TensorFlow.js model ('modelTopology' is missing)";
	return adviceFor(path) ?? `it is no model of a format that is read; choose ${MODEL_CHOICES}`;
}
