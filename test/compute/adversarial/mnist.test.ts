import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import type { AttackOutcome } from "../../../src/compute/adversarial/run.js";
import { TensorClassifier } from "../../../src/compute/network/tensorClassifier.js";
import type { Network, NetworkNode, Weight } from "../../../src/compute/network/types.js";
import { availableBackends } from "../../backends.js";
import { type Digits, digit, mnistDigits, trainDigits } from "../../mnistNetworks.js";
import { exactNearest } from "./exactNearest.js";
import { distanceOf, mean, NEXT, run } from "./harness.js";

// Training and 100 attacks take seconds natively, minutes in plain JavaScript.
const [native] = await availableBackends(["native"]);
const training = native ? await mnistDigits("train", 10_000) : null;
const test = native ? await mnistDigits("t10k", 1_300) : null;

/** The first 100 digits from number 1000 on that the model gets right. */
function rightOnes(classifier: TensorClassifier, digits: Digits): number[] {
	const right: number[] = [];
	for (let i = 1_000; right.length < 100 && i < digits.count; i++) {
		const logits = classifier.logits(digit(digits, i), 1);
		if (logits.indexOf(Math.max(...logits)) === digits.labels[i]) right.push(i);
	}
	return right;
}

function distances(outcomes: readonly AttackOutcome[], pictures: readonly Float32Array[]): number[] {
	return outcomes.map((outcome, i) => distanceOf(outcome, pictures[i] as Float32Array));
}

function onlyLayer({ nodes }: Network) {
	const [dense] = nodes.filter((node) => node.operation.op === "Dense") as [NetworkNode];
	const { kernel, bias } = dense.weights as { kernel: Weight; bias: Weight };
	return { inputs: 784, outputs: 10, weights: kernel.data, biases: bias.data, activation: "linear" } as const;
}

describe.skipIf(!training || !test)("closest adversarials of MNIST digits, next class", { timeout: 300_000 }, () => {
	it("reach the exact optimum of a linear softmax: .01% on average, .1% at worst", async () => {
		const network = trainDigits(training as Digits, [], 3, 1);
		const classifier = new TensorClassifier(network);
		const indices = rightOnes(classifier, test as Digits);
		const pictures = indices.map((i) => digit(test as Digits, i));
		const found = distances(await run(classifier, pictures, NEXT), pictures);
		const excess = found.map((distance, i) => {
			const label = (test as Digits).labels[indices[i] as number] as number;
			const exact = exactNearest(onlyLayer(network), pictures[i] as Float32Array, (label + 1) % 10, 0);
			expect(exact.residual).toBeLessThan(1e-9);
			return distance / exact.distance - 1;
		});
		expect(indices).toHaveLength(100);
		expect(mean(excess)).toBeLessThan(1e-4);
		expect(Math.max(...excess)).toBeLessThan(1e-3);
		// Nothing can be nearer than the optimum, float32 pixels aside.
		expect(Math.min(...excess)).toBeGreaterThan(-1e-6);
		classifier.dispose();
	});

	it("are found for 100 of 100 on an MLP, nearer than the paper's method finds them, and leave no tensors", async () => {
		const network = trainDigits(training as Digits, [100, 100], 6, 1);
		const before = tf.memory().numTensors;
		const classifier = new TensorClassifier(network);
		const pictures = rightOnes(classifier, test as Digits).map((i) => digit(test as Digits, i));
		// What gradients keep of the weights is made by the first one.
		classifier.logitsAndGradient(pictures[0] as Float32Array, 1, (logits) => logits);
		const held = tf.memory().numTensors;
		const closest = await run(classifier, pictures, NEXT);
		const szegedy = await run(classifier, pictures, { ...NEXT, method: "szegedy" });
		expect(tf.memory().numTensors).toBe(held);
		expect(closest.filter(({ adversarial, stored }) => adversarial && stored?.success)).toHaveLength(100);
		expect(szegedy.filter(({ adversarial }) => adversarial)).toHaveLength(100);
		const means = [mean(distances(closest, pictures)), mean(distances(szegedy, pictures))] as const;
		expect(means[0]).toBeLessThan(means[1]);
		classifier.dispose();
		expect(tf.memory().numTensors).toBe(before);
	});
});
