import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { TensorClassifier } from "../../../src/compute/network/tensorClassifier.js";
import type { Network, Shape, Weight } from "../../../src/compute/network/types.js";
import { availableBackends } from "../../backends.js";
import { directionalDerivative64, execute64 } from "../../reference/execute64.js";

const random = Random.stream(2, "tensorClassifier.test");

function weight(name: string, ...shape: number[]): Weight {
	const count = shape.reduce((a, b) => a * b, 1);
	return { name, shape, data: Float32Array.from({ length: count }, () => 0.5 * random.normal()) };
}

function network(input: Shape, classes: number, last: "softmax" | "sigmoid"): Network {
	const builder = new NetworkBuilder("keras-v3");
	const size = input.reduce((a, b) => a * b, 1);
	builder.input("x", input);
	const add = (
		name: string,
		operation: Parameters<NetworkBuilder["add"]>[0]["operation"],
		from: string,
		weights = {},
	) => builder.add({ name, layer: name, layerType: operation.op, operation, inputs: [from], weights });
	add("flat", { op: "Flatten" }, "x");
	add("hidden", { op: "Dense" }, "flat", { kernel: weight("k1", size, 6), bias: weight("b1", 6) });
	add("tanh", { op: "Pointwise", function: { fn: "tanh" } }, "hidden");
	add("logits", { op: "Dense" }, "tanh", { kernel: weight("k2", 6, classes), bias: weight("b2", classes) });
	add("out", last === "softmax" ? { op: "Softmax" } : { op: "Pointwise", function: { fn: "sigmoid" } }, "logits");
	return builder.build("out");
}

const backends = await availableBackends();

describe.each(backends)("TensorClassifier on %s", (backend) => {
	beforeAll(async () => {
		await startBackend(backend, null);
	});

	const count = 5;
	const pixels = Float32Array.from({ length: count * 12 }, () => random.uniform());

	it("gives logits and their vector-Jacobian products for each image of a batch", () => {
		const net = network([2, 2, 3], 4, "softmax");
		const classifier = new TensorClassifier(net);
		const before = tf.memory().numTensors;
		const weights = Float32Array.from({ length: count * 4 }, () => random.normal());
		const { logits, gradient } = classifier.logitsAndGradient(pixels, count, () => weights);
		expect(Array.from(classifier.logits(pixels, count))).toEqual(Array.from(logits));
		for (let i = 0; i < count; i++) {
			const x = pixels.subarray(12 * i, 12 * (i + 1));
			const cotangent = weights.subarray(4 * i, 4 * (i + 1));
			execute64(net, x, "logits").forEach((z, j) => {
				// float32 sums of a dozen terms of order 1
				expect(Math.abs(z - (logits[4 * i + j] as number))).toBeLessThan(1e-5);
			});
			const direction = Float32Array.from({ length: 12 }, () => random.normal());
			const expected = directionalDerivative64(net, x, direction, cotangent, "logits");
			const found = direction.reduce((sum, d, j) => sum + d * (gradient[12 * i + j] as number), 0);
			expect(Math.abs(found - expected)).toBeLessThan(1e-4);
		}
		classifier.dispose();
		expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
	});

	it("takes one sigmoid logit z as the two logits [0, z]", () => {
		const net = network([2, 2, 3], 1, "sigmoid");
		const classifier = new TensorClassifier(net);
		expect(classifier.classes).toBe(2);
		const { logits, gradient } = classifier.logitsAndGradient(pixels.subarray(0, 12), 1, (z) =>
			Float32Array.of(-5, (z[0] as number) + 1),
		);
		expect(logits[0]).toBe(0);
		expect(logits[1]).toBeCloseTo(execute64(net, pixels.subarray(0, 12), "logits")[0] as number, 5);
		const ones = new Float32Array(12).fill(1);
		const expected = directionalDerivative64(net, pixels.subarray(0, 12), ones, [1], "logits");
		expect(gradient.reduce((a, b) => a + b, 0)).toBeCloseTo(expected, 4);
		classifier.dispose();
	});

	it("knows a linear model from one that isn't", () => {
		const net = network([2, 2, 3], 3, "softmax");
		expect(new TensorClassifier(net).linear).toBe(false);
		const builder = new NetworkBuilder("keras-v3");
		builder.input("x", [4, 4, 1]);
		builder.add({ name: "f", layer: "f", layerType: "Flatten", operation: { op: "Flatten" }, inputs: ["x"] });
		builder.add({
			name: "d",
			layer: "d",
			layerType: "Dense",
			operation: { op: "Dense" },
			inputs: ["f"],
			weights: { kernel: weight("k", 16, 3) },
		});
		builder.add({ name: "s", layer: "s", layerType: "Softmax", operation: { op: "Softmax" }, inputs: ["d"] });
		expect(new TensorClassifier(builder.build("s")).linear).toBe(true);
	});
});
