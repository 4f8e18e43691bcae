/**
 * A number that the singular values of many large matrices don't exceed, proved rather than estimated.
 *
 * With L a Cholesky factor of `τ²I - AᴴA` the remainder `R = τ²I - AᴴA - LLᴴ` would be zero in exact arithmetic, and
 * `AᴴA = τ²I - LLᴴ - R` shows `σ(A)² <= τ²`. In float32 R is not zero, but whatever L came out `LLᴴ` has no negative
 * eigenvalue, so `σ(A)² <= τ² + ‖R‖`: the size of R is all that rounding can do, wherever it happened and in whichever
 * order a backend adds. ‖R‖ is bounded by what R, computed in float64, does to Gaussian vectors ω (Halko, Martinsson
 * and Tropp, "Finding structure with randomness", 2011, lemma 4.1): `‖R‖ <= α·sqrt(2/π)·max ‖R·ω‖` over r vectors, but
 * for a chance of α^-r. Of complex vectors half as many do: along the direction that R stretches most `|ω|²/2` is
 * exponentially distributed, below t with a chance of at most t, so that `‖R‖ <= α·sqrt(1/2)·max ‖R·ω‖` but for a
 * chance of α^-2 for each vector. α is chosen so that this chance is below `FAILURE` for all matrices together.
 */

import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../backend/slices.js";
import { greatestOf } from "../math/extremes.js";
import { Random } from "../math/random.js";
import { factorShifted, type Panel } from "./cholesky.js";
import { type ComplexMatrices, disposeOf, eachPart } from "./complexMatrices.js";
import { addProduct, addTransposedProduct, PROBES, type Vectors } from "./doubleProducts.js";
import { largestEigenvalues } from "./lanczos.js";
import type { MatrixBatch } from "./matrixBatch.js";

/** The chance that rounding was larger than the slack, for all matrices of one call together. */
const FAILURE = 1e-9;
/** How far above the estimate of a singular value its bound is proved, relative; wider only after `CLOSE_ATTEMPTS`. */
const MARGIN = 1e-4;
const CLOSE_ATTEMPTS = 3;
/** Values of one part of the matrices on the backend: 128 MiB. */
const PART_VALUES = 2 ** 25;
const GUESS_STEPS = 8;
/** Of the first attempt; twice as many in each that follows. */
const CLOSE_STEPS = 64;
/** How many of the largest by guess are looked at closely. */
const CANDIDATES = 8;

/** A bound of the singular values of all matrices, whose values are to be of the order of 1. */
export async function provedNorm(batch: MatrixBatch, slices: Slices): Promise<number> {
	const grams = new Grams(batch, slices);
	try {
		const random = Random.stream(0, "lipschitz", batch.count, batch.size);
		const estimator = await Estimator.of(batch, grams, random, slices);
		const probes = await Probes.of(batch, random, slices);
		let pending = batch.indices;
		let squared = 0;
		for (let attempt = 0; pending.length > 0; attempt++) {
			const estimate = await estimator.largest(pending, attempt);
			if (estimate === 0) return 0;
			const failed: number[] = [];
			const margin = MARGIN * 2 ** Math.max(0, attempt - CLOSE_ATTEMPTS);
			const shift = estimate * (1 + margin) ** 2;
			for (const indices of parts(batch, pending)) {
				const factors = await grams.use(indices, (gram) => factorShifted(gram, shift, slices));
				for (const [position, index] of indices.entries()) {
					if (factors.failed[position]) failed.push(index);
					else squared = Math.max(squared, shift + probes.remainder(factors.panels, position, index, shift));
					await slices.breathe();
				}
			}
			pending = failed;
		}
		return Math.sqrt(squared);
	} finally {
		grams.dispose();
	}
}

/** The largest singular value of all matrices from below, not proved; for comparisons. */
export async function estimatedNorm(batch: MatrixBatch, slices: Slices): Promise<number> {
	const grams = new Grams(batch, slices);
	try {
		const random = Random.stream(0, "lipschitz estimate", batch.count, batch.size);
		const estimator = await Estimator.of(batch, grams, random, slices);
		return Math.sqrt(await estimator.largest(batch.indices, 0));
	} finally {
		grams.dispose();
	}
}

/** Largest eigenvalues of AᴴA from below: a guess for all matrices, better ones for those that may have the largest. */
class Estimator {
	#best = 0;

	private constructor(
		private readonly batch: MatrixBatch,
		private readonly grams: Grams,
		private readonly random: Random,
		private readonly slices: Slices,
		private readonly guesses: readonly number[],
	) {}

	static async of(batch: MatrixBatch, grams: Grams, random: Random, slices: Slices): Promise<Estimator> {
		const guesses = batch.indices.map(() => 0);
		const estimator = new Estimator(batch, grams, random, slices, guesses);
		if (batch.count <= CANDIDATES) return estimator;
		const known = await estimator.#estimates(batch.indices, GUESS_STEPS);
		return new Estimator(batch, grams, random, slices, known);
	}

	/** The largest of these, or of those asked for before; each attempt looks closer. */
	async largest(indices: readonly number[], attempt: number): Promise<number> {
		const { guesses } = this;
		const candidates = [...indices]
			.sort((a, b) => (guesses[b] as number) - (guesses[a] as number))
			.slice(0, CANDIDATES);
		const steps = CLOSE_STEPS * 2 ** Math.min(attempt, CLOSE_ATTEMPTS);
		const close = await this.#estimates(candidates, steps);
		this.#best = Math.max(this.#best, ...candidates.map((i) => guesses[i] as number), ...close);
		return this.#best;
	}

