/** Reads a model file of whatever format into a `Network`. Runs no code that a file names. */
import { extname, join } from "node:path";
import type { ReadingListener } from "../data/files.js";
import { SAVED_MODEL, savedModelFolder } from "../data/savedModelFolder.js";
import { asBlindspotError, BlindspotError } from "../errors.js";
import type { Network } from "../network/types.js";
import { adviceFor, PYTORCH_ADVICE } from "./advice.js";
import { isGraphModel, readGraphModel } from "./graphdef/graphModel.js";
import { readSavedModel } from "./graphdef/savedModel.js";
import { hasHdf5Signature } from "./hdf5/objectHeader.js";
import { parseObject } from "./json.js";
import { ARCHIVE_CONFIG, readKerasArchive } from "./keras/archive.js";
import { readKerasH5 } from "./keras/h5.js";
import { looksLikeOnnx, readOnnx } from "./onnx/model.js";
import type { ReadModel, ReadOptions } from "./options.js";
import { ModelFiles } from "./source.js";
import { isTensorFlowJsModel, readLayersModel } from "./tfjs/layersModel.js";
import { ZipArchive } from "./zip.js";

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
	const savedModel = await savedModelFolder(path);
	if (savedModel !== null) return readSavedModel(join(savedModel, SAVED_MODEL), files, options);
	const bytes = await files.read(path);
	if (hasHdf5Signature(bytes)) return readKerasH5(bytes, options);
	if (isZip(bytes)) return readArchive(bytes, options);
	if (isJson(bytes)) {
		const content = parseObject(bytes.toString("utf8"), "The file");
		if (isTensorFlowJsModel(content))
			return isGraphModel(content)
				? readGraphModel(path, content, files, options)
				: readLayersModel(path, content, files, options);
		throw unknown("it is JSON, but no TensorFlow.js model ('modelTopology' is missing)");
	}
	if (extname(path).toLowerCase() === ".onnx" || looksLikeOnnx(bytes)) return readOnnx(path, bytes, files, options);
	throw unknown(
		adviceFor(path) ?? "it is no Keras model, neither .keras nor .h5, no TensorFlow.js model.json and no ONNX",
	);
}

function readArchive(bytes: Buffer, options: ReadOptions): Promise<Network> {
	const archive = new ZipArchive(bytes);
	if (archive.has(ARCHIVE_CONFIG)) return readKerasArchive(archive, options);
	if (archive.names.some((name) => name === "data.pkl" || name.endsWith("/data.pkl"))) throw unknown(PYTORCH_ADVICE);
	throw unknown(`it is a zip archive without '${ARCHIVE_CONFIG}', so no .keras file`);
}

function isZip(bytes: Buffer): boolean {
	return bytes.subarray(0, 4).equals(Buffer.from("PK\x03\x04", "latin1"));
}

/** An opening brace after white space and a byte order mark. */
function isJson(bytes: Buffer): boolean {
	const start = bytes
		.subarray(0, 256)
		.toString("utf8")
		.replace(/^\ufeff/, "")
		.trimStart();
	return start.startsWith("{");
}

function unknown(why: string): BlindspotError {
	return new BlindspotError("unsupported-model", `${why}.`);
}
