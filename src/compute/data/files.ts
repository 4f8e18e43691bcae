/** Whole files in and out, with errors that name the file and what is the matter. */
import { randomBytes } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
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
		case "EEXIST":
			return "a file of this name exists already";
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
 * Reads a regular file whole. Pipes, devices and files over `mostBytes` are refused before anything is read,
 * and a file that shrinks or vanishes meanwhile is an error.
 */
export async function readWholeFile(
	path: string,
	mostBytes: number,
	reason: ErrorReason = "unreadable-data",
	onRead: ReadingListener = () => undefined,
): Promise<Buffer> {
	try {
		const file = await open(path, "r");
		try {
			const status = await file.stat();
			if (status.isDirectory()) throw new BlindspotError(reason, `${path}: this is a folder`, path);
			if (!status.isFile()) throw new BlindspotError(reason, `${path}: not a regular file`, path);
			if (status.size > mostBytes) {
				const size = Math.ceil(status.size / MEBIBYTE);
				const message = `${path}: ${size} MiB is more than the ${Math.floor(mostBytes / MEBIBYTE)} MiB that are read`;
				throw new BlindspotError(reason, message, path);
			}
			const bytes = Buffer.allocUnsafe(status.size);
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
		} finally {
			await file.close();
		}
	} catch (thrown) {
		if (thrown instanceof BlindspotError) throw thrown;
		throw new BlindspotError(reason, `${path}: ${describeSystemError(thrown)}`, path);
	}
}

/** What to do where the file exists already: fail, replace it, or take the next free name (`x-2.png`). */
export type WhenExisting = "fail" | "replace" | "next-name";

const MOST_NAMES_TRIED = 10_000;

/**
 * Writes a file whole and returns its path. A file is never replaced unless asked for, and then in one step,
 * so that a reader sees the old or the new one. Throws `unwritable`.
 */
export async function writeWholeFile(
	path: string,
	content: Uint8Array | string,
	whenExisting: WhenExisting,
): Promise<string> {
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
				await writeFile(candidate, content, { flag: "wx" });
				return candidate;
			} catch (thrown) {
				const taken = systemErrorCode(thrown) === "EEXIST";
				if (!taken || whenExisting === "fail" || attempt >= MOST_NAMES_TRIED) throw thrown;
			}
		}
	} catch (thrown) {
		const what = systemErrorCode(thrown) === "ENOENT" ? "there is no such folder" : describeSystemError(thrown);
		throw new BlindspotError("unwritable", `${path}: cannot be written: ${what}`, path);
	}
}

async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
	const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}`);
	try {
		await writeFile(temporary, content, { flag: "wx" });
		await rename(temporary, path);
	} catch (thrown) {
		await rm(temporary, { force: true });
		throw thrown;
	}
}
