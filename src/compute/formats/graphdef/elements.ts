/** How TensorFlow numbers and names element types. */
import type { ElementType } from "../graph/tensor.js";

/** `DataType` of types.proto; a reference to a value has 100 more. Text, resources and complex numbers are not read. */
const TYPES: Readonly<Record<number, ElementType>> = {
	1: "float32",
	2: "float64",
	3: "int32",
	4: "uint8",
	5: "int16",
	6: "int8",
	9: "int64",
	10: "bool",
	14: "bfloat16",
	17: "uint16",
	19: "float16",
	22: "uint32",
	23: "uint64",
};

const NAMES: Readonly<Record<string, number>> = {
	DT_FLOAT: 1,
	DT_DOUBLE: 2,
	DT_INT32: 3,
	DT_UINT8: 4,
	DT_INT16: 5,
	DT_INT8: 6,
	DT_STRING: 7,
	DT_INT64: 9,
	DT_BOOL: 10,
	DT_BFLOAT16: 14,
	DT_UINT16: 17,
	DT_HALF: 19,
	DT_RESOURCE: 20,
	DT_UINT32: 22,
	DT_UINT64: 23,
};

/** Null for a type that isn't read. */
export function elementType(dataType: number): ElementType | null {
	const plain = dataType > 100 ? dataType - 100 : dataType;
	return Object.hasOwn(TYPES, plain) ? (TYPES[plain] as ElementType) : null;
}

/** The number of a type that JSON gives by name; 0 for one that isn't known. */
export function dataTypeNamed(name: string): number {
	const plain = name.replace(/_REF$/, "");
	return Object.hasOwn(NAMES, plain) ? (NAMES[plain] as number) : 0;
}

/** The number of a type; 0 for one that TensorFlow hasn't. */
export function dataTypeOf(type: ElementType): number {
	return Number(Object.entries(TYPES).find(([, own]) => own === type)?.[0] ?? 0);
}
