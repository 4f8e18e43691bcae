/** What the reader of a format is: what it is given and what it gives. */
import type { Network } from "../network/types.js";
import { type JsonObject, parseObject } from "./json.js";
import type { ReadOptions } from "./options.js";
import type { ModelFiles } from "./source.js";
import { ZipArchive } from "./zip.js";

/**
 * Looks at a model's main file: null where it is not of the reader's format, else what reads it. Content decides; a name
 * does only where content can't tell.
 */
export type Reader = (file: ModelFile) => ModelReading | null;

/**
 * Reads the model; further files that it consists of are read through `files`. Throws `unsupported-model` for what a
 * `Network` can't represent, `unreadable-model` for what is damaged or dangerous.
 */
export type ModelReading = (files: ModelFiles, options: ReadOptions) => Promise<Network>;

/** A model's main file in memory. What several readers look for in it is worked out once, and only when asked for. */
export class ModelFile {
	#archive: ZipArchive | undefined;
	#json: JsonObject | undefined;

	constructor(
		readonly path: string,
		readonly bytes: Buffer,
	) {}

	/** Null where the bytes begin as no zip archive does. Throws `unreadable-model` where they do, but are damaged. */
	get archive(): ZipArchive | null {
		if (!this.bytes.subarray(0, 4).equals(ZIP_SIGNATURE)) return null;
		this.#archive ??= new ZipArchive(this.bytes);
		return this.#archive;
	}

	/** Null where the text begins as no JSON object does. Throws `unreadable-model` where it does, but isn't one. */
	get json(): JsonObject | null {
		if (!beginsWithBrace(this.bytes)) return null;
		this.#json ??= parseObject(this.bytes.toString("utf8"), "The file");
		return this.#json;
	}
}

const ZIP_SIGNATURE = Buffer.from("PK\x03\x04", "latin1");

/** After white space and a byte order mark. */
function beginsWithBrace(bytes: Buffer): boolean {
	const start = bytes
		.subarray(0, 256)
		.toString("utf8")
		.replace(/^\ufeff/, "")
		.trimStart();
	return start.startsWith("{");
}
