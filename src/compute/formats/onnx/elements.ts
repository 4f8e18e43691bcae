/** How ONNX stores and names element types. */
import { unpack } from "../graph/bytes.js";
import { decodeNarrow, isNarrow, NARROW_BITS } from "../graph/narrow.js";
import { allocate, type ElementType, type Values } from "../graph/tensor.js";
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

/** Null for a type that isn't read. */
export function elementType(dataType: number): ElementType | null {
	return Object.hasOwn(TYPES, dataType) ? (TYPES[dataType] as ElementType) : null;
}

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
