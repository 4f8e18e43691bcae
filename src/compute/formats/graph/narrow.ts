/**
 * Number formats of a byte or less: minifloats and small integers.
 *
 * Source: ONNX specification, "Float stored in 8 bits" and "4 bit integer types"; Micikevicius et al., "FP8 Formats
 * for Deep Learning", 2022; Noune et al., "8-bit Numerical Formats for Deep Neural Networks", 2022 (the `fnuz` ones).
 */
import type { ElementType } from "./tensor.js";

export const NARROW_BITS = {
	float8e4m3fn: 8,
	float8e4m3fnuz: 8,
	float8e5m2: 8,
	float8e5m2fnuz: 8,
	float8e8m0: 8,
	float4e2m1: 4,
	int4: 4,
	uint4: 4,
	int2: 2,
	uint2: 2,
} as const satisfies Partial<Record<ElementType, number>>;

type Narrow = keyof typeof NARROW_BITS;

interface Minifloat {
	readonly exponent: number;
	readonly mantissa: number;
	readonly bias: number;
	/** What stands for infinity and NaN: as in IEEE, nothing but NaN at all ones, or NaN at minus zero. */
	readonly special: "ieee" | "allOnes" | "minusZero" | "none";
}

const MINIFLOATS: Readonly<Partial<Record<Narrow, Minifloat>>> = {
	float8e4m3fn: { exponent: 4, mantissa: 3, bias: 7, special: "allOnes" },
	float8e4m3fnuz: { exponent: 4, mantissa: 3, bias: 8, special: "minusZero" },
	float8e5m2: { exponent: 5, mantissa: 2, bias: 15, special: "ieee" },
	float8e5m2fnuz: { exponent: 5, mantissa: 2, bias: 16, special: "minusZero" },
	float4e2m1: { exponent: 2, mantissa: 1, bias: 1, special: "none" },
};

export function isNarrow(type: ElementType): type is Narrow {
	return Object.hasOwn(NARROW_BITS, type);
}

/** The number that a bit pattern means. */
export function decodeNarrow(type: Narrow, bits: number): number {
	if (type === "float8e8m0") return bits === 255 ? Number.NaN : 2 ** (bits - 127);
	const format = MINIFLOATS[type];
	if (!format) {
		const width = NARROW_BITS[type];
		const isSigned = type === "int4" || type === "int2";
		return isSigned && bits >= 2 ** (width - 1) ? bits - 2 ** width : bits;
	}
	const { exponent, mantissa, bias, special } = format;
	const magnitude = bits & (2 ** (exponent + mantissa) - 1);
	const isNegative = bits >> (exponent + mantissa) === 1;
	const power = magnitude >> mantissa;
	const fraction = magnitude & (2 ** mantissa - 1);
	const isTop = power === 2 ** exponent - 1;
	if (special === "minusZero" && isNegative && magnitude === 0) return Number.NaN;
	if (special === "allOnes" && magnitude === 2 ** (exponent + mantissa) - 1) return Number.NaN;
	if (special === "ieee" && isTop)
		return fraction > 0 ? Number.NaN : isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
	const step = 2 ** -mantissa;
	const value = power === 0 ? fraction * step * 2 ** (1 - bias) : (1 + fraction * step) * 2 ** (power - bias);
	return isNegative ? -value : value;
}

const positives = new Map<Narrow, readonly number[]>();

/** A minifloat's finite values from 0 up; each one's position is its bit pattern. */
function positiveValues(type: Narrow): readonly number[] {
	const known = positives.get(type);
	if (known) return known;
	const count = 2 ** (NARROW_BITS[type] - 1);
	const values = Array.from({ length: count }, (_, bits) => decodeNarrow(type, bits)).filter(Number.isFinite);
	positives.set(type, values);
	return values;
}

/**
 * The nearest value that a minifloat has, ties to the even bit pattern. Beyond the largest: that one where it
 * saturates, else infinity or NaN, whichever the format has. NaN is 0 where the format has none.
 */
export function roundToMinifloat(type: Narrow, x: number, saturate: boolean): number {
	const format = MINIFLOATS[type];
	if (type === "float8e8m0") return roundToPowerOfTwo(x, saturate);
	if (!format) return x;
	if (Number.isNaN(x)) return format.special === "none" ? 0 : x;
	const values = positiveValues(type);
	const size = Math.abs(x);
	const largest = values.at(-1) as number;
	const sign = x < 0 || Object.is(x, -0) ? -1 : 1;
	// Half a step beyond the largest rounds to where the next value would be.
	const beyond = largest + (largest - (values.at(-2) as number)) / 2;
	if (size > beyond || (size === beyond && values.length % 2 === 0)) {
		if (saturate || format.special === "none") return sign * largest;
		return format.special === "ieee" ? sign * Number.POSITIVE_INFINITY : Number.NaN;
	}
	let low = 0;
	let high = values.length - 1;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if ((values[middle] as number) <= size) low = middle;
		else high = middle;
	}
	const [below, above] = [values[low] as number, values[high] as number];
	const isBelow = size - below < above - size || (size - below === above - size && low % 2 === 0);
	const rounded = isBelow ? below : above;
	if (rounded === 0 && format.special === "minusZero") return 0;
	return sign * rounded;
}

/** float8e8m0 rounds up by ONNX's default. */
function roundToPowerOfTwo(x: number, saturate: boolean): number {
	if (Number.isNaN(x) || x < 0) return Number.NaN;
	if (x === Number.POSITIVE_INFINITY) return saturate ? 2 ** 127 : Number.NaN;
	const exponent = Math.ceil(Math.log2(x));
	if (exponent > 127) return saturate ? 2 ** 127 : Number.NaN;
	return 2 ** Math.max(-127, exponent);
}
