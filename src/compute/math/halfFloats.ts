/** Floats of 16 bits: decoded, and rounded to with ties to even. */

/** The value of a binary16 (IEEE 754): 1 sign, 5 exponent and 10 fraction bits. */
export function halfToNumber(bits: number): number {
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >> 10) & 0x1f;
	const fraction = bits & 0x3ff;
	if (exponent === 0) return sign * fraction * 2 ** -24;
	if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
	return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The value of a bfloat16: the upper half of a binary32. */
export function bfloatToNumber(bits: number): number {
	const sign = bits & 0x8000 ? -1 : 1;
	const exponent = (bits >> 7) & 0xff;
	const fraction = bits & 0x7f;
	if (exponent === 0) return sign * fraction * 2 ** -133;
	if (exponent === 0xff) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
	return sign * (1 + fraction / 128) * 2 ** (exponent - 127);
}

/** The nearest binary16 value; beyond its largest, infinity. */
export function roundToHalf(x: number): number {
	if (!Number.isFinite(x) || x === 0) return x;
	const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(x))));
	const rounded = roundToMultiple(x, 2 ** (exponent - 10));
	return Math.abs(rounded) > 65504 ? Math.sign(x) * Number.POSITIVE_INFINITY : rounded;
}

/** The nearest bfloat16 value: a binary32 with 16 bits less. */
export function roundToBfloat(x: number): number {
	if (!Number.isFinite(x) || x === 0) return x;
	const exponent = Math.max(-126, Math.floor(Math.log2(Math.abs(x))));
	return Math.fround(roundToMultiple(x, 2 ** (exponent - 7)));
}

function roundToMultiple(x: number, step: number): number {
	return roundHalfEven(x / step) * step;
}

/** The nearest integer, halves to the even one. */
export function roundHalfEven(x: number): number {
	const below = Math.floor(x);
	const rest = x - below;
	if (rest !== 0.5) return Math.round(x);
	return below % 2 === 0 ? below : below + 1;
}
