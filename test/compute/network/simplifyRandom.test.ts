import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { Executor } from "../../../src/compute/network/execute.js";
import { NO_PADDING, sizeOf } from "../../../src/compute/network/shapes.js";
import { simplify } from "../../../src/compute/network/simplify.js";
import type { Network, Operation, Shape, Weight, WeightRole } from "../../../src/compute/network/types.js";
import { execute64 } from "../../reference/execute64.js";

const random = Random.stream(5, "simplifyRandom.test");

function weight(...shape: number[]): Weight {
	return { name: "w", shape, data: Float32Array.from({ length: sizeOf(shape) }, () => 0.5 * random.normal()) };
}

function positive(count: number): Weight {
	return { name: "v", shape: [count], data: Float32Array.from({ length: count }, () => 0.2 + random.uniform()) };
}

const same = { top: 1, bottom: 1, left: 1, right: 1 };

/** A chain of operations that merge, in a random order, with a branch now and then so that some may not. */
function randomNetwork(steps: number): Network {
	const builder = new NetworkBuilder("onnx");
	builder.input("x", [6, 6, 4]);
	let [last, shape]: [string, Shape] = ["x", [6, 6, 4]];
	let earlier = last;
	const add = (operation: Operation, weights: Partial<Record<WeightRole, Weight>> = {}, inputs = [last]) => {
		const name = `n${builder.build(last).nodes.length}-${operation.op}-${Math.floor(random.uniform() * 1e9)}`;
		const node = builder.add({ name, layer: name, layerType: operation.op, operation, inputs, weights });
		[last, shape] = [node.name, node.outputShape];
	};
	for (let i = 0; i < steps; i++) {
		const [h = 0, w = 0, c = 0] = shape;
		const padding = random.uniform() < 0.5 || h < 4 ? same : NO_PADDING;
		const choices: (() => void)[] = [
			() =>
				add(
					{ op: "Conv2D", strides: [1, 1], dilations: [1, 1], padding, groups: 2 },
					{ kernel: weight(3, 3, c / 2, 4), ...(random.uniform() < 0.5 && { bias: weight(4) }) },
				),
			() =>
				add(
					{ op: "DepthwiseConv2D", strides: [1, 1], dilations: [1, 1], padding },
					{ kernel: weight(3, 3, c, 8 / c), bias: weight(8) },
				),
			() =>
				add(
					{
						op: "ConvTranspose2D",
						strides: [1, 1],
						dilations: [1, 1],
						padding: same,
						outputPadding: [0, 0],
						groups: 2,
					},
					{ kernel: weight(3, 3, 2, c) },
				),
			() => add({ op: "Dense" }, { kernel: weight(c, 4), bias: weight(4) }),
			() =>
				add(
					{ op: "BatchNormalization", epsilon: 1e-3 },
					{ mean: weight(c), variance: positive(c), gamma: weight(c), beta: weight(c) },
				),
			() => add({ op: "Affine" }, { scale: weight(c), offset: weight(1) }),
			() => add({ op: "Affine" }, { scale: weight(1) }),
			() => add({ op: "Affine" }, { offset: weight(h, 1, c) }),
			() => add({ op: "Identity" }),
			() => add({ op: "Transpose", order: [1, 0, 2] }),
			() => {
				add({ op: "Reshape", shape: [h * w, c] });
				add({ op: "Reshape", shape: [h, w, c] });
			},
			() => add({ op: "Pointwise", function: { fn: "tanh" } }),
			() => {
				const old = builder.shapeOf(earlier, last);
				if (old.join() === shape.join()) add({ op: "Add" }, {}, [last, earlier]);
				earlier = last;
			},
		];
		(choices[Math.floor(random.uniform() * choices.length)] as () => void)();
	}
	return builder.build(last);
}

beforeAll(async () => {
	await startBackend("js", null);
});

describe("simplification of random networks", () => {
	const networks = Array.from({ length: 60 }, (_, i) => [i, randomNetwork(12)] as const);

	it.each(networks)("keeps the results of number %i", (_, network) => {
		const x = Float32Array.from({ length: 144 }, () => random.normal());
		const expected = execute64(network, x);
		const found = execute64(simplify(network), x);
		const scale = Math.max(1, ...expected.map(Math.abs));
		// Both in float64: only the merged weights were rounded to float32, a few times over.
		expected.forEach((v, i) => {
			expect(Math.abs(v - (found[i] as number))).toBeLessThan(1e-5 * scale);
		});
	});

	it("merges something in most of them", () => {
		const merged = networks.filter(([, network]) => simplify(network).nodes.length < network.nodes.length - 1);
		expect(merged.length).toBeGreaterThan(40);
	});

	it("finds the value of every node, whatever was merged", () => {
		const [, network] = networks[0] as (typeof networks)[number];
		const x = Float32Array.from({ length: 144 }, () => random.normal());
		const executor = new Executor(network);
		for (const { name } of network.nodes) {
			const found = tf.tidy(() => executor.run(tf.tensor(x, [1, 6, 6, 4]), name).dataSync());
			const expected = execute64(network, x, name);
			const scale = Math.max(1, ...expected.map(Math.abs));
			expect(Math.max(...expected.map((v, i) => Math.abs(v - (found[i] as number))))).toBeLessThan(1e-4 * scale);
		}
		executor.dispose();
	});
});

describe("an affine map before a convolution", () => {
	const build = (offset: number, padded: boolean) => {
		const builder = new NetworkBuilder("onnx");
		builder.input("x", [5, 5, 2]);
		const shift: Weight = { name: "o", shape: [2], data: Float32Array.of(offset, offset) };
		const scale = { name: "scale", layer: "scale", layerType: "Mul", inputs: ["x"] };
		builder.add({ ...scale, operation: { op: "Affine" }, weights: { scale: weight(2), offset: shift } });
		builder.add({
			name: "conv",
			layer: "conv",
			layerType: "Conv",
			operation: {
				op: "Conv2D",
				strides: [1, 1],
				dilations: [1, 1],
				padding: padded ? same : NO_PADDING,
				groups: 1,
			},
			inputs: ["scale"],
			weights: { kernel: weight(3, 3, 2, 3) },
		});
		return builder.build("conv");
	};

	it("is taken in without padding or with zero shift, and only then", () => {
		expect(simplify(build(0.5, false)).nodes.map(({ name }) => name)).toEqual(["x", "conv"]);
		expect(simplify(build(0, true)).nodes.map(({ name }) => name)).toEqual(["x", "conv"]);
		expect(simplify(build(0.5, true)).nodes.map(({ name }) => name)).toEqual(["x", "scale", "conv"]);
	});

	it("leaves its name behind", () => {
		expect(simplify(build(0, false)).nodes.at(-1)?.absorbed).toEqual(["scale"]);
	});
});
