/** Rounding to 16-bit floats, ties to even. */

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
