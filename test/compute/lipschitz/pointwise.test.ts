import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Slices } from "../../../src/compute/backend/slices.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { DEFAULT_OPTIONS } from "../../../src/compute/lipschitz/convolution.js";
import { lowerEstimate } from "../../../src/compute/lipschitz/lowerEstimate.js";
import { operationNorm } from "../../../src/compute/lipschitz/operationNorm.js";
import { pointwiseNorm } from "../../../src/compute/lipschitz/pointwiseNorm.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import type { NetworkNode, Operation, PointwiseFunction, Shape, Weight } from "../../../src/compute/network/types.js";
import { execute64 } from "../../reference/execute64.js";

const slices = new Slices(new AbortController().signal);

function nodeOf(operation: Operation, shape: Shape, weights: NetworkNode["weights"] = {}) {
	const builder = new NetworkBuilder("onnx");
	builder.input("x", shape);
	const node = builder.add({ name: "y", layer: "y", layerType: operation.op, operation, inputs: ["x"], weights });
	return { node, network: builder.build("y") };
}

/** The largest difference quotient of a function of one number, in float64: a fine grid, then finer around its best. */
function steepest(f: PointwiseFunction): number {
	const count = 2001;
	const { network } = nodeOf({ op: "Pointwise", function: f }, [count]);
	const on = (from: number, to: number): readonly [quotient: number, at: number] => {
		const x = Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
		const y = execute64(network, x);
		let best: [number, number] = [0, from];
		for (let i = 1; i < count; i++) {
			const quotient = Math.abs(((y[i] as number) - (y[i - 1] as number)) / ((x[i] as number) - (x[i - 1] as number)));
			if (quotient > best[0]) best = [quotient, x[i] as number];
		}
		return best;
	};
	// The reference's error function is a series that is good for small numbers.
	const reach = f.fn === "erf" ? 3 : 8;
	const [coarse, at] = on(-reach, reach);
	return Math.max(coarse, on(at - 0.02, at + 0.02)[0]);
}

const bounded: readonly PointwiseFunction[] = [
	{ fn: "relu" },
	{ fn: "generalRelu", max: 6, slope: 0, threshold: 0 },
	{ fn: "generalRelu", max: null, slope: -1.5, threshold: 0 },
	{ fn: "generalRelu", max: 0, slope: 0.3, threshold: 2 },
	{ fn: "elu", alpha: 1 },
	{ fn: "elu", alpha: 1.7 },
	{ fn: "selu" },
	{ fn: "sigmoid" },
	{ fn: "hardSigmoid", slope: 0.2, offset: 0.5 },
	{ fn: "hardSigmoid", slope: 1 / 6, offset: 0.5 },
	{ fn: "hardSwish" },
	{ fn: "tanh" },
	{ fn: "softplus" },
	{ fn: "softsign" },
	{ fn: "swish" },
	{ fn: "gelu", approximate: false },
	{ fn: "gelu", approximate: true },
	{ fn: "mish" },
	{ fn: "clip", low: -1, high: 2 },
	{ fn: "clip", low: 2, high: 1 },
	{ fn: "absolute" },
	{ fn: "power", exponent: 1 },
	{ fn: "erf" },
	{ fn: "softShrink", threshold: 0.5 },
	{ fn: "tanhShrink" },
	{ fn: "squareplus", b: 1 },
	{ fn: "sparsePlus" },
	{ fn: "logSigmoid" },
];

const limitless: readonly PointwiseFunction[] = [
	{ fn: "exponential" },
	{ fn: "logarithm" },
	{ fn: "power", exponent: 2 },
	{ fn: "power", exponent: 0.5 },
	{ fn: "hardShrink", threshold: 0.5 },
	{ fn: "generalRelu", max: null, slope: 0, threshold: 1 },
];

beforeAll(async () => {
	await startBackend("js", null);
});

describe("constants of pointwise functions", () => {
	it.each(bounded.map((f) => [JSON.stringify(f), f] as const))(
		"%s: attained to a hundredth and never exceeded",
		(_, f) => {
			const norm = pointwiseNorm(f);
			if (norm.kind === "unbounded") throw new Error(norm.because);
			const found = steepest(f);
			// 1e-9: float64 differences over 1e-5.
			expect(found).toBeLessThanOrEqual(norm.upper * (1 + 1e-9) + 1e-12);
			expect(found).toBeGreaterThanOrEqual(0.99 * norm.upper);
		},
	);

	it.each(limitless.map((f) => [JSON.stringify(f), f] as const))("%s: none", (_, f) => {
		expect(pointwiseNorm(f).kind).toBe("unbounded");
	});

	it("are met by the lower estimate from running the layer", async () => {
		for (const f of bounded) {
			const norm = pointwiseNorm(f);
			const { node } = nodeOf({ op: "Pointwise", function: f }, [4]);
			const lower = await lowerEstimate(node, [4], Random.stream(0, "t"), slices);
			if (norm.kind === "unbounded") throw new Error(norm.because);
			expect(lower, JSON.stringify(f)).toBeGreaterThanOrEqual(0.98 * norm.upper);
			// Float32 values differ by 1/64 with an error of 6e-8 times 8.
			expect(lower, JSON.stringify(f)).toBeLessThanOrEqual(norm.upper * (1 + 1e-4));
		}
	});
});

