/** The largest singular value of many small matrices, in float64 and without a backend. */

import type { Slices } from "../backend/slices.js";
import { Random } from "../math/random.js";
import { emptyTriangle, factorBlock } from "./choleskyBlock.js";
import { type MatrixBatch, UNIT_ROUNDOFF } from "./matrixBatch.js";

/** How close to the largest eigenvalue of AᴴA its bound is, relative. */
const CLOSE = 1e-5;
/** Factors of one matrix until a bound is as close as that. */
const FACTORS_EACH = 20;

/** Multiply-adds that the sweep takes. */
export function sweepWork(batch: MatrixBatch): number {
	const { count, size, isComplex } = batch;
	// In random order the largest so far changes about log(count) times.
	const factors = count + FACTORS_EACH * (1 + Math.log(count));
	return batch.doubleWork + factors * (isComplex ? 4 : 1) * (size ** 3 / 6 + 3 * size);
}

/**
 * A bound of all singular values. One matrix after the other is shown to lie below the bound of those before it, by a
 * Cholesky factor of `τ²I - AᴴA`; where there is none the bound is raised, by bisection, until there is one.
 *
 * What rounding can do: a factor that was found in float64 shows that `τ²I - AᴴA` has no eigenvalue below
 * `-γ·trace(LLᴴ)`, γ = (n + 1)·u (Higham, "Accuracy and Stability of Numerical Algorithms", 2002, theorem 10.3), four
 * times that for complex numbers, and the trace is at most n·τ²; the rounding of AᴴA itself is added.
 */
export async function sweptNorm(batch: MatrixBatch, slices: Slices): Promise<number> {
	const { count, size, isComplex } = batch;
	const { error, put } = batch.doubleGrams();
	const real = new Float64Array(size * size);
	const imaginary = new Float64Array(size * size);
	const gram = { real, imaginary: isComplex ? imaginary : null };
	const factor = emptyTriangle(size);
	const isBelow = (bound: number) => factorBlock(gram, bound, size, factor);
	const order = Random.stream(0, "lipschitz sweep", count).shuffle([...batch.indices]);
	let bound = 0;
	for (const index of order) {
		put(index, real, imaginary);
		if (!isBelow(bound)) bound = Math.max(bound, raised(real, size, bound, isBelow));
		await slices.breathe();
	}
	return Math.sqrt(bound * (1 + 4 * (size + 1) * size * UNIT_ROUNDOFF) + error);
}

/** The least number above `bound` that the matrix lies below, to a factor of `1 + CLOSE`. */
function raised(gram: Float64Array, size: number, bound: number, isBelow: (bound: number) => boolean): number {
	let [low, trace] = [bound, 0];
	for (let i = 0; i < size; i++) {
		const entry = gram[i * size + i] as number;
		low = Math.max(low, entry);
		trace += entry;
	}
	// No eigenvalue is above the trace; a little more, since it rounds.
	let high = trace * (1 + CLOSE);
	if (low === 0) return high;
	while (high > low * (1 + CLOSE)) {
		const middle = Math.sqrt(low * high);
		if (isBelow(middle)) high = middle;
		else low = middle;
	}
	return high;
}
