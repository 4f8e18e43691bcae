/** How ONNX stores and names element types. */

import { decodeNarrow, isNarrow, NARROW_BITS } from "../graph/narrow.js";
import type { ElementType, Values } from "../graph/tensor.js";
import { allocate } from "../graph/tensor.js";
import { toFloat32 } from "../numbers.js";

/** `TensorProto.DataType`. Strings and complex numbers are not read. */
const TYPES: Readonly<Record<number, ElementType>> = {
	1: "float32",
	2: "uint8",
	3: "int8",
	4: "uint16",
	5: "int16",
	6: "int32",
	7: "int64",
	9: "bool",
	10: "float16",
	11: "float64",
	12: "uint32",
	13: "uint64",
	16: "bfloat16",
	17: "float8e4m3fn",
	18: "float8e4m3fnuz",
	19: "float8e5m2",
	20: "float8e5m2fnuz",
	21: "uint4",
	22: "int4",
	23: "float4e2m1",
	24: "float8e8m0",
	25: "uint2",
	26: "int2",
};

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

/** Null for a type that isn't read. */
export function elementType(dataType: number): ElementType | null {
	return Object.hasOwn(TYPES, dataType) ? (TYPES[dataType] as ElementType) : null;
}

/** Bytes that `count` values take in `raw_data`; types below a byte are packed. */
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

/** Values below a byte lie in it lowest bits first. */
function unpack(type: keyof typeof NARROW_BITS, bytes: Uint8Array, count: number): Values {
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

/** The field of a TensorProto that holds a type's values where they aren't raw; halves and bytes lie in int32_data. */
export function fromIntegers(type: ElementType, stored: readonly number[], count: number): Values {
	if (isNarrow(type) && NARROW_BITS[type] < 8) return unpack(type, Uint8Array.from(stored), count);
	if (isNarrow(type)) return allocate(type, count).map((_, i) => decodeNarrow(type, (stored[i] as number) & 0xff));
	if (type === "float16" || type === "bfloat16") {
		const bits = Uint16Array.from(stored);
		return toFloat32(new Uint8Array(bits.buffer), type);
	}
	const values = allocate(type, count);
	values.set(stored);
	return values;
}
