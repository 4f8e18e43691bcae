/** Largest singular values of weights: scaled so that float32 neither overflows nor loses them, zeros and all. */
import type { Slices } from "../backend/slices.js";
import { DenseMatrices } from "./denseMatrix.js";
import { boundedSingularValue } from "./largestSingularValue.js";

/** Relative slack of a norm whose matrix isn't stored but computed by the layer in float32, such as the 1/9 of a mean over 3 × 3. */
export const STORED = 1e-6;

/** The most multiply-adds of `AᵀA` that a singular value is worth; beyond, row and column sums bound it. */
const MOST_WORK = 2e12;
const MOST_COLUMNS = 8192;

/** A power of two that brings weights to the order of 1, exactly; null where all are zeros. */
export function scaleOf(weights: Float32Array): number | null {
	const largest = largestValue(weights);
	return largest === 0 ? null : 2 ** -Math.floor(Math.log2(largest));
}

/** Of `count` real matrices `[height, width]`; `isExact` is false where they are too large for singular values. */
export async function denseNorm(
	data: Float32Array,
	[count, height, width]: readonly [count: number, height: number, width: number],
	slices: Slices,
): Promise<{ readonly upper: number; readonly isExact: boolean }> {
	const columns = Math.min(height, width);
	if (columns > MOST_COLUMNS || count * columns * height * width > MOST_WORK)
		return { upper: sumsBound(data, count, height, width), isExact: false };
	const scale = scaleOf(data);
	if (scale === null) return { upper: 0, isExact: true };
	const matrices = new DenseMatrices(data, scale, count, height, width);
	const upper = ((await boundedSingularValue(matrices, slices)) * (1 + STORED)) / scale;
	return { upper, isExact: true };
}

/** `sqrt(‖A‖₁·‖A‖∞)` or the Frobenius norm, whichever is less; of each matrix, the largest. */
function sumsBound(data: Float32Array, count: number, height: number, width: number): number {
	let bound = 0;
	for (let m = 0; m < count; m++) {
		const columnSums = new Float64Array(width);
		let [largestRow, squares] = [0, 0];
		for (let i = 0; i < height; i++) {
			let row = 0;
			for (let j = 0; j < width; j++) {
				const value = Math.abs(data[(m * height + i) * width + j] as number);
				row += value;
				squares += value * value;
				columnSums[j]! += value;
			}
			largestRow = Math.max(largestRow, row);
		}
		const largestColumn = columnSums.reduce((a, b) => Math.max(a, b), 0);
		bound = Math.max(bound, Math.min(Math.sqrt(largestRow * largestColumn), Math.sqrt(squares)));
	}
	return bound * (1 + STORED);
}

export function largestValue(values: Float32Array): number {
	let largest = 0;
	for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] as number));
	return largest;
}
