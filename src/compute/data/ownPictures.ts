/** Pictures that Blindspot wrote itself: known again by their names and a mark within, so that no data set takes them for its own. */
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { readStart } from "./files.js";

/** "x.adversarial.png", "x.noise-2.png" */
const NAME = /\.(adversarial|noise)(-\d+)?\.png$/i;
/** A tEXt chunk: keyword, zero, text (PNG specification, 11.3.3.2). */
const MARK = Buffer.from("Software\0Blindspot", "latin1");
/** Signature and the header's chunk: 8 + 12 + 13 bytes. What follows may stand in any order. */
const AFTER_HEADER = 33;

/** The PNG with the mark as its first chunk after the header. */
export function marked(png: Buffer): Buffer {
	const typed = Buffer.concat([Buffer.from("tEXt", "latin1"), MARK]);
	const chunk = Buffer.alloc(typed.length + 8);
	chunk.writeUInt32BE(MARK.length, 0);
	typed.copy(chunk, 4);
	chunk.writeUInt32BE(crc32(typed), typed.length + 4);
	return Buffer.concat([png.subarray(0, AFTER_HEADER), chunk, png.subarray(AFTER_HEADER)]);
}

/** Of a folder's pictures by name: those that Blindspot wrote. One that can't be opened is none. */
export async function ownPictures(folder: string, names: readonly string[]): Promise<ReadonlySet<string>> {
	const own = new Set<string>();
	for (const name of names) if (NAME.test(name) && (await isMarked(join(folder, name)))) own.add(name);
	return own;
}

async function isMarked(path: string): Promise<boolean> {
	const end = AFTER_HEADER + 8 + MARK.length;
	const start = await readStart(path, end).catch(() => Buffer.alloc(0));
	return start.subarray(end - MARK.length).equals(MARK);
}

/** "2 images that Blindspot wrote are left out."; nothing where there are none. */
export function ownWords(count: number): readonly string[] {
	if (count === 0) return [];
	return [
		count === 1 ? "1 image that Blindspot wrote is left out." : `${count} images that Blindspot wrote are left out.`,
	];
}
