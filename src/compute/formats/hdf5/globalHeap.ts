/**
 * Global heaps of HDF5 files, where texts of any length lie. The library steps through a heap by the sizes in it
 * and goes round for ever where one is zero, so they are checked first.
 * Source: HDF5 File Format Specification 3.0, III.E.
 */
import { BlindspotError } from "../../errors.js";

const SIGNATURE = Buffer.from("GCOL\x01\0\0\0", "latin1");
const HEADER_SIZE = 16;
const OBJECT_HEADER_SIZE = 16;

/** Throws `unreadable-model` where a heap's objects don't fill it step by step. Linear in the file's size. */
export function checkGlobalHeaps(bytes: Buffer): void {
	let end = 0;
	for (let at = bytes.indexOf(SIGNATURE); at !== -1; at = bytes.indexOf(SIGNATURE, Math.max(at + 1, end))) {
		end = at + checkHeap(bytes, at);
	}
}

/** Returns the size of the heap. */
function checkHeap(bytes: Buffer, at: number): number {
	if (at + HEADER_SIZE > bytes.length) throw damaged(at);
	const size = Number(bytes.readBigUInt64LE(at + 8));
	const end = at + size;
	if (size < HEADER_SIZE || end > bytes.length) throw damaged(at);
	for (let object = at + HEADER_SIZE; object + OBJECT_HEADER_SIZE <= end; ) {
		const index = bytes.readUInt16LE(object);
		const length = Number(bytes.readBigUInt64LE(object + 8));
		// Object 0 is the free space, its size counts its header; others are padded to 8 bytes.
		const step = index === 0 ? length : OBJECT_HEADER_SIZE + Math.ceil(length / 8) * 8;
		if (step === 0 || object + step > end) throw damaged(at);
		object += step;
	}
	return size;
}

function damaged(at: number): BlindspotError {
	return new BlindspotError("unreadable-model", `The HDF5 file is damaged: the heap at byte ${at} contradicts itself.`);
}
