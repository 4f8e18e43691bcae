/** Gradients of operations that are read as several others, beside the float64 reference's; values, too. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../../src/compute/backend/startBackend.js";
import { Executor } from "../../../../src/compute/network/execute.js";
import { availableBackends } from "../../../backends.js";
import { type Case, describeAgreement } from "../../network/agreement.js";
import { readBytes } from "../reading.js";
import { floats, int64s, type ModelSpec, type NodeSpec, node, onnxModel, type TensorSpec } from "./writer.js";

const IMAGE = [1, 3, 4, 6];

const spec = (
	input: readonly number[],
	nodes: readonly NodeSpec[],
	...initializers: readonly TensorSpec[]
): ModelSpec => ({ nodes, input, initializers });
const indices = (name: string, dims: readonly number[], ints: readonly number[]): TensorSpec => ({
	...{ name, dims, type: 7, ints },
});

/** Each at points where it has a derivative. */
const SPECS: Readonly<Record<string, ModelSpec>> = {
	"Einsum with a constant": spec(
		IMAGE,
		[node("Einsum", "x w", "y", { equation: "nchw,kc->nkhw" })],
		floats("w", [5, 3]),
	),
	"Einsum of a value with itself": spec(IMAGE, [node("Einsum", "x x", "y", { equation: "nchw,nkhw->nck" })]),
	"Einsum along a diagonal": spec([1, 3, 4, 4], [node("Einsum", "x", "y", { equation: "nchh->nch" })]),
	Attention: { ...spec(IMAGE, [node("Attention", "x x x", "y")]), opset: 23 },
	RotaryEmbedding: {
		...spec(IMAGE, [node("RotaryEmbedding", "x c s", "y")], floats("c", [1, 4, 3]), floats("s", [1, 4, 3], 5)),
		opset: 23,
	},
	"Celu of 0.25": spec(IMAGE, [node("Celu", "x", "y", { alpha: { float: 0.25 } })]),
	Sign: spec(IMAGE, [node("Sign", "x", "s"), node("Mul", "s x", "y")]),
	ReduceLogSumExp: spec(IMAGE, [node("ReduceLogSumExp", "x", "y", { axes: [3] })]),
	ReduceL2: spec(IMAGE, [node("ReduceL2", "x", "y", { axes: [1] })]),
	"TopK along the channels": spec(IMAGE, [node("TopK", "x k", "y places", { axis: 1, largest: 1 })], int64s("k", [2])),
	"the smallest by TopK": spec(IMAGE, [node("TopK", "x k", "y places", { axis: 3, largest: 0 })], int64s("k", [2])),
	...Object.fromEntries(
		[1, 2, 3].map((p) => [
			`LpPool of order ${p}`,
			spec(IMAGE, [node("LpPool", "x", "y", { p, kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 0, 0] })]),
		]),
	),
	GlobalLpPool: spec(IMAGE, [node("GlobalLpPool", "x", "y", { p: 3 })]),
	GatherND: spec(
		[1, 12],
		[node("Reshape", "x shape", "a"), node("GatherND", "a i", "y")],
		int64s("shape", [1, 3, 4]),
		indices("i", [2, 2], [0, 2, 0, -3]),
	),
	GatherElements: spec(
		[1, 12],
		[node("Reshape", "x shape", "a"), node("GatherElements", "a i", "y", { axis: 1 })],
		int64s("shape", [1, 3, 4]),
		indices("i", [1, 2, 4], [2, 0, 1, 1, 0, 0, -1, 2]),
	),
	ScatterND: spec(
		[1, 12],
		[node("Reshape", "x shape", "a"), node("ScatterND", "a i u", "y")],
		int64s("shape", [1, 3, 4]),
		indices("i", [2, 2], [0, 1, 0, 1]),
		floats("u", [2, 4]),
	),
};

const read = (model: ModelSpec) => readBytes(onnxModel(model), "m.onnx");

const cases: readonly Case[] = await Promise.all(
	Object.entries(SPECS).map(async ([name, model]) => ({ name, network: await read(model) })),
);

describeAgreement(cases);

describe.each(await availableBackends())("where a whole window is 0, on %s", (backend) => {
	beforeAll(async () => {
		await startBackend(backend, null);
	});

	it.each([2, 3])("LpPool of order %i has no slope instead of none that is a number", async (p) => {
		const model = spec([1, 1, 2, 4], [node("LpPool", "x", "y", { p, kernel_shape: [2, 2], strides: [2, 2] })]);
		const executor = new Executor(await read(model));
		// The left window is 0; the right one holds 3 and 4, whose slopes are x·|x|^(p−2)/norm^(p−1).
		const points = tf.tensor([0, 0, 3, 0, 0, 0, 0, 4], [1, 2, 4, 1]);
		const { gradient } = executor.differentiate(points, executor.network.output, (value) => tf.onesLike(value));
		const norm = (3 ** p + 4 ** p) ** (1 / p);
		const slope = (v: number) => (v / norm) ** (p - 1);
		const expected = [0, 0, slope(3), 0, 0, 0, 0, slope(4)];
		// float32 roots of sums of a few terms.
		gradient.dataSync().forEach((v, i) => {
			expect(v).toBeCloseTo(expected[i] as number, 5);
		});
		tf.dispose([points, gradient]);
		executor.dispose();
	});

	it("ReduceL2 has no slope there, either", async () => {
		const executor = new Executor(await read(spec([1, 1, 2, 2], [node("ReduceL2", "x", "y", { axes: [3] })])));
		const points = tf.tensor([0, 0, 3, 4], [1, 2, 2, 1]);
		const { gradient } = executor.differentiate(points, executor.network.output, (value) => tf.onesLike(value));
		expect(Array.from(gradient.dataSync(), (v) => Number(v.toFixed(5)))).toEqual([0, 0, 0.6, 0.8]);
		tf.dispose([points, gradient]);
		executor.dispose();
	});
});
