/** Values of every element type from little-endian bytes. */
import { toFloat32 } from "../numbers.js";
import { decodeNarrow, isNarrow, NARROW_BITS } from "./narrow.js";
import { allocate, type ElementType, type Values } from "./tensor.js";

const BITS: Readonly<Partial<Record<ElementType, number>>> = {
	float32: 32,
	float64: 64,
	float16: 16,
	bfloat16: 16,
	int8: 8,
	int16: 16,
	int32: 32,
	int64: 64,
	uint8: 8,
	uint16: 16,
	uint32: 32,
	uint64: 64,
	bool: 8,
};

/** Bytes that `count` values take; those of types below a byte are packed. */
export function bytesFor(type: ElementType, count: number): number {
	return Math.ceil((count * (isNarrow(type) ? NARROW_BITS[type] : (BITS[type] as number))) / 8);
}

/** Values of little-endian bytes, of which there are exactly `bytesFor(type, count)`. */
export function fromRaw(type: ElementType, bytes: Uint8Array, count: number): Values {
	if (type === "float32") return floats(bytes);
	if (type === "float16" || type === "bfloat16" || type === "uint8") return toFloat32(bytes, type);
	if (isNarrow(type)) return unpack(type, bytes, count);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const width = (BITS[type] as number) / 8;
	const read = READ[type];
	const values = allocate(type, count);
	if (read) for (let i = 0; i < count; i++) values[i] = read(view, i * width);
	return values;
}

function floats(bytes: Uint8Array): Float32Array {
	const copy = new Float32Array(bytes.length / 4);
	new Uint8Array(copy.buffer).set(bytes);
	return copy;
}

/** Values of a type of at most a byte; those below lie in it lowest bits first. */
export function unpack(type: keyof typeof NARROW_BITS, bytes: Uint8Array, count: number): Values {
	const bits = NARROW_BITS[type];
	const perByte = 8 / bits;
	const mask = 2 ** bits - 1;
	const values = allocate(type, count);
	for (let i = 0; i < count; i++) {
		const byte = bytes[Math.floor(i / perByte)] as number;
		values[i] = decodeNarrow(type, (byte >> (bits * (i % perByte))) & mask);
	}
	return values;
}

const READ: Readonly<Partial<Record<ElementType, (view: DataView, at: number) => number>>> = {
	float64: (view, at) => view.getFloat64(at, true),
	int8: (view, at) => view.getInt8(at),
	int16: (view, at) => view.getInt16(at, true),
	int32: (view, at) => view.getInt32(at, true),
	int64: (view, at) => Number(view.getBigInt64(at, true)),
	uint16: (view, at) => view.getUint16(at, true),
	uint32: (view, at) => view.getUint32(at, true),
	uint64: (view, at) => Number(view.getBigUint64(at, true)),
	bool: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
};
