import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { Executor } from "../../../src/compute/network/execute.js";
import { NO_PADDING } from "../../../src/compute/network/shapes.js";
import { simplify } from "../../../src/compute/network/simplify.js";
import type { Network, Operation, Weight, WeightRole } from "../../../src/compute/network/types.js";
import { execute64 } from "../../reference/execute64.js";

const random = Random.stream(3, "simplify.test");

function weight(name: string, ...shape: number[]): Weight {
	const count = shape.reduce((a, b) => a * b, 1);
	return { name, shape, data: Float32Array.from({ length: count }, () => 0.5 * random.normal()) };
}

function positive(name: string, count: number): Weight {
	return { name, shape: [count], data: Float32Array.from({ length: count }, () => 0.1 + random.uniform()) };
}

const normalization = (channels: number) => ({
	mean: weight("mean", channels),
	variance: positive("variance", channels),
	gamma: weight("gamma", channels),
	beta: weight("beta", channels),
});

const same = { top: 1, bottom: 1, left: 1, right: 1 };
const conv: Operation = { op: "Conv2D", strides: [1, 1], dilations: [1, 1], padding: same, groups: 1 };
const depthwise: Operation = { op: "DepthwiseConv2D", strides: [1, 1], dilations: [1, 1], padding: NO_PADDING };
const batchNorm: Operation = { op: "BatchNormalization", epsilon: 1e-3 };

function build(
	...layers: readonly (readonly [string, Operation, readonly string[], Partial<Record<WeightRole, Weight>>?])[]
): Network {
	const builder = new NetworkBuilder("keras-v3");
	builder.input("x", [6, 6, 2]);
	for (const [name, operation, inputs, weights] of layers)
		builder.add({ name, layer: name, layerType: operation.op, operation, inputs, weights: weights ?? {} });
	return builder.build(layers.at(-1)?.[0] as string);
}

const network = build(
	["conv", conv, ["x"], { kernel: weight("k", 3, 3, 2, 4), bias: weight("b", 4) }],
	["conv/bn", batchNorm, ["conv"], normalization(4)],
	["drop", { op: "Identity" }, ["conv/bn"]],
	["depthwise", depthwise, ["drop"], { kernel: weight("d", 3, 3, 4, 2) }],
	["depthwise/bn", batchNorm, ["depthwise"], normalization(8)],
	["branch", conv, ["x"], { kernel: weight("k2", 3, 3, 2, 4) }],
	["branch/bn", batchNorm, ["branch"], normalization(4)],
	["both", { op: "Add" }, ["branch/bn", "branch"]],
	["flat", { op: "Flatten" }, ["depthwise/bn"]],
	["flat2", { op: "Flatten" }, ["both"]],
	["joined", { op: "Concatenate", axis: 0 }, ["flat", "flat2"]],
	["dense", { op: "Dense" }, ["joined"], { kernel: weight("k3", 4 * 4 * 8 + 6 * 6 * 4, 5) }],
	["dense/bn", batchNorm, ["dense"], normalization(5)],
);

beforeAll(async () => {
	await startBackend("js", null);
});

describe("simplify", () => {
	it("folds what only the normalisation reads, and leaves out identities", () => {
		expect(simplify(network).nodes.map(({ name }) => name)).toEqual([
			"x",
			"conv/bn",
			"depthwise/bn",
			"branch",
			"branch/bn",
			"both",
			"flat",
			"flat2",
			"joined",
			"dense/bn",
		]);
	});

	it("keeps the results", () => {
		const x = Float32Array.from({ length: 72 }, () => random.normal());
		const executor = new Executor(simplify(network));
		const found = tf.tidy(() => executor.run(tf.tensor(x, [1, 6, 6, 2])).dataSync());
		executor.dispose();
		const expected = execute64(network, x);
		const scale = Math.max(...expected.map(Math.abs));
		// float32 sums of 272 terms, three layers deep
		expected.forEach((v, i) => {
			expect(Math.abs(v - (found[i] as number))).toBeLessThan(2e-5 * scale);
		});
	});

	it("changes nothing in place", () => {
		const before = structuredClone(network);
		simplify(network);
		expect(network).toEqual(before);
	});
});
