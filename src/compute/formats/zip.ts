/** A zip archive in memory: the central directory is checked as a whole before anything is inflated. */
import { inflateRawSync } from "node:zlib";
import { BlindspotError } from "../errors.js";

/** Caps that hold whatever the archive says of itself. */
export const ZIP_LIMITS = {
	entries: 1_000,
	/** Inflated bytes of all entries together. */
	totalBytes: 2 ** 31,
	/** Inflated to deflated. Weights hardly shrink; JSON shrinks twentyfold. */
	ratio: 200,
	/** Entries this small may shrink as they like. */
	ratioFreeBytes: 2 ** 20,
} as const;

interface Entry {
	readonly name: string;
	readonly method: number;
	readonly deflated: number;
	readonly inflated: number;
	readonly crc: number;
	readonly headerOffset: number;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const END_SIZE = 22;
const DIRECTORY_ENTRY_SIZE = 46;
const LOCAL_HEADER_SIZE = 30;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
/** Flag bits for encryption of the entry and of the directory. */
const ENCRYPTED = 0x0001 | 0x0040 | 0x2000;

export class ZipArchive {
	readonly #entries: ReadonlyMap<string, Entry>;

	/** Throws `unreadable-model` where the directory is damaged, repeats a name or promises too much. */
	constructor(readonly bytes: Buffer) {
		this.#entries = readDirectory(bytes);
	}

	get names(): readonly string[] {
		return [...this.#entries.keys()];
	}

	has(name: string): boolean {
		return this.#entries.has(name);
	}

	/** The bytes of an entry, length and checksum compared with the directory. */
	read(name: string): Buffer {
		const entry = this.#entries.get(name);
		if (!entry) throw damaged(`there is no '${name}' in it`);
		const start = dataOffset(this.bytes, entry);
		const packed = this.bytes.subarray(start, start + entry.deflated);
		const content = entry.method === STORED ? packed : inflate(packed, entry);
		if (content.length !== entry.inflated)
			throw damaged(`'${name}' has ${content.length} bytes, the directory says ${entry.inflated}`);
		if (crc32(content) !== entry.crc) throw damaged(`the checksum of '${name}' is wrong`);
		return content;
	}
}

function inflate(packed: Buffer, entry: Entry): Buffer {
	try {
		return inflateRawSync(packed, { maxOutputLength: Math.max(1, entry.inflated) });
	} catch (thrown) {
		const why = thrown instanceof Error ? thrown.message : String(thrown);
		throw damaged(`'${entry.name}' can't be inflated to its ${entry.inflated} bytes (${why})`);
	}
}

function readDirectory(bytes: Buffer): ReadonlyMap<string, Entry> {
	const end = findEnd(bytes);
	const count = bytes.readUInt16LE(end + 10);
	const size = bytes.readUInt32LE(end + 12);
	let at = bytes.readUInt32LE(end + 16);
	if (count === 0xffff || at === 0xffffffff) throw damaged("it is a Zip64 archive, larger than is read");
	if (count > ZIP_LIMITS.entries) throw damaged(`it has ${count} entries; ${ZIP_LIMITS.entries} is the limit`);
	if (at + size > end) throw damaged("its directory lies outside the file");
	const entries = new Map<string, Entry>();
	let total = 0;
	for (let index = 0; index < count; index++) {
		if (at + DIRECTORY_ENTRY_SIZE > end || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY)
			throw damaged(`entry ${index} of its directory is malformed`);
		const { entry, length } = readEntry(bytes, at, end);
		if (entries.has(entry.name)) throw damaged(`two entries are called '${entry.name}'`);
		entries.set(entry.name, entry);
		total += entry.inflated;
		if (total > ZIP_LIMITS.totalBytes) throw damaged(`it would unpack to more than ${ZIP_LIMITS.totalBytes} bytes`);
		at += length;
	}
	return entries;
}

function readEntry(bytes: Buffer, at: number, end: number): { readonly entry: Entry; readonly length: number } {
	const flags = bytes.readUInt16LE(at + 8);
	const method = bytes.readUInt16LE(at + 10);
	const nameLength = bytes.readUInt16LE(at + 28);
	const length = DIRECTORY_ENTRY_SIZE + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
	if (at + length > end) throw damaged("its directory is cut off");
	const name = bytes.toString("utf8", at + DIRECTORY_ENTRY_SIZE, at + DIRECTORY_ENTRY_SIZE + nameLength);
	const entry: Entry = {
		name,
		method,
		crc: bytes.readUInt32LE(at + 16),
		deflated: bytes.readUInt32LE(at + 20),
		inflated: bytes.readUInt32LE(at + 24),
		headerOffset: bytes.readUInt32LE(at + 42),
	};
	if ((flags & ENCRYPTED) !== 0) throw damaged(`'${name}' is encrypted`);
	if (method !== STORED && method !== DEFLATED) throw damaged(`'${name}' is packed by method ${method}`);
	if (method === STORED && entry.deflated !== entry.inflated)
		throw damaged(`the sizes of '${name}' contradict each other`);
	if (entry.inflated > ZIP_LIMITS.ratioFreeBytes && entry.inflated > ZIP_LIMITS.ratio * entry.deflated)
		throw damaged(`'${name}' would unpack from ${entry.deflated} to ${entry.inflated} bytes`);
	return { entry, length };
}

function findEnd(bytes: Buffer): number {
	const first = Math.max(0, bytes.length - END_SIZE - LONGEST_COMMENT);
	for (let at = bytes.length - END_SIZE; at >= first; at--) {
		if (bytes.readUInt32LE(at) === END_OF_DIRECTORY && bytes.readUInt16LE(at + 20) === bytes.length - at - END_SIZE)
			return at;
	}
	throw damaged("its directory is missing; the file may be cut off");
}

function dataOffset(bytes: Buffer, entry: Entry): number {
	const at = entry.headerOffset;
	if (at + LOCAL_HEADER_SIZE > bytes.length || bytes.readUInt32LE(at) !== LOCAL_HEADER)
		throw damaged(`the header of '${entry.name}' is not where the directory says`);
	const start = at + LOCAL_HEADER_SIZE + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
	if (start + entry.deflated > bytes.length) throw damaged(`'${entry.name}' is cut off`);
	return start;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
	let value = n;
	for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
	return value;
});

/** CRC-32 as zip uses it (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
	return (crc ^ 0xffffffff) >>> 0;
}

function damaged(why: string): BlindspotError {
	return new BlindspotError("unreadable-model", `The zip archive can't be read: ${why}.`);
}