	async #estimates(indices: readonly number[], steps: number): Promise<readonly number[]> {
		const found: number[] = [];
		for (const part of parts(this.batch, indices)) {
			const size = [part.length, this.batch.size * (this.batch.isComplex ? 2 : 1)] as const;
			const values = await this.grams.use(part, (gram) =>
				largestEigenvalues((x) => hermitianTimes(gram, x), size, steps, this.random, this.slices),
			);
			for (const value of values) found.push(value);
		}
		return found;
	}
}

/** AᴴA on the backend; kept where there is room for all of them at once. */
class Grams {
	#all: ComplexMatrices | null = null;

	constructor(
		private readonly batch: MatrixBatch,
		private readonly slices: Slices,
	) {}

	async use<T>(indices: readonly number[], work: (gram: ComplexMatrices) => Promise<T>): Promise<T> {
		const { batch, slices } = this;
		if (parts(batch, batch.indices).length === 1) {
			this.#all ??= await batch.gram(batch.indices, slices);
			if (indices.length === batch.count && indices.every((index, at) => index === at)) return work(this.#all);
		}
		const all = this.#all;
		const own = all
			? eachPart(all, (x) => tf.tidy(() => tf.gather(x, tf.tensor1d([...indices], "int32"))))
			: await batch.gram(indices, slices);
		try {
			return await work(own);
		} finally {
			disposeOf(own);
		}
	}

	dispose(): void {
		if (this.#all) disposeOf(this.#all);
	}
}

/** `gram·x` for x `[count, size, 1]`, or `[count, 2·size, 1]` with real parts and then imaginary ones. */
function hermitianTimes({ real, imaginary }: ComplexMatrices, x: tf.Tensor3D): tf.Tensor {
	const [count, size] = real.shape;
	// As rows: the transpose of a Hermitian matrix is its conjugate.
	const rows = tf.reshape(x, [count, -1, size]);
	const byReal = tf.matMul(rows, real);
	if (!imaginary) return tf.reshape(byReal, x.shape);
	const [realByReal, imaginaryByReal] = tf.split(byReal, 2, 1);
	const [realByImaginary, imaginaryByImaginary] = tf.split(tf.matMul(rows, imaginary), 2, 1);
	const product = tf.concat(
		[
			tf.add(realByReal as tf.Tensor, imaginaryByImaginary as tf.Tensor),
			tf.sub(imaginaryByReal as tf.Tensor, realByImaginary as tf.Tensor),
		],
		1,
	);
	return tf.reshape(product, x.shape);
}

function parts(batch: MatrixBatch, indices: readonly number[]): readonly (readonly number[])[] {
	const values = batch.size ** 2 * (batch.isComplex ? 2 : 1);
	const size = Math.max(1, Math.floor(PART_VALUES / values));
	const count = Math.ceil(indices.length / size);
	return Array.from({ length: count }, (_, i) => indices.slice(i * size, (i + 1) * size));
}

/** Gaussian vectors, the same for all matrices, and what AᴴA does to them. */
class Probes {
	private constructor(
		private readonly batch: MatrixBatch,
		/** `[PROBES, size]`. */
		private readonly vectors: Vectors,
		/** `[count, PROBES, size]`. */
		private readonly products: Float64Array,
	) {}

	static async of(batch: MatrixBatch, random: Random, slices: Slices): Promise<Probes> {
		const vectors = Float64Array.from({ length: batch.size * PROBES }, () => random.normal());
		return new Probes(batch, vectors, await batch.gramTimes(vectors, slices));
	}

	/** What `‖shift·I - AᴴA - LLᴴ‖` doesn't exceed, L being the factor at `position` of the panels. */
	remainder(panels: readonly Panel[], position: number, index: number, shift: number): number {
		const { vectors, batch } = this;
		const all = vectors.length;
		const rest = vectors.map((x, i) => shift * x - (this.products[index * all + i] as number));
		for (const panel of panels) subtractPanel(panel, position, batch.size, vectors, rest);
		// The parts of a complex vector lie one after the other.
		const [length, factor] = batch.isComplex ? [2 * batch.size, 1 / 2] : [batch.size, 2 / Math.PI];
		const squares = Array.from({ length: all / length }, (_, p) =>
			rest.subarray(p * length, (p + 1) * length).reduce((sum, v) => sum + v * v, 0),
		);
		const alpha = (batch.count / FAILURE) ** (1 / PROBES);
		return alpha * Math.sqrt(factor * greatestOf(squares));
	}
}

/** `rest -= P·(Pᴴ·vectors)` for one block column P of one factor. */
function subtractPanel(panel: Panel, position: number, size: number, vectors: Vectors, rest: Vectors): void {
	const { start, width, real, imaginary } = panel;
	const rows = size - start;
	const part = (values: Float32Array) => ({ values, at: position * rows * width, rows, columns: width });
	const whole = (values: Vectors) => ({ values, length: size, from: start });
	const across = { values: new Float64Array(width * PROBES), length: width, from: 0 };
	addTransposedProduct(part(real), whole(vectors), across);
	if (imaginary) addTransposedProduct(part(imaginary), whole(turned(vectors, size, -1)), across);
	addProduct(part(real), across, whole(rest), -1);
	if (imaginary) {
		const times = { ...across, values: turned(across.values, width, 1) };
		addProduct(part(imaginary), times, whole(rest), -1);
	}
}

/** Complex vectors of `length` values times i or -i. */
function turned(vectors: Vectors, length: number, sign: 1 | -1): Vectors {
	const result = new Float64Array(vectors.length);
	for (let at = 0; at < vectors.length; at += 2 * length)
		for (let i = at; i < at + length; i++) {
			result[i] = -sign * (vectors[i + length] as number);
			result[i + length] = sign * (vectors[i] as number);
		}
	return result;
}
