/**
 * Object headers of HDF5 files, just far enough to see where a dataset keeps its bytes before the HDF5 library
 * is asked for them. Source: HDF5 File Format Specification 3.0, IV.A.1 (prefix), IV.A.2.i (layout).
 */
import { BlindspotError } from "../../errors.js";

export type Storage =
	/** Within the header. */
	| { readonly kind: "compact"; readonly bytes: number }
	/** One run of bytes in the file; `bytes` is 0 where none was allocated. */
	| { readonly kind: "contiguous"; readonly bytes: number }
	| { readonly kind: "chunked" }
	/** In other files, named by the header. */
	| { readonly kind: "external" }
	/** Put together from other datasets. */
	| { readonly kind: "virtual" };

const SIGNATURE = Buffer.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
const EXTERNAL_FILES = 0x07;
const LAYOUT = 0x08;
const CONTINUATION = 0x10;
const UNDEFINED_ADDRESS = 2n ** 64n - 1n;
/** Headers of weights have a dozen messages. */
const MOST_MESSAGES = 10_000;

export function hasHdf5Signature(bytes: Buffer): boolean {
	return bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);
}

/** Throws `unreadable-model` unless addresses and lengths take 8 bytes and count from the file's start. */
export function checkSuperblock(bytes: Buffer): void {
	const version = bytes.length > 48 ? bytes.readUInt8(8) : 255;
	const [offsetSize, lengthSize, base] =
		version <= 1
			? [bytes.readUInt8(13), bytes.readUInt8(14), bytes.readBigUInt64LE(version === 0 ? 24 : 28)]
			: version <= 3
				? [bytes.readUInt8(9), bytes.readUInt8(10), bytes.readBigUInt64LE(12)]
				: [0, 0, 0n];
	if (offsetSize !== 8 || lengthSize !== 8 || base !== 0n)
		throw damaged(`superblock version ${version} is not one Keras writes`);
}

interface Block {
	readonly start: number;
	readonly end: number;
}

interface Message {
	readonly type: number;
	readonly start: number;
	readonly end: number;
}

/** Where the dataset whose object header is at `address` keeps its values. Throws `unreadable-model`. */
export function storageOf(bytes: Buffer, address: bigint): Storage {
	const messages = readMessages(bytes, address);
	if (messages.some((message) => message.type === EXTERNAL_FILES)) return { kind: "external" };
	const layout = messages.find((message) => message.type === LAYOUT);
	if (!layout) throw damaged("a dataset has no layout");
	return readLayout(bytes, layout);
}

function readMessages(bytes: Buffer, address: bigint): readonly Message[] {
	const at = within(bytes, address, 16n);
	const modern = bytes.toString("latin1", at, at + 4) === "OHDR";
	const messages: Message[] = [];
	const pending: Block[] = [];
	let prefix: number;
	if (modern) {
		const flags = bytes.readUInt8(at + 5);
		const sizeAt = at + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
		const sizeWidth = 2 ** (flags & 0x03);
		within(bytes, BigInt(sizeAt), BigInt(sizeWidth));
		const size = sizeWidth === 8 ? Number(bytes.readBigUInt64LE(sizeAt)) : bytes.readUIntLE(sizeAt, sizeWidth);
		pending.push(block(bytes, BigInt(sizeAt + sizeWidth), BigInt(size)));
		prefix = flags & 0x04 ? 6 : 4;
	} else {
		if (bytes.readUInt8(at) !== 1) throw damaged("an object header is of unknown version");
		pending.push(block(bytes, BigInt(at + 16), BigInt(bytes.readUInt32LE(at + 8))));
		prefix = 8;
	}
	for (let next = pending.pop(); next; next = pending.pop()) {
		for (let position = next.start; position + prefix <= next.end; ) {
			const type = modern ? bytes.readUInt8(position) : bytes.readUInt16LE(position);
			const size = bytes.readUInt16LE(position + (modern ? 1 : 2));
			const start = position + prefix;
			const end = start + size;
			if (end > next.end) throw damaged("a message of an object header is cut off");
			if (messages.push({ type, start, end }) > MOST_MESSAGES) throw damaged("an object header goes on for ever");
			if (type === CONTINUATION) pending.push(continuation(bytes, start, end, modern));
			position = end;
		}
	}
	return messages;
}

function continuation(bytes: Buffer, start: number, end: number, modern: boolean): Block {
	if (end - start < 16) throw damaged("a continuation of an object header is cut off");
	const { start: from, end: to } = block(bytes, bytes.readBigUInt64LE(start), bytes.readBigUInt64LE(start + 8));
	// Version 2 blocks begin with a signature and end with a checksum.
	return modern ? { start: from + 4, end: to - 4 } : { start: from, end: to };
}

function readLayout(bytes: Buffer, { start, end }: Message): Storage {
	const need = (length: number) => {
		if (end - start < length) throw damaged("the layout of a dataset is cut off");
	};
	need(4);
	const version = bytes.readUInt8(start);
	if (version < 3 || version > 5) throw damaged(`the layout of a dataset is of version ${version}`);
	switch (bytes.readUInt8(start + 1)) {
		case 0:
			return { kind: "compact", bytes: bytes.readUInt16LE(start + 2) };
		case 1: {
			need(18);
			const address = bytes.readBigUInt64LE(start + 2);
			if (address === UNDEFINED_ADDRESS) return { kind: "contiguous", bytes: 0 };
			const length = bytes.readBigUInt64LE(start + 10);
			within(bytes, address, length);
			return { kind: "contiguous", bytes: Number(length) };
		}
		case 2:
			return { kind: "chunked" };
		case 3:
			return { kind: "virtual" };
		default:
			throw damaged("the layout of a dataset is of an unknown class");
	}
}

function block(bytes: Buffer, address: bigint, length: bigint): Block {
	const start = within(bytes, address, length);
	return { start, end: start + Number(length) };
}

/** The address as an index, where `length` bytes from it are in the file. */
function within(bytes: Buffer, address: bigint, length: bigint): number {
	if (address + length > BigInt(bytes.length))
		throw damaged(`it points at bytes ${address} to ${address + length} of ${bytes.length}`);
	return Number(address);
}

function damaged(why: string): BlindspotError {
	return new BlindspotError("unreadable-model", `The HDF5 file is damaged: ${why}.`);
}
