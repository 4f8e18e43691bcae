/** Whole files in and out, with errors that name the file and what is the matter. */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { BlindspotError, type ErrorReason } from "../errors.js";

const MEBIBYTE = 2 ** 20;

/** The system's error code (`ENOENT`), or null where the error has none. */
export function systemErrorCode(thrown: unknown): string | null {
	if (thrown instanceof Error && "code" in thrown && typeof thrown.code === "string") return thrown.code;
	return null;
}

/** A system error in words: "there is no such file". */
export function describeSystemError(thrown: unknown): string {
	switch (systemErrorCode(thrown)) {
		case "ENOENT":
			return "there is no such file";
		case "ENOTDIR":
			return "a part of this path is a file, not a folder";
		case "EACCES":
		case "EPERM":
			return "permission denied";
		case "EISDIR":
			return "this is a folder";
		case "EROFS":
			return "the file system is read-only";
		case "ENOSPC":
			return "the disk is full";
		case "EDQUOT":
			return "the disk quota is used up";
		case "ENAMETOOLONG":
			return "the name is too long";
		case "EEXIST":
			return "a file of this name exists already";
		// A socket.
		case "ENXIO":
			return "not a regular file";
		case "ELOOP":
			return "the symbolic links go round in a circle";
		default:
			return thrown instanceof Error ? thrown.message : String(thrown);
	}
}

/** Hears how many bytes of how many have been read. */
export type ReadingListener = (read: number, of: number) => void;

/** Bytes of a file that are read at a time. */
const PIECE = 16 * MEBIBYTE;

/**
 * Opens a file to read it, looks at what it is before anything is read, and closes it when `use` is done. The only place where
 * files are opened for reading: a pipe or a device would keep a reader waiting for ever, so only regular files pass. Throws
 * `reason`, naming the file.
 */
export async function withRegularFile<T>(
	path: string,
	reason: ErrorReason,
	use: (file: FileHandle, bytes: number) => Promise<T>,
): Promise<T> {
	try {
		// A pipe that nobody writes to is opened at once then. Windows has no such flag, nor such pipes.
		const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
		try {
			const status = await file.stat();
			if (status.isDirectory()) throw new BlindspotError(reason, `${path}: this is a folder`, path);
			if (!status.isFile()) throw new BlindspotError(reason, `${path}: not a regular file`, path);
			return await use(file, status.size);
		} finally {
			await file.close();
		}
	} catch (thrown) {
		if (thrown instanceof BlindspotError) throw thrown;
		throw new BlindspotError(reason, `${path}: ${describeSystemError(thrown)}`, path);
	}
}

/** The first bytes of a file, fewer where it is shorter. Throws `reason`, naming the file. */
export async function readStart(path: string, bytes: number, reason: ErrorReason = "unreadable-data"): Promise<Buffer> {
	return withRegularFile(path, reason, async (file) => {
		const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
		return buffer.subarray(0, bytesRead);
	});
}

/**
 * Reads a regular file whole. Pipes, devices and files over `mostBytes` are refused before anything is read,
 * and a file that shrinks or vanishes meanwhile is an error.
 */
export async function readWholeFile(
	path: string,
	mostBytes: number,
	reason: ErrorReason = "unreadable-data",
	onRead: ReadingListener = () => undefined,
): Promise<Buffer> {
	return withRegularFile(path, reason, async (file, size) => {
		if (size > mostBytes) {
			const found = Math.ceil(size / MEBIBYTE);
			const message = `${path}: ${found} MiB is more than the ${Math.floor(mostBytes / MEBIBYTE)} MiB that are read`;
			throw new BlindspotError(reason, message, path);
		}
		const bytes = Buffer.allocUnsafe(size);
		let filled = 0;
		while (filled < bytes.length) {
			const { bytesRead } = await file.read(bytes, filled, Math.min(PIECE, bytes.length - filled), filled);
			if (bytesRead === 0) {
				throw new BlindspotError(reason, `${path}: the file shrank while it was read; try again`, path);
			}
			filled += bytesRead;
			onRead(filled, bytes.length);
		}
		return bytes;
	});
}

