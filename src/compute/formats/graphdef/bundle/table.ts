/**
 * A sorted table of keys and values: LevelDB's format, which TensorFlow keeps the index of a checkpoint in.
 *
 * Source: LevelDB's `table_format.md`. A block's keys share beginnings; each block ends with its compression and a
 * checksum; a footer leads to a block that lists the others.
 */
import { BlindspotError } from "../../../errors.js";
import { maskedCrc32c } from "./crc32c.js";

const FOOTER_BYTES = 48;
const MAGIC_LOW = 0x8b80fb57;
const MAGIC_HIGH = 0xdb477524;
/** Compression and checksum after each block. */
const TRAILER_BYTES = 5;
const LONGEST_KEY = 4096;
const MOST_ENTRIES = 1_000_000;

/** All entries. Values are views into the bytes. Throws `unreadable-model`. */
export function readTable(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
	if (bytes.length < FOOTER_BYTES) throw damaged(`it has ${bytes.length} bytes`);
	const footer = new Cursor(bytes, bytes.length - FOOTER_BYTES, bytes.length);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (view.getUint32(bytes.length - 8, true) !== MAGIC_LOW || view.getUint32(bytes.length - 4, true) !== MAGIC_HIGH)
		throw damaged("it doesn't end as a table does");
	footer.handle();
	const index = footer.handle();
	const entries = new Map<string, Uint8Array>();
	for (const [, place] of readBlock(bytes, index)) {
		const handle = new Cursor(place, 0, place.length).handle();
		for (const [key, value] of readBlock(bytes, handle)) {
			if (entries.has(key)) throw damaged(`'${key}' is in it twice`);
			if (entries.size >= MOST_ENTRIES) throw damaged(`it has more than ${MOST_ENTRIES} entries`);
			entries.set(key, value);
		}
	}
	return entries;
}

interface Handle {
	readonly offset: number;
	readonly size: number;
}

function* readBlock(bytes: Uint8Array, { offset, size }: Handle): Generator<readonly [key: string, value: Uint8Array]> {
	const end = offset + size;
	if (end + TRAILER_BYTES > bytes.length) throw damaged(`a block lies at bytes ${offset} to ${end} of ${bytes.length}`);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes[end] !== 0) throw damaged("it is compressed, which TensorFlow doesn't do");
	if (view.getUint32(end + 1, true) !== maskedCrc32c(bytes.subarray(offset, end + 1)))
		throw damaged(`the checksum of its block at byte ${offset} is wrong`);
	const restarts = size >= 4 ? view.getUint32(end - 4, true) : 0;
	const last = end - 4 - 4 * restarts;
	if (size < 4 || last < offset) throw damaged(`a block of ${size} bytes has ${restarts} restarts`);
	const cursor = new Cursor(bytes, offset, last);
	let key: Uint8Array = new Uint8Array(0);
	while (!cursor.isAtEnd) {
		const shared = cursor.number();
		const own = cursor.number();
		const length = cursor.number();
		if (shared > key.length || shared + own > LONGEST_KEY) throw damaged(`a key of ${shared} + ${own} bytes`);
		key = Buffer.concat([key.subarray(0, shared), cursor.take(own)]);
		yield [Buffer.from(key).toString("utf8"), cursor.take(length)];
	}
}

/** Reads numbers and bytes one after the other, within bounds. */
class Cursor {
	constructor(
		readonly bytes: Uint8Array,
		private at: number,
		readonly end: number,
	) {}

	get isAtEnd(): boolean {
		return this.at >= this.end;
	}

	/** A number of seven bits per byte, the lowest first; up to 2^53. */
	number(): number {
		let value = 0;
		for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
			const byte = this.take(1)[0] as number;
			value += (byte & 127) * factor;
			if (byte < 128) return value;
		}
		throw damaged("a number has too many bytes");
	}

	handle(): Handle {
		return { offset: this.number(), size: this.number() };
	}

	take(count: number): Uint8Array {
		if (this.at + count > this.end) throw damaged(`${count} bytes are wanted where ${this.end - this.at} are left`);
		this.at += count;
		return this.bytes.subarray(this.at - count, this.at);
	}
}

function damaged(why: string): BlindspotError {
	return new BlindspotError("unreadable-model", `The index of the variables is damaged: ${why}.`);
}
