/**
 * IDX files, MNIST's format, plain or gzipped: two zero bytes, a type, the number of dimensions, the sizes as 32-bit
 * big-endian numbers, then the values. http://yann.lecun.com/exdb/mnist/
 */

import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { constants, gunzip } from "node:zlib";
import { readWholeFile } from "./files.js";
import { unreadable } from "./unreadable.js";

const unzip = promisify(gunzip);

const MOST_IDX_BYTES = 2 * 2 ** 30 - 1;
const UNSIGNED_BYTE = 0x08;
const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
	[0x09, "signed bytes"],
	[0x0b, "16-bit integers"],
	[0x0c, "32-bit integers"],
	[0x0d, "32-bit floats"],
	[0x0e, "64-bit floats"],
]);
/** Four bytes and at most four sizes. */
const LONGEST_HEADER = 20;

/** Pictures in an IDX file, one after the other. */
export interface IdxImages {
	readonly count: number;
	readonly width: number;
	readonly height: number;
	readonly channels: 1 | 3;
	/** Row by row, channels last. */
	readonly data: Uint8Array;
}

interface IdxArray {
	readonly sizes: readonly number[];
	readonly data: Uint8Array;
}

/** Whether a file's first bytes look like IDX or gzip. */
export function looksLikeIdx(start: Uint8Array): boolean {
	if (start[0] === 0x1f && start[1] === 0x8b) return true;
	const known = start[2] === UNSIGNED_BYTE || TYPE_NAMES.has(start[2] ?? 0);
	return start[0] === 0 && start[1] === 0 && known && (start[3] ?? 0) >= 1 && (start[3] ?? 0) <= 4;
}

/** Reads an images file: `[count, height, width]`, or with 1 or 3 channels last. Throws `unreadable-data`. */
export async function readIdxImages(path: string): Promise<IdxImages> {
	const { sizes, data } = await readIdx(path);
	const [count = 0, height = 0, width = 0, channels = 1] = sizes;
	if (sizes.length === 1) throw unreadable(path, "this file holds labels; give the images file beside it");
	if (sizes.length < 3 || (channels !== 1 && channels !== 3)) {
		throw unreadable(
			path,
			`sizes ${sizes.join(" × ")}; wanted are count × height × width, grey or with 3 channels last`,
		);
	}
	if (count === 0 || height === 0 || width === 0) throw unreadable(path, `no pictures (sizes ${sizes.join(" × ")})`);
	return { count, height, width, channels, data };
}

/** Reads a labels file. Throws `unreadable-data`, also where it hasn't the expected number of labels. */
export async function readIdxLabels(path: string, expected: number): Promise<Uint8Array> {
	const { sizes, data } = await readIdx(path);
	if (sizes.length !== 1) throw unreadable(path, `sizes ${sizes.join(" × ")}; a labels file has one`);
	if (data.length !== expected)
		throw unreadable(path, `${expected} labels expected, one per picture, ${data.length} found`);
	return data;
}

/**
 * The labels file that goes with an images file by its name: `images` becomes `labels`, `idx3` or `idx4` becomes
 * `idx1`, with or without `.gz`. Null where there is none, or the name doesn't tell.
 */
export async function findIdxLabels(imagesPath: string): Promise<string | null> {
	const name = basename(imagesPath);
	const swapped = name
		.replace(/images(?!.*images)/i, (word) => (word === "IMAGES" ? "LABELS" : word === "Images" ? "Labels" : "labels"))
		.replace(/idx[34]/i, (word) => `${word.slice(0, 3)}1`);
	if (swapped === name) return null;
	const plain = swapped.replace(/\.gz$/i, "");
	for (const candidate of new Set([swapped, plain, `${plain}.gz`])) {
		const path = join(dirname(imagesPath), candidate);
		const status = await stat(path).catch(() => null);
		if (status?.isFile()) return path;
	}
	return null;
}

async function readIdx(path: string): Promise<IdxArray> {
	const file = await readWholeFile(path, MOST_IDX_BYTES);
	const zipped = file[0] === 0x1f && file[1] === 0x8b;
	const start = zipped ? await unzipStart(path, file) : file;
	const { sizes, offset } = readHeader(path, start);
	const values = sizes.reduce((product, size) => product * size, 1);
	const expected = offset + values;
	if (expected > MOST_IDX_BYTES) throw unreadable(path, `${values} values are more than are read`);
	const bytes = zipped ? await unzipWhole(path, file, expected) : file;
	if (bytes.length !== expected) {
		throw unreadable(path, `sizes ${sizes.join(" × ")} expect ${expected} bytes, ${bytes.length} found`);
	}
	return { sizes, data: bytes.subarray(offset) };
}

function readHeader(path: string, start: Buffer): { readonly sizes: readonly number[]; readonly offset: number } {
	if (start.length < 8 || start[0] !== 0 || start[1] !== 0) throw unreadable(path, "not an IDX file");
	const type = start[2] ?? 0;
	const dimensions = start[3] ?? 0;
	if (type !== UNSIGNED_BYTE) {
		const found = TYPE_NAMES.get(type) ?? `type ${type}`;
		throw unreadable(path, `holds ${found}; unsigned bytes are wanted`);
	}
	const offset = 4 + 4 * dimensions;
	if (dimensions < 1 || offset > LONGEST_HEADER) throw unreadable(path, `${dimensions} dimensions; 1 to 4 are known`);
	if (start.length < offset) throw unreadable(path, "the header is cut short");
	return { sizes: Array.from({ length: dimensions }, (_, i) => start.readUInt32BE(4 + 4 * i)), offset };
}

/** The first bytes of a gzipped file, so that its sizes are known before it is unpacked. */
async function unzipStart(path: string, file: Buffer): Promise<Buffer> {
	try {
		return await unzip(file.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
	} catch (thrown) {
		throw unreadable(path, `not readable as gzip (${thrown instanceof Error ? thrown.message : String(thrown)})`);
	}
}

async function unzipWhole(path: string, file: Buffer, expected: number): Promise<Buffer> {
	try {
		return await unzip(file, { maxOutputLength: expected });
	} catch (thrown) {
		if (thrown instanceof RangeError) throw unreadable(path, `${expected} bytes expected, more found`);
		const reason = thrown instanceof Error ? thrown.message : String(thrown);
		throw unreadable(path, `damaged or cut short; ${expected} bytes expected (${reason})`);
	}
}