/** What to do where the file exists already: fail, replace it, or take the next free name (`x-2.png`). */
export type WhenExisting = "fail" | "replace" | "next-name";

/** Pieces are for what is longer than one string can be. */
export type FileContent = Uint8Array | string | readonly string[];

const MOST_NAMES_TRIED = 10_000;

/**
 * Writes a file whole and returns its path. A file is never replaced unless asked for, and then in one step,
 * so that a reader sees the old or the new one. Where it fails nothing is left. Throws `unwritable`.
 */
export async function writeWholeFile(path: string, content: FileContent, whenExisting: WhenExisting): Promise<string> {
	try {
		if (whenExisting === "replace") {
			await replaceFile(path, content);
			return path;
		}
		const extension = extname(path);
		const stem = basename(path, extension);
		for (let attempt = 1; ; attempt++) {
			const candidate = attempt === 1 ? path : join(dirname(path), `${stem}-${attempt}${extension}`);
			try {
				await writeNew(candidate, content);
				return candidate;
			} catch (thrown) {
				const taken = systemErrorCode(thrown) === "EEXIST";
				if (!taken || whenExisting === "fail" || attempt >= MOST_NAMES_TRIED) throw thrown;
			}
		}
	} catch (thrown) {
		throw unwritable(path, thrown);
	}
}

/**
 * Tries whether a file could be written or replaced here, so that nothing is computed in vain. Leaves nothing behind; says
 * nothing of how much fits. Throws `unwritable`.
 */
export async function tryWriting(path: string): Promise<void> {
	try {
		const status = await stat(path).catch(() => null);
		if (status?.isDirectory())
			throw new BlindspotError("unwritable", `${path}: cannot be written: this is a folder`, path);
		const temporary = temporaryBeside(path);
		await writeNew(temporary, "blindspot");
		await rm(temporary, { force: true });
	} catch (thrown) {
		throw unwritable(path, thrown);
	}
}

/** Makes a folder where there is none, and tries whether files can be written into it. Throws `unwritable`. */
export async function makeFolder(folder: string): Promise<void> {
	try {
		await mkdir(folder, { recursive: true });
	} catch (thrown) {
		const what =
			systemErrorCode(thrown) === "EEXIST" ? "a file of this name exists already" : describeSystemError(thrown);
		throw new BlindspotError("unwritable", `${folder}: this folder can't be made: ${what}`, folder);
	}
	await tryWriting(join(folder, "x"));
}

function unwritable(path: string, thrown: unknown): BlindspotError {
	if (thrown instanceof BlindspotError) return thrown;
	const what = systemErrorCode(thrown) === "ENOENT" ? "there is no such folder" : describeSystemError(thrown);
	return new BlindspotError("unwritable", `${path}: cannot be written: ${what}`, path);
}

async function replaceFile(path: string, content: FileContent): Promise<void> {
	const temporary = temporaryBeside(path);
	await writeNew(temporary, content);
	try {
		await rename(temporary, path);
	} catch (thrown) {
		await removed(temporary);
		throw thrown;
	}
}

/** Writes a file that isn't there yet; what was written of it is removed where the rest can't be. */
async function writeNew(path: string, content: FileContent): Promise<void> {
	try {
		await writeFile(path, content, { flag: "wx" });
	} catch (thrown) {
		if (systemErrorCode(thrown) !== "EEXIST") await removed(path);
		throw thrown;
	}
}

/** Removes what a failed write left, if it can: the failure itself is what is told. */
async function removed(path: string): Promise<void> {
	await rm(path, { force: true }).catch(() => undefined);
}

/** A name that no other writer has, hidden; short, so that it fits wherever the file's own name does. */
function temporaryBeside(path: string): string {
	return join(dirname(path), `.blindspot-${randomBytes(6).toString("hex")}`);
}

/** Whether a file's name is that of one that is being written, or was when its writer was killed. */
export function isTemporaryName(name: string): boolean {
	return /^\.blindspot-[0-9a-f]{12}$/.test(name);
}
