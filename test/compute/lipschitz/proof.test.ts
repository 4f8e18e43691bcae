/** What makes bounds of singular values proofs: that they hold whatever float32 and rounding did. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Slices } from "../../../src/compute/backend/slices.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { PROBES } from "../../../src/compute/lipschitz/doubleProducts.js";
import { type MatrixBatch, UNIT_ROUNDOFF } from "../../../src/compute/lipschitz/matrixBatch.js";
import { provedNorm } from "../../../src/compute/lipschitz/proof.js";
import { sweptNorm } from "../../../src/compute/lipschitz/sweep.js";

const slices = new Slices(new AbortController().signal);

interface Diagonals {
	readonly isComplex?: boolean;
	/** What is on the diagonals of AᴴA, which is 0 elsewhere: `[count][size]`. */
	readonly diagonals: readonly (readonly number[])[];
	/** What float32 makes of a value of the diagonal. */
	readonly single?: (value: number, matrix: number) => number;
	/** What the products in float64 may be off by. */
	readonly error?: number;
}

/** Matrices whose largest singular value is the root of the largest value of the diagonals. */
function batchOf({ isComplex = false, diagonals, single = (v) => v, error = 0 }: Diagonals): MatrixBatch {
	const count = diagonals.length;
	const size = diagonals[0]?.length as number;
	const at = (matrix: number, i: number) => diagonals[matrix]?.[i] as number;
	const zeros = (matrices: number) => tf.zeros([matrices, size, size]) as tf.Tensor3D;
	return {
		count,
		indices: diagonals.map((_, i) => i),
		size,
		isComplex,
		doubleWork: 0,
		async gram(indices) {
			const values = new Float32Array(indices.length * size * size);
			indices.forEach((matrix, position) => {
				for (let i = 0; i < size; i++) values[(position * size + i) * size + i] = single(at(matrix, i), matrix);
			});
			const real = tf.tensor3d(values, [indices.length, size, size]);
			return { real, imaginary: isComplex ? zeros(indices.length) : null };
		},
		doubleGrams: () => ({
			error,
			put(matrix, real, imaginary) {
				real.fill(0);
				imaginary.fill(0);
				for (let i = 0; i < size; i++) real[i * size + i] = at(matrix, i);
			},
		}),
		async gramTimes(x) {
			return Float64Array.from({ length: count * x.length }, (_, place) => {
				const [matrix, of] = [Math.floor(place / x.length), place % x.length];
				return at(matrix, of % size) * (x[of] as number);
			});
		},
	};
}

describe("a proved bound", () => {
	beforeAll(() => startBackend("js", null));

	it.each([false, true])("holds where float32 lost a part of the matrix (complex: %s)", async (isComplex) => {
		const diagonals = [Array.from({ length: 24 }, (_, i) => 1 - i / 100)];
		for (const lost of [0.5, 0.1, 0.01])
			expect(
				await provedNorm(batchOf({ isComplex, diagonals, single: (v) => v * (1 - lost) }), slices),
			).toBeGreaterThan(1);
	});

	it("holds where float32 lost a part of one matrix among many, whichever it is", async () => {
		const diagonals = Array.from({ length: 11 }, () => Array.from({ length: 6 }, (_, i) => 1 - i / 10));
		for (const damaged of [0, 4, 10]) {
			const single = (v: number, matrix: number) => (matrix === damaged ? 0.8 * v : v);
			const [bound, without] = [
				await provedNorm(batchOf({ diagonals, single }), slices),
				await provedNorm(batchOf({ diagonals }), slices),
			];
			expect(without).toBeGreaterThanOrEqual(1);
			expect(without).toBeLessThan(1 + 2e-4);
			// α·sqrt(2/π) = 14 times the length of the remainder on a Gaussian vector, of order 0.2, is added to the square.
			expect(bound).toBeGreaterThan(1.5);
		}
	});

	// With a remainder of r·I its length on a Gaussian vector ω is r·|ω|, and |ω|² of n values is n within a few sqrt(2n).
	it.each([
		[false, 1],
		[false, 12],
		[true, 1],
		[true, 12],
	])("has the slack of the lemma (complex: %s, %d matrices)", async (isComplex, count) => {
		const [size, r] = [64, 0.01];
		const diagonals = Array.from({ length: count }, () => Array<number>(size).fill(1));
		const bound = await provedNorm(batchOf({ isComplex, diagonals, single: (v) => v - r }), slices);
		const alpha = (count / 1e-9) ** (1 / PROBES);
		const [values, factor] = isComplex ? [2 * size, 1 / 2] : [size, 2 / Math.PI];
		// The shift is proved 2e-4 above float32's own largest eigenvalue 1 - r, at most; the largest of some |ω|² counts.
		const slack = (bound ** 2 - (1 - r)) / (alpha * r);
		expect(slack).toBeGreaterThan(Math.sqrt(factor * values));
		expect(slack).toBeLessThan(Math.sqrt(factor * (values + 5 * Math.sqrt(2 * values))) + 2.5e-4 / (alpha * r));
	});

	it("is 0 for matrices of zeros", async () => {
		expect(await provedNorm(batchOf({ diagonals: [[0, 0, 0]] }), slices)).toBe(0);
	});
});

describe("a swept bound", () => {
	/** A single value: the bisection ends at once, at `1 + 1e-5` times it. */
	const one = (size: number) => [[1, ...Array<number>(size - 1).fill(0)]];

	it("adds what a factor in float64 may hide: γ = (n + 1)·u times a trace of n·τ², four times that for complex ones", async () => {
		for (const size of [1, 2, 16, 64]) {
			const bound = (await sweptNorm(batchOf({ diagonals: one(size), isComplex: true }), slices)) ** 2;
			const slack = bound / (1 + 1e-5) - 1;
			// The square of the root is off by a rounding or two.
			expect(slack).toBeGreaterThanOrEqual((4 * (size + 1) * size - 3) * UNIT_ROUNDOFF);
			expect(slack).toBeLessThanOrEqual((4 * (size + 1) * size + 6) * UNIT_ROUNDOFF);
		}
	});

	it("adds what the products may be off by", async () => {
		const bound = await sweptNorm(batchOf({ diagonals: one(4), error: 0.5 }), slices);
		expect(bound ** 2).toBeGreaterThanOrEqual(1.5);
		expect(bound ** 2).toBeLessThan(1.5 * (1 + 1e-5));
	});

	it("is that of the largest matrix, wherever it stands", async () => {
		for (const largest of [0, 3, 7]) {
			const diagonals = Array.from({ length: 8 }, (_, i) => [i === largest ? 2 : 1, 0.5, 0.25]);
			const bound = await sweptNorm(batchOf({ diagonals }), slices);
			expect(bound ** 2).toBeGreaterThanOrEqual(2);
			expect(bound ** 2).toBeLessThan(2 * (1 + 3e-5));
		}
		expect(await sweptNorm(batchOf({ diagonals: [[0, 0]] }), slices)).toBe(0);
	});
});
