/**
 * A number that the singular values of many matrices don't exceed, proved rather than estimated.
 *
 * With L a Cholesky factor of `τ²I - AᵀA` the remainder `R = τ²I - AᵀA - LLᵀ` would be zero in exact arithmetic, and
 * `AᵀA = τ²I - LLᵀ - R` shows `σ(A)² <= τ²`. In float32 R is not zero, but whatever L came out `LLᵀ` has no negative
 * eigenvalue, so `σ(A)² <= τ² + ‖R‖`: the size of R is all that rounding can do, wherever it happened and in whichever
 * order a backend adds. ‖R‖ is bounded by what R, computed in float64, does to Gaussian vectors (Halko, Martinsson and
 * Tropp, "Finding structure with randomness", 2011, lemma 4.1): `‖R‖ <= α·sqrt(2/π)·max ‖R·ω‖` over r vectors, but for
 * a chance of α^-r. α is chosen so that this chance is below `FAILURE` for all matrices together.
 */
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../random.js";
import type { Slices } from "../slices.js";
import { factorShifted, type Panel } from "./cholesky.js";
import { addProduct, addTransposedProduct, type Vectors } from "./doubleProducts.js";
import { largestEigenvalues } from "./lanczos.js";
import type { MatrixBatch } from "./matrixBatch.js";

/** The chance that rounding was larger than the slack, for all matrices of one call together. */
const FAILURE = 1e-9;
const PROBES = 8;
/** How far above the estimate a bound is proved, relative; wider only after `CLOSE_ATTEMPTS`. */
const MARGIN = 3e-4;
const CLOSE_ATTEMPTS = 3;
/** Values of one part of the matrices on the backend: 128 MiB. */
const PART_VALUES = 2 ** 25;
const GUESS_STEPS = 5;
/** Of the first attempt; twice as many in each that follows. */
const CLOSE_STEPS = 32;
/** How many of the largest by guess are looked at closely. */
const CANDIDATES = 8;

export interface CertifiedNorm {
	/** No singular value is larger. */
	readonly upper: number;
	/** The largest singular value found, from below up to rounding. */
	readonly estimate: number;
}

/**
 * The largest singular value of all matrices, whose values are to be of the order of 1. Where the values are zeros
 * so is the result. Throws `cancelled` when the signal of `slices` is raised.
 */
export async function certifiedNorm(batch: MatrixBatch, slices: Slices): Promise<CertifiedNorm> {
	const random = Random.stream(0, "lipschitz", batch.count, batch.rows, batch.columns);
	const all = Array.from({ length: batch.count }, (_, i) => i);
	const isFew = batch.count <= CANDIDATES;
	const guesses = isFew ? all.map(() => 0) : await estimates(batch, all, GUESS_STEPS, random, slices);
	const probes = await Probes.of(batch, random, slices);
	let pending = all;
	let estimate = 0;
	let squared = 0;
	for (let attempt = 0; pending.length > 0; attempt++) {
		const largest = largestOf(pending, guesses);
		const steps = CLOSE_STEPS * 2 ** Math.min(attempt, CLOSE_ATTEMPTS);
		const close = await estimates(batch, largest, steps, random, slices);
		estimate = Math.max(estimate, ...largest.map((i) => guesses[i] as number), ...close);
		if (estimate === 0) return { upper: 0, estimate: 0 };
		const failed: number[] = [];
		const margin = MARGIN * 2 ** Math.max(0, attempt - CLOSE_ATTEMPTS);
		const shift = estimate * (1 + margin) ** 2;
		for (const indices of parts(batch, pending)) {
			const factors = await onBackend(batch, indices, (matrices) => factorShifted(matrices, shift, slices));
			const slack = await probes.remainder(factors.panels, indices, shift, slices);
			indices.forEach((index, i) => {
				if (factors.failed[i]) failed.push(index);
				else squared = Math.max(squared, shift + (slack[i] as number));
			});
		}
		pending = failed;
	}
	return { upper: Math.sqrt(squared), estimate: Math.sqrt(estimate) };
}

