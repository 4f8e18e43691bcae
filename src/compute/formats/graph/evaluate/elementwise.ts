/** Arithmetic on constants, with the rounding of their element types. */

import { roundToBfloat, roundToHalf } from "../../../math/halfFloats.js";
import { isNarrow, roundToMinifloat } from "../narrow.js";
import { allocate, broadcastShapes, type ElementType, expanded, isFloat, type Tensor, tensor } from "../tensor.js";

/** A number as the type holds it: floats rounded, integers cut and wrapped around. */
export function asType(type: ElementType, x: number, saturate = true): number {
	switch (type) {
		case "float64":
			return x;
		case "float32":
			return Math.fround(x);
		case "float16":
			return roundToHalf(x);
		case "bfloat16":
			return roundToBfloat(x);
		case "bool":
			return x === 0 ? 0 : 1;
		case "int64":
		case "uint64":
			return Math.trunc(x);
		default:
			return isNarrow(type) && isFloat(type) ? roundToMinifloat(type, x, saturate) : wrap(type, Math.trunc(x));
	}
}

const RANGES: Readonly<Partial<Record<ElementType, readonly [low: number, high: number]>>> = {
	int2: [-2, 1],
	int4: [-8, 7],
	int8: [-128, 127],
	int16: [-32768, 32767],
	int32: [-(2 ** 31), 2 ** 31 - 1],
	uint2: [0, 3],
	uint4: [0, 15],
	uint8: [0, 255],
	uint16: [0, 65535],
	uint32: [0, 2 ** 32 - 1],
};

/** Smallest and largest value of an integer type of up to 32 bits. */
export function integerRange(type: ElementType): readonly [low: number, high: number] | null {
	return RANGES[type] ?? null;
}

function wrap(type: ElementType, x: number): number {
	const range = RANGES[type];
	if (!range || !Number.isFinite(x)) return x;
	const [low, high] = range;
	const span = high - low + 1;
	return ((((x - low) % span) + span) % span) + low;
}

/** `f` of every value. */
export function map(x: Tensor, f: (v: number) => number, type: ElementType = x.type): Tensor {
	const data = allocate(type, x.data.length);
	for (let i = 0; i < data.length; i++) data[i] = asType(type, f(x.data[i] as number));
	return tensor(type, x.shape, data, x.name);
}

/** `f` of the values of two tensors, broadcast. */
export function combine(a: Tensor, b: Tensor, f: (a: number, b: number) => number, type: ElementType = a.type): Tensor {
	const shape = broadcastShapes(a.shape, b.shape);
	const [left, right] = [expanded(a, shape), expanded(b, shape)];
	const data = allocate(type, left.data.length);
	for (let i = 0; i < data.length; i++) data[i] = asType(type, f(left.data[i] as number, right.data[i] as number));
	return tensor(type, shape, data, `${a.name}, ${b.name}`);
}

export function cast(x: Tensor, type: ElementType, saturate = true): Tensor {
	const data = allocate(type, x.data.length);
	for (let i = 0; i < data.length; i++) data[i] = asType(type, x.data[i] as number, saturate);
	return tensor(type, x.shape, data, x.name);
}

/** Division as the type does it: integers cut towards zero. */
export function quotient(type: ElementType): (a: number, b: number) => number {
	return isFloat(type) ? (a, b) => a / b : (a, b) => Math.trunc(a / b);
}

/** Maclaurin series near zero, a continued fraction beyond; to float64 accuracy. */
export function erf(x: number): number {
	const size = Math.abs(x);
	if (size > 6) return Math.sign(x);
	if (size < 2.5) {
		let term = x;
		let sum = x;
		for (let n = 1; n < 80; n++) {
			term *= (-x * x) / n;
			sum += term / (2 * n + 1);
		}
		return (2 / Math.sqrt(Math.PI)) * sum;
	}
	let fraction = 0;
	for (let n = 60; n >= 1; n--) fraction = n / 2 / (size + fraction);
	return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
}
