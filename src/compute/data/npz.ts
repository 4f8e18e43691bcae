/** NumPy's `.npz` archives: a zip with one `.npy` per array. */
import { unzipSync, zipSync } from "fflate";
import { BlindspotError } from "../errors.js";
import { readWholeFile, type WhenExisting, writeWholeFile } from "./files.js";
import { encodeNpy, type NpyArray, readNpy, readNpyTexts, type WritableArray } from "./npy.js";
import { unreadable } from "./unreadable.js";

/** The most bytes that an archive, or the arrays read from it, may have. */
export const MOST_NPZ_BYTES = 2 * 2 ** 30 - 1;
const MOST_ENTRIES = 1000;
/** An array that unpacks to more than this and to more than `MOST_RATIO` times its size is taken for a bomb. */
const UNSUSPICIOUS_BYTES = 256 * 2 ** 20;
const MOST_RATIO = 200;

export interface NpzArchive {
	/** Names of all arrays in the archive, read or not. */
	readonly names: readonly string[];
	/** Those of the wanted arrays that it has and that hold numbers. */
	readonly arrays: ReadonlyMap<string, NpyArray>;
	/** Those that hold text. */
	readonly texts: ReadonlyMap<string, readonly string[]>;
}

/** Reads the wanted arrays of an archive; others aren't unpacked. Throws `unreadable-data`. */
export async function readNpz(path: string, wanted: readonly string[]): Promise<NpzArchive> {
	const bytes = await readWholeFile(path, MOST_NPZ_BYTES);
	const names: string[] = [];
	let total = 0;
	let unpacked: Record<string, Uint8Array>;
	try {
		unpacked = unzipSync(bytes, {
			filter: ({ name, size, originalSize }) => {
				if (names.length >= MOST_ENTRIES) throw unreadable(path, `more than ${MOST_ENTRIES} entries`);
				const array = name.replace(/\.npy$/, "");
				if (names.includes(array)) throw unreadable(path, `two entries are named '${array}'`);
				names.push(array);
				if (!wanted.includes(array)) return false;
				total += originalSize;
				refuseBomb(path, array, size, originalSize, total);
				return true;
			},
		});
	} catch (thrown) {
		if (thrown instanceof BlindspotError) throw thrown;
		const reason = thrown instanceof Error ? thrown.message : String(thrown);
		throw unreadable(path, `not a readable .npz, damaged or cut short (${reason})`);
	}
	const arrays = new Map<string, NpyArray>();
	const texts = new Map<string, readonly string[]>();
	for (const [file, content] of Object.entries(unpacked)) {
		const name = file.replace(/\.npy$/, "");
		const where = `${path}, array '${name}'`;
		const text = readNpyTexts(where, content);
		if (text === null) arrays.set(name, readNpy(where, content));
		else texts.set(name, text);
	}
	return { names, arrays, texts };
}

function refuseBomb(path: string, array: string, size: number, originalSize: number, total: number): void {
	const ratio = originalSize / Math.max(1, size);
	if (originalSize > UNSUSPICIOUS_BYTES && ratio > MOST_RATIO) {
		throw unreadable(path, `array '${array}' unpacks to ${Math.round(ratio)} times its size; save it uncompressed`);
	}
	if (total > MOST_NPZ_BYTES) throw unreadable(path, `its arrays unpack to more than ${MOST_NPZ_BYTES} bytes`);
}

/** The oldest date a zip can hold: the same arrays give the same bytes. */
const EPOCH_OF_ZIP = new Date(1980, 0, 1);

/** The bytes of an uncompressed archive, as `numpy.savez` would write it but for dates. */
export function encodeNpz(arrays: Readonly<Record<string, WritableArray>>): Uint8Array {
	const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)]);
	return zipSync(Object.fromEntries(files), { level: 0, mtime: EPOCH_OF_ZIP });
}

/** Writes an archive and returns its path. Throws `unwritable`. */
export async function writeNpz(
	path: string,
	arrays: Readonly<Record<string, WritableArray>>,
	whenExisting: WhenExisting,
): Promise<string> {
	return writeWholeFile(path, encodeNpz(arrays), whenExisting);
}
