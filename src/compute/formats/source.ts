/** A model's files on disk, read within caps and remembered in order for the hash. */
import { createHash } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { describeSystemError, type ReadingListener, readWholeFile } from "../data/files.js";
import { BlindspotError } from "../errors.js";

/** One file; also what WebAssembly and one `ArrayBuffer` can hold. */
const LARGEST_FILE = 2 ** 31 - 1;

export class ModelFiles {
	readonly #files: string[] = [];
	readonly #hash = createHash("sha256");
	/** Of the files that are read already. */
	#read = 0;

	/** `onRead` hears of the files that are known so far, together. */
	constructor(private readonly onRead: ReadingListener = () => undefined) {}

	/** Reads a file whole and counts it as part of the model. Throws `unreadable-model`. */
	async read(path: string): Promise<Buffer> {
		const bytes = await readWholeFile(path, LARGEST_FILE, "unreadable-model", (read, of) =>
			this.onRead(this.#read + read, this.#read + of),
		);
		this.#read += bytes.length;
		this.#files.push(path);
		this.#hash.update(bytes);
		return bytes;
	}

	get files(): readonly string[] {
		return [...this.#files];
	}

	/** SHA-256 of all that was read so far. May be asked for more than once. */
	get sha256(): string {
		return this.#hash.copy().digest("hex");
	}
}

/**
 * Path of a file that a model refers to, resolved for real. Throws `unreadable-model` where the reference is
 * absolute, climbs, or leads out of the model's own folder through a symbolic link.
 */
export async function resolveInside(modelFile: string, reference: string): Promise<string> {
	const refuse = (why: string) =>
		new BlindspotError("unreadable-model", `The weight file '${reference}' is refused: ${why}.`, reference);
	if (reference === "" || reference.includes("\0")) throw refuse("it is no file name");
	if (isAbsolute(reference) || /^[a-z][a-z0-9+.-]*:/i.test(reference) || reference.startsWith("\\"))
		throw refuse("only files in the model's own folder are read");
	if (reference.split(/[/\\]/).includes("..")) throw refuse("it leads out of the model's own folder");
	const path = join(dirname(modelFile), reference);
	try {
		const [folder, real] = await Promise.all([realpath(dirname(modelFile)), realpath(path)]);
		const from = relative(folder, real);
		if (from === ".." || from.startsWith(`..${sep}`) || isAbsolute(from))
			throw refuse("a symbolic link leads out of the model's own folder");
		return real;
	} catch (thrown) {
		if (thrown instanceof BlindspotError) throw thrown;
		throw new BlindspotError(
			"unreadable-model",
			`The weight file '${reference}': ${describeSystemError(thrown)}.`,
			reference,
		);
	}
}

/** Size in bytes of a file that is there. */
export async function sizeOnDisk(path: string): Promise<number> {
	try {
		return (await stat(path)).size;
	} catch (thrown) {
		throw new BlindspotError("unreadable-model", `${path}: ${describeSystemError(thrown)}.`, path);
	}
}