/** The largest singular value of all matrices from below, not proved; for comparisons. */
export async function estimatedNorm(batch: MatrixBatch, slices: Slices): Promise<number> {
	const random = Random.stream(0, "lipschitz estimate", batch.count, batch.rows, batch.columns);
	const all = Array.from({ length: batch.count }, (_, i) => i);
	const guesses = await estimates(batch, all, GUESS_STEPS, random, slices);
	const close = await estimates(batch, largestOf(all, guesses), CLOSE_STEPS, random, slices);
	return Math.sqrt(Math.max(...guesses, ...close));
}

/** The candidates for the largest value, by the guesses. */
function largestOf(indices: readonly number[], guesses: readonly number[]): readonly number[] {
	return [...indices].sort((a, b) => (guesses[b] as number) - (guesses[a] as number)).slice(0, CANDIDATES);
}

async function estimates(
	batch: MatrixBatch,
	indices: readonly number[],
	steps: number,
	random: Random,
	slices: Slices,
): Promise<number[]> {
	const found: number[] = [];
	for (const part of parts(batch, indices)) {
		const size = [part.length, batch.columns] as const;
		const values = await onBackend(batch, part, (matrices) => {
			const gram = (x: tf.Tensor3D) => tf.matMul(matrices, tf.matMul(matrices, x, true, false));
			return largestEigenvalues(gram, size, steps, random, slices);
		});
		found.push(...values);
	}
	return found;
}

function parts(batch: MatrixBatch, indices: readonly number[]): readonly (readonly number[])[] {
	const size = Math.max(1, Math.floor(PART_VALUES / (batch.rows * batch.columns)));
	const count = Math.ceil(indices.length / size);
	return Array.from({ length: count }, (_, i) => indices.slice(i * size, (i + 1) * size));
}

async function onBackend<T>(
	batch: MatrixBatch,
	indices: readonly number[],
	work: (transposed: tf.Tensor3D) => Promise<T>,
): Promise<T> {
	const transposed = tf.tidy(() => batch.transposed(indices));
	try {
		return await work(transposed);
	} finally {
		transposed.dispose();
	}
}

/** Gaussian vectors, the same for all matrices, and what `AᵀA` does to them. */
class Probes {
	private constructor(
		private readonly batch: MatrixBatch,
		/** `[PROBES, columns]`. */
		private readonly vectors: Vectors,
		/** `[count, PROBES, columns]`. */
		private readonly products: Float64Array,
	) {}

	static async of(batch: MatrixBatch, random: Random, slices: Slices): Promise<Probes> {
		const vectors = Float64Array.from({ length: batch.columns * PROBES }, () => random.normal());
		return new Probes(batch, vectors, await batch.gramTimes(vectors, PROBES, slices));
	}

	/** For each of the matrices at `indices` a number that `‖shift·I - AᵀA - LLᵀ‖` doesn't exceed. */
	async remainder(
		panels: readonly Panel[],
		indices: readonly number[],
		shift: number,
		slices: Slices,
	): Promise<readonly number[]> {
		const alpha = (this.batch.count / FAILURE) ** (1 / PROBES);
		const bounds: number[] = [];
		for (const [position, index] of indices.entries()) {
			const norms = this.#remainders(panels, position, index, shift);
			bounds.push(alpha * Math.sqrt(2 / Math.PI) * Math.max(...norms));
			await slices.breathe();
		}
		return bounds;
	}

	#remainders(panels: readonly Panel[], position: number, index: number, shift: number): readonly number[] {
		const { vectors, batch } = this;
		const size = vectors.length;
		const rest = vectors.map((x, i) => shift * x - (this.products[index * size + i] as number));
		for (const panel of panels) subtractPanel(panel, position, batch.columns, vectors, rest);
		return Array.from({ length: PROBES }, (_, p) => {
			const own = rest.subarray(p * batch.columns, (p + 1) * batch.columns);
			return Math.sqrt(own.reduce((sum, v) => sum + v * v, 0));
		});
	}
}

/** `rest -= P·(Pᵀ·vectors)` for one block column P of one factor. */
function subtractPanel(
	{ start, width, values }: Panel,
	position: number,
	size: number,
	x: Vectors,
	rest: Vectors,
): void {
	const rows = size - start;
	const panel = { values, at: position * rows * width, rows, columns: width };
	const across = { values: new Float64Array(width * PROBES), length: width, from: 0 };
	addTransposedProduct(panel, { values: x, length: size, from: start }, across, PROBES);
	addProduct(panel, across, { values: rest, length: size, from: start }, PROBES, -1);
}