describe("max pooling", () => {
	const random = Random.stream(3, "pointwise.test");
	const sizes = [
		[2, 2, 0],
		[3, 2, 1],
		[3, 1, 1],
		[3, 3, 0],
		[4, 1, 2],
	] as const;

	it.each(sizes)("window %i, stride %i, padding %i: attained to a hundredth by pairs of pictures", async (k, s, p) => {
		const padding = { top: p, bottom: p, left: p, right: p };
		const { node, network } = nodeOf({ op: "MaxPool2D", size: [k, k], strides: [s, s], padding }, [7, 8, 2]);
		const { norm } = await operationNorm(node, [{ shape: [7, 8, 2], constant: null }], slices, DEFAULT_OPTIONS);
		if (norm.kind === "unbounded") throw new Error(norm.because);
		let largest = 0;
		for (let pair = 0; pair < 200; pair++) {
			const x = Float64Array.from({ length: 112 }, () => random.normal());
			// Either a pixel that becomes the brightest, or any other picture.
			const y = x.slice();
			if (pair < 112) y[pair] = 1e4;
			else for (let i = 0; i < y.length; i++) y[i]! += 0.1 * random.normal();
			const [a, b] = [execute64(network, x), execute64(network, y)];
			const quotient =
				Math.hypot(...a.map((v, i) => v - (b[i] as number))) / Math.hypot(...x.map((v, i) => v - (y[i] as number)));
			expect(quotient).toBeLessThanOrEqual(norm.upper * (1 + 1e-12));
			largest = Math.max(largest, quotient);
		}
		expect(largest).toBeGreaterThan(0.99 * norm.upper);
		const lower = await lowerEstimate(node, [7, 8, 2], Random.stream(0, "t"), slices);
		expect(lower).toBeCloseTo(norm.upper, 5);
	});
});

/** Nonlinear operations: many pairs, near and far, none of which may exceed the bound. */
describe("bounds of operations that are neither linear nor pointwise", () => {
	const random = Random.stream(4, "pointwise.test");
	const vector = (size: number): Weight => ({
		name: "w",
		shape: [size],
		data: Float32Array.from({ length: size }, () => random.normal()),
	});
	const operations: readonly (readonly [Operation, NetworkNode["weights"], Shape])[] = [
		[{ op: "Softmax" }, {}, [6]],
		[{ op: "LogSoftmax" }, {}, [6]],
		[{ op: "PReLU" }, { alpha: vector(3) }, [4, 4, 3]],
		[{ op: "LayerNormalization", axes: [2], epsilon: 0.1 }, { gamma: vector(3) }, [2, 2, 3]],
		[{ op: "GroupNormalization", groups: 2, epsilon: 0.1 }, { gamma: vector(4) }, [2, 2, 4]],
		[{ op: "LocalResponseNormalization", size: 3, alpha: 2, beta: 0.75, bias: 1 }, {}, [2, 2, 6]],
		[{ op: "LocalResponseNormalization", size: 5, alpha: 1e-4, beta: 0.75, bias: 2 }, {}, [2, 2, 6]],
		[{ op: "Reduce", kind: "norm", axes: [0, 1], keepDims: false }, {}, [3, 3, 2]],
		[{ op: "Reduce", kind: "max", axes: [0, 1], keepDims: false }, {}, [3, 3, 2]],
		[{ op: "Reduce", kind: "sum", axes: [0], keepDims: true }, {}, [3, 3, 2]],
		[{ op: "Pad", before: [2, 1, 0], after: [1, 2, 0], mode: "reflect", value: 0 }, {}, [4, 4, 2]],
		[{ op: "Pad", before: [2, 3, 0], after: [4, 0, 0], mode: "edge", value: 0 }, {}, [4, 4, 2]],
		[{ op: "Pad", before: [2, 3, 0], after: [4, 0, 0], mode: "wrap", value: 0 }, {}, [4, 4, 2]],
		[{ op: "Gather", axis: 1, indices: [0, 0, 3, 3, 3] }, {}, [2, 4, 2]],
		[{ op: "Broadcast", shape: [3, 4, 2] }, {}, [1, 4, 2]],
	];

	it.each(operations.map((o) => [JSON.stringify(o[0]), ...o] as const))("%s", async (_, operation, weights, shape) => {
		const { node, network } = nodeOf(operation, shape, weights);
		const { norm } = await operationNorm(node, [{ shape, constant: null }], slices, DEFAULT_OPTIONS);
		if (norm.kind === "unbounded") throw new Error(norm.because);
		const size = shape.reduce((a, b) => a * b, 1);
		let largest = (await lowerEstimate(node, shape, random, slices)) ?? 0;
		for (let pair = 0; pair < 400; pair++) {
			const scale = 10 ** (3 * random.uniform() - 2);
			const x = Float64Array.from({ length: size }, () => scale * random.normal());
			const move = 10 ** (-4 * random.uniform());
			const isOne = pair % 3 === 0;
			const at = random.integer(size);
			const y = x.map((v, i) => v + (isOne && i !== at ? 0 : move * random.normal()));
			const [a, b] = [execute64(network, x), execute64(network, y)];
			const rise = Math.hypot(...a.map((v, i) => v - (b[i] as number)));
			largest = Math.max(largest, rise / Math.hypot(...x.map((v, i) => v - (y[i] as number))));
		}
		// The lower estimate differences float32 values over 0.02.
		expect(largest).toBeLessThanOrEqual(norm.upper * (1 + 1e-4));
		expect(largest).toBeGreaterThan(0.1 * norm.upper);
	});
});

afterAll(() => {
	tf.disposeVariables();
});
