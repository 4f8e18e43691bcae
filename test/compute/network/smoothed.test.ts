import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { Executor } from "../../../src/compute/network/execute.js";
import { NO_PADDING, sizeOf } from "../../../src/compute/network/shapes.js";
import type { Network, Operation, Shape } from "../../../src/compute/network/types.js";
import { availableBackends } from "../../backends.js";
import { execute64 } from "../../reference/execute64.js";
import { normals, single, weight } from "./agreement.js";

/** max(0, u) with its kink rounded off over `d` on either side. */
const hinge = (u: number, d: number) => (Math.abs(u) >= d ? Math.max(0, u) : (u + d) ** 2 / (4 * d));
const larger = (a: number, b: number, d: number) => a + hinge(b - a, d);

/** The smoothed operation in float64. */
type Truth = (x: Float64Array, d: number) => Float64Array;

const pointwise =
	(f: (v: number, d: number) => number): Truth =>
	(x, d) =>
		x.map((v) => f(v, d));

/** Rows of each window first, then columns, in order; nothing where there is padding. */
function pool(shape: Shape, size: number, stride: number, before: number, outputs: readonly [number, number]): Truth {
	const [height, width, channels] = shape as [number, number, number];
	return (x, d) => {
		const down: (number | null)[] = [];
		const best = (values: readonly (number | null)[]) =>
			values.reduce((a, b) => (a === null ? b : b === null ? a : larger(a, b, d)), null);
		for (let i = 0; i < outputs[0]; i++)
			for (let q = -before; q < width + size; q++)
				for (let c = 0; c < channels; c++) {
					const rows = Array.from({ length: size }, (_, k) => i * stride + k - before);
					const inside = (r: number) => r >= 0 && r < height && q >= 0 && q < width;
					down.push(best(rows.map((r) => (inside(r) ? (x[(r * width + q) * channels + c] as number) : null))));
				}
		const perRow = width + size + before;
		return Float64Array.from({ length: outputs[0] * outputs[1] * channels }, (_, at) => {
			const [i, j, c] = [
				Math.floor(at / (outputs[1] * channels)),
				Math.floor(at / channels) % outputs[1],
				at % channels,
			];
			const columns = Array.from({ length: size }, (_, k) => j * stride + k);
			return best(columns.map((q) => down[(i * perRow + q) * channels + c] ?? null)) as number;
		});
	};
}

const alpha = weight("alpha", [3]);
const cases: readonly { readonly name: string; readonly network: Network; readonly truth: Truth }[] = [
	{
		name: "ReLU",
		network: single([4, 3], { op: "Pointwise", function: { fn: "relu" } }),
		truth: pointwise((v, d) => hinge(v, d)),
	},
	{
		name: "leaky ReLU with a maximum",
		network: single([4, 3], { op: "Pointwise", function: { fn: "generalRelu", max: 0.75, slope: 0.25, threshold: 0 } }),
		truth: pointwise((v, d) => 0.25 * v + 0.75 * hinge(v, d) - hinge(v - 0.75, d)),
	},
	{
		name: "absolute value",
		network: single([4, 3], { op: "Pointwise", function: { fn: "absolute" } }),
		truth: pointwise((v, d) => 2 * hinge(v, d) - v),
	},
	{
		name: "PReLU",
		network: single([4, 3], { op: "PReLU" }, { alpha }),
		truth: (x, d) =>
			x.map((v, i) => (alpha.data[i % 3] as number) * v + (1 - (alpha.data[i % 3] as number)) * hinge(v, d)),
	},
	{
		name: "2 × 2 max pooling",
		network: single([6, 4, 2], { op: "MaxPool2D", size: [2, 2], strides: [2, 2], padding: NO_PADDING }),
		truth: pool([6, 4, 2], 2, 2, 0, [3, 2]),
	},
	{
		name: "overlapping 3 × 3 max pooling with padding",
		network: single([7, 5, 2], {
			op: "MaxPool2D",
			size: [3, 3],
			strides: [2, 2],
			padding: { top: 1, bottom: 1, left: 1, right: 1 },
		}),
		truth: pool([7, 5, 2], 3, 2, 1, [4, 3]),
	},
	{
		name: "2 × 2 max pooling that leaves a row and a column out",
		network: single([5, 5, 1], { op: "MaxPool2D", size: [2, 2], strides: [2, 2], padding: NO_PADDING }),
		truth: pool([5, 5, 1], 2, 2, 0, [2, 2]),
	},
];

