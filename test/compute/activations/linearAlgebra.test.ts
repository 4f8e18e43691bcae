import { describe, expect, it } from "vitest";
import { Slices } from "../../../src/compute/backend/slices.js";
import { haarFrame } from "../../../src/compute/math/haar.js";
import { Random } from "../../../src/compute/math/random.js";
import { cholesky, solveTransposed, symmetricEigen } from "../../../src/compute/math/symmetric.js";

const slices = new Slices(new AbortController().signal);

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
	return Array.from(a, (value, i) => value * (b[i] as number)).reduce((sum, value) => sum + value, 0);
}

function rows(matrix: Float64Array, size: number): Float64Array[] {
	return Array.from({ length: matrix.length / size }, (_, i) => matrix.subarray(i * size, (i + 1) * size));
}

/** A·Aᵀ of a random A, which is positive definite. */
function definite(size: number, seed: number): Float64Array {
	const random = Random.stream(seed, "definite");
	const a = Float64Array.from({ length: size * size }, () => random.normal());
	const parts = rows(a, size);
	return Float64Array.from({ length: size * size }, (_, i) =>
		dot(parts[Math.floor(i / size)] as Float64Array, parts[i % size] as Float64Array),
	);
}

describe("haarFrame", () => {
	it("has orthonormal rows, for a whole rotation too", () => {
		for (const [units, count] of [
			[40, 40],
			[200, 7],
			[1, 1],
		] as const) {
			const frame = rows(haarFrame(units, count, Random.stream(1, "frame")), units);
			for (const [i, a] of frame.entries())
				for (const [j, b] of frame.entries()) expect(Math.abs(dot(a, b) - Number(i === j))).toBeLessThan(1e-13);
		}
	});

	it("is uniform: signs of the determinant even, entries as those of a random unit vector", () => {
		const random = Random.stream(2, "frames");
		let positive = 0;
		let fourth = 0;
		const draws = 4000;
		for (let i = 0; i < draws; i++) {
			const [a, b, c, d] = haarFrame(2, 2, random) as unknown as [number, number, number, number];
			if (a * d - b * c > 0) positive++;
			fourth += (a ** 4 + d ** 4) / 2;
		}
		// Binomial, 4 standard deviations; E[cos^4] = 3/8 with a standard deviation of about 0.35 per draw.
		expect(Math.abs(positive / draws - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / draws));
		expect(Math.abs(fourth / draws - 3 / 8)).toBeLessThan((4 * 0.36) / Math.sqrt(draws));
	});
});

describe("symmetric matrices", () => {
	const size = 12;
	const matrix = definite(size, 3);

	it("have a Cholesky factor, whose transpose is solved for", () => {
		const lower = rows(cholesky(matrix, size), size);
		for (let i = 0; i < size; i++)
			for (let j = 0; j < size; j++)
				expect(dot(lower[i] as Float64Array, lower[j] as Float64Array)).toBeCloseTo(matrix[i * size + j] as number, 10);
		const right = Float64Array.from({ length: size }, (_, i) => i - 3.5);
		const x = right.slice();
		solveTransposed(cholesky(matrix, size), size, x);
		for (let i = 0; i < size; i++)
			expect(lower.reduce((sum, row, k) => sum + (row[i] as number) * (x[k] as number), 0)).toBeCloseTo(
				right[i] as number,
				9,
			);
		expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(RangeError);
	});

	it("have eigenvectors, largest value first", async () => {
		const { values, vectors } = await symmetricEigen(matrix, size, slices);
		const columns = rows(matrix, size);
		for (const [i, vector] of rows(vectors, size).entries()) {
			expect(dot(vector, vector)).toBeCloseTo(1, 12);
			for (let j = 0; j < size; j++)
				expect(dot(columns[j] as Float64Array, vector)).toBeCloseTo((values[i] as number) * (vector[j] as number), 9);
			if (i > 0) expect(values[i]).toBeLessThanOrEqual(values[i - 1] as number);
		}
	});
});
