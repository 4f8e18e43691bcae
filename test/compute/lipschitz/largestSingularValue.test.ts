/** Both ways to a bound of singular values, against matrices that are made here and values in float64. */
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { Slices } from "../../../src/compute/backend/slices.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { CircularConvolution } from "../../../src/compute/lipschitz/circularConvolution.js";
import { geometry } from "../../../src/compute/lipschitz/convolutionGeometry.js";
import { DenseMatrices } from "../../../src/compute/lipschitz/denseMatrix.js";
import { KernelCorrelation } from "../../../src/compute/lipschitz/kernelCorrelation.js";
import type { MatrixBatch } from "../../../src/compute/lipschitz/matrixBatch.js";
import { estimatedNorm, provedNorm } from "../../../src/compute/lipschitz/proof.js";
import { sweptNorm } from "../../../src/compute/lipschitz/sweep.js";
import { Random } from "../../../src/compute/math/random.js";
import { availableBackends } from "../../backends.js";
import { largestSingularValue64 } from "../../reference/singularValue64.js";

const slices = new Slices(new AbortController().signal);

function normal(count: number, ...name: readonly (string | number)[]): Float32Array {
	const random = Random.stream(3, "largestSingularValue.test", ...name);
	return Float32Array.from({ length: count }, () => random.normal());
}

interface Shape {
	readonly kernel: readonly [number, number];
	readonly into: number;
	readonly out: number;
	readonly strides: readonly [number, number];
	readonly grid: readonly [number, number];
}

/** Of all frequencies, from the definition: one complex matrix each, as a real one of twice the size. */
function largestOverFrequencies(weights: Float32Array, { kernel, into, out, strides, grid }: Shape): number {
	const inputs = into * strides[0] * strides[1];
	let largest = 0;
	for (let v = 0; v < grid[0]; v++)
		for (let h = 0; h < grid[1]; h++) {
			const doubled = new Float64Array(4 * inputs * out);
			const put = (row: number, column: number, value: number) => {
				doubled[row * 2 * out + column]! += value;
			};
			for (let a = 0; a < kernel[0]; a++)
				for (let b = 0; b < kernel[1]; b++) {
					const angle =
						2 * Math.PI * ((v * Math.floor(a / strides[0])) / grid[0] + (h * Math.floor(b / strides[1])) / grid[1]);
					const phase = (a % strides[0]) * strides[1] + (b % strides[1]);
					for (let i = 0; i < into; i++)
						for (let o = 0; o < out; o++) {
							const weight = weights[((a * kernel[1] + b) * into + i) * out + o] as number;
							const row = phase * into + i;
							put(row, o, weight * Math.cos(angle));
							put(row, out + o, -weight * Math.sin(angle));
							put(inputs + row, o, weight * Math.sin(angle));
							put(inputs + row, out + o, weight * Math.cos(angle));
						}
				}
			largest = Math.max(largest, largestSingularValue64(doubled, 2 * inputs, 2 * out));
		}
	return largest;
}

const shapes: Readonly<Record<string, Shape>> = {
	"more outputs than inputs": { kernel: [3, 3], into: 5, out: 9, strides: [1, 1], grid: [6, 7] },
	"more inputs than outputs": { kernel: [2, 3], into: 13, out: 11, strides: [1, 1], grid: [5, 4] },
	strides: { kernel: [3, 5], into: 3, out: 14, strides: [2, 2], grid: [5, 6] },
	"strides that skip inputs": { kernel: [1, 2], into: 4, out: 6, strides: [3, 3], grid: [4, 4] },
	"one channel": { kernel: [3, 3], into: 1, out: 1, strides: [1, 1], grid: [9, 8] },
	"one frequency": { kernel: [2, 2], into: 5, out: 30, strides: [2, 2], grid: [1, 1] },
};

describe.each(await availableBackends())("bounds of singular values on %s", (backend) => {
	/** `close`: how far above the truth a bound may lie, relative. */
	async function check(batch: MatrixBatch, truth: number): Promise<void> {
		const before = tf.memory().numTensors;
		const swept = await sweptNorm(batch, slices);
		expect(swept).toBeGreaterThanOrEqual(truth);
		expect(swept).toBeLessThan(truth * (1 + 1e-5));
		const proved = await provedNorm(batch, slices);
		expect(proved).toBeGreaterThanOrEqual(truth);
		expect(proved).toBeLessThan(truth * (1 + 3e-4));
		const estimated = await estimatedNorm(batch, slices);
		expect(estimated).toBeLessThan(truth * (1 + 1e-5));
		expect(estimated).toBeGreaterThan(truth * (1 - 1e-3));
		expect(tf.memory().numTensors).toBe(before);
	}

	it.each(Object.entries(shapes))("of a circular convolution: %s", async (name, shape) => {
		await startBackend(backend, null);
		const { kernel, into, out, strides, grid } = shape;
		const weights = normal(kernel[0] * kernel[1] * into * out, name);
		const padding = { top: 0, bottom: 0, left: 0, right: 0 };
		const input = [grid[0] * strides[0], grid[1] * strides[1], into];
		const axes = geometry(input, [...grid, out], kernel, { strides, dilations: [1, 1], padding });
		const batch = new CircularConvolution(new KernelCorrelation(weights, into, out, axes), grid);
		await check(batch, largestOverFrequencies(weights, shape));
	});

	it.each([
		[1, 40, 23],
		[1, 23, 40],
		[12, 17, 30],
		[12, 30, 17],
	] as const)("of %d matrices %d × %d", async (count, height, width) => {
		await startBackend(backend, null);
		const weights = normal(count * height * width, count, height, width);
		const truths = Array.from({ length: count }, (_, i) =>
			largestSingularValue64(weights.subarray(i * height * width, (i + 1) * height * width), height, width),
		);
		await check(new DenseMatrices(weights, 1, count, height, width), Math.max(...truths));
	});

	it("of a matrix in tiles and chunks", { timeout: 60_000 }, async () => {
		if (backend !== "native") return;
		await startBackend(backend, null);
		// Of rank 2: the only singular values are the lengths of two directions that are perpendicular.
		const [height, width] = [9000, 1100];
		const weights = new Float32Array(height * width);
		for (let i = 0; i < height; i++)
			for (let j = 0; j < width; j++) weights[i * width + j] = (i % 2 === 0 ? 3 : 2) / (j % 2 === i % 2 ? 4 : 8);
		const rows = height / 2;
		const columns = width / 2;
		const even = [3 / 4, 3 / 8].map((v) => v * Math.sqrt(rows * columns));
		const odd = [2 / 8, 2 / 4].map((v) => v * Math.sqrt(rows * columns));
		const truth = largestSingularValue64([...even, ...odd], 2, 2);
		const proved = await provedNorm(new DenseMatrices(weights, 1, 1, height, width), slices);
		expect(proved).toBeGreaterThanOrEqual(truth * (1 - 1e-12));
		expect(proved).toBeLessThan(truth * (1 + 3e-4));
	});
});