const backends = await availableBackends();

describe.each(backends)("smoothed operations on %s", (backend) => {
	beforeAll(async () => {
		await startBackend(backend, null);
	});

	describe.each(cases)("$name", ({ network, truth }) => {
		const shape = (network.nodes[0] as { outputShape: Shape }).outputShape;
		const size = sizeOf(shape);
		const input = normals(3 * size);
		const outputs = sizeOf((network.nodes.at(-1) as { outputShape: Shape }).outputShape);
		const cotangent = normals(3 * outputs);
		const run = (widths: readonly number[]) => {
			const executor = new Executor(network);
			const before = tf.memory().numTensors;
			const { value, gradient } = executor.differentiate(
				tf.tensor(input, [3, ...shape]),
				network.output,
				(y) => tf.tensor(cotangent, y.shape),
				Float32Array.from(widths),
			);
			const found = { value: value.dataSync() as Float32Array, gradient: gradient.dataSync() as Float32Array };
			executor.dispose();
			return { ...found, tensors: tf.memory().numTensors - before };
		};

		it("have the value and the gradient of their definition, each image with its own width", () => {
			const widths = [0.3, 1, 0.05];
			const { value, gradient } = tf.tidy(() => run(widths)) as ReturnType<typeof run>;
			for (const [k, d] of widths.entries()) {
				const x = Float64Array.from(input.subarray(k * size, (k + 1) * size));
				truth(x, d).forEach((v, i) => {
					// float32 of values near 1
					expect(Math.abs(v - (value[k * outputs + i] as number))).toBeLessThan(2e-6);
				});
				const direction = normals(size);
				const along = (t: number) =>
					truth(
						x.map((v, i) => v + t * (direction[i] as number)),
						d,
					).reduce((sum, v, i) => sum + v * (cotangent[k * outputs + i] as number), 0);
				const expected = (along(1e-6) - along(-1e-6)) / 2e-6;
				const found = direction.reduce((sum, v, i) => sum + v * (gradient[k * size + i] as number), 0);
				expect(Math.abs(found - expected)).toBeLessThan(1e-4 * Math.max(1, Math.abs(expected)));
			}
		});

		it("are the operation itself at width 0", () => {
			const { value } = tf.tidy(() => run([0, 0, 0])) as ReturnType<typeof run>;
			for (let k = 0; k < 3; k++)
				execute64(network, input.subarray(k * size, (k + 1) * size)).forEach((v, i) => {
					expect(Math.abs(v - (value[k * outputs + i] as number))).toBeLessThan(2e-6);
				});
		});
	});

	it("are counted in order, and their inputs' spread is each image's own", () => {
		const operation: Operation = { op: "MaxPool2D", size: [2, 2], strides: [2, 2], padding: NO_PADDING };
		const executor = new Executor(single([4, 4, 1], operation));
		expect(executor.kinks("y")).toEqual(["pool"]);
		const input = normals(32);
		const spreads = tf.tidy(() => executor.kinkSpreads(tf.tensor(input, [2, 4, 4, 1]), "y").dataSync());
		executor.dispose();
		for (let k = 0; k < 2; k++) {
			const values = input.subarray(16 * k, 16 * (k + 1));
			const mean = values.reduce((sum, v) => sum + v, 0) / 16;
			const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 16;
			expect(spreads[k]).toBeCloseTo(Math.sqrt(variance), 5);
		}
	});
});
