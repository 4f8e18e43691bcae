/** Small networks written by hand, with their own backpropagation: an independent stand-in for the real thing. */

import { Random } from "../../../src/compute/math/random.js";
import type { Classifier } from "../../../src/compute/network/classifier.js";

export type Activation = "linear" | "tanh" | "sigmoid" | "relu";

/** y = activation(x W + b), `weights` row-major `[inputs, outputs]`. */
export interface Layer {
	readonly inputs: number;
	readonly outputs: number;
	readonly weights: Float32Array;
	readonly biases: Float32Array;
	readonly activation: Activation;
}

export interface CountingClassifier extends Classifier {
	/** Points in each call so far, in order. */
	readonly calls: { readonly kind: "logits" | "gradient"; readonly count: number }[];
}

/** A fully connected network on pixels of the given shape. */
export function denseNetwork(
	pixelShape: readonly [number, number, number],
	layers: readonly Layer[],
): CountingClassifier {
	const calls: CountingClassifier["calls"] = [];
	const forward = (pixels: Float32Array, count: number) => {
		const values = [pixels];
		for (const layer of layers) values.push(applyLayer(layer, values[values.length - 1]!, count));
		return values;
	};
	return {
		pixelShape,
		classes: layers[layers.length - 1]!.outputs,
		linear: layers.every(({ activation }) => activation === "linear"),
		kinks: [],
		kinkSpreads: () => new Float32Array(0),
		calls,
		// Its sums are in double precision: nothing rounds.
		disturbedLogits(pixels, count) {
			const [size, classes] = [pixels.length / count, layers[layers.length - 1]!.outputs];
			const both = new Float32Array(2 * count * classes);
			for (let i = 0; i < count; i++)
				for (const k of [2 * i, 2 * i + 1])
					both.set(forward(pixels.subarray(i * size, (i + 1) * size), 1)[layers.length]!, k * classes);
			return both;
		},
		logits(pixels, count) {
			calls.push({ kind: "logits", count });
			return forward(pixels, count)[layers.length]!;
		},
		logitsAndGradient(pixels, count, cotangent) {
			calls.push({ kind: "gradient", count });
			const values = forward(pixels, count);
			const logits = values[layers.length]!;
			let gradient = cotangent(logits);
			for (let k = layers.length - 1; k >= 0; k--) gradient = backThrough(layers[k]!, values[k + 1]!, gradient, count);
			return { logits, gradient };
		},
	};
}

function applyLayer({ inputs, outputs, weights, biases, activation }: Layer, x: Float32Array, count: number) {
	const y = new Float32Array(count * outputs);
	const sums = new Float64Array(outputs);
	for (let n = 0; n < count; n++) {
		sums.set(biases);
		for (let i = 0; i < inputs; i++) {
			const value = x[n * inputs + i]!;
			if (value === 0) continue;
			for (let j = 0; j < outputs; j++) sums[j]! += value * weights[i * outputs + j]!;
		}
		for (let j = 0; j < outputs; j++) y[n * outputs + j] = activate(activation, sums[j]!);
	}
	return y;
}

function backThrough(
	{ inputs, outputs, weights, activation }: Layer,
	y: Float32Array,
	dy: Float32Array,
	count: number,
) {
	const dx = new Float32Array(count * inputs);
	for (let n = 0; n < count; n++) {
		const du = Array.from({ length: outputs }, (_, j) => dy[n * outputs + j]! * slope(activation, y[n * outputs + j]!));
		for (let i = 0; i < inputs; i++) {
			let sum = 0;
			for (let j = 0; j < outputs; j++) sum += weights[i * outputs + j]! * du[j]!;
			dx[n * inputs + i] = sum;
		}
	}
	return dx;
}

function activate(activation: Activation, u: number): number {
	switch (activation) {
		case "linear":
			return u;
		case "tanh":
			return Math.tanh(u);
		case "sigmoid":
			return 1 / (1 + Math.exp(-u));
		case "relu":
			return Math.max(0, u);
	}
}

/** Derivative of the activation, given its value. */
function slope(activation: Activation, y: number): number {
	switch (activation) {
		case "linear":
			return 1;
		case "tanh":
			return 1 - y * y;
		case "sigmoid":
			return y * (1 - y);
		case "relu":
			return y > 0 ? 1 : 0;
	}
}

/** Layers with Gaussian weights of standard deviation gain/sqrt(inputs). */
export function randomLayers(sizes: readonly number[], activation: Activation, random: Random, gain = 1): Layer[] {
	return sizes.slice(1).map((outputs, k): Layer => {
		const inputs = sizes[k]!;
		const deviation = gain / Math.sqrt(inputs);
		return {
			inputs,
			outputs,
			weights: Float32Array.from({ length: inputs * outputs }, () => deviation * random.normal()),
			biases: Float32Array.from({ length: outputs }, () => 0.1 * random.normal()),
			activation: k === sizes.length - 2 ? "linear" : activation,
		};
	});
}

/** Labelled pictures: `classes` drawings, each redrawn `perClass` times with noise. */
export function labelledPictures(classes: number, perClass: number, values: number, seed: number) {
	const random = Random.stream(seed, "drawings");
	const drawings = randomPictures(classes, values, seed);
	return Array.from({ length: classes * perClass }, (_, i) => {
		const label = i % classes;
		const pixels = drawings[label]!.map((value) => Math.min(1, Math.max(0, value + 0.15 * random.normal())));
		return { label, pixels };
	});
}

/** Trains the layers in place by plain gradient descent on the cross-entropy, one picture at a time. */
export function train(
	layers: readonly Layer[],
	examples: readonly { readonly label: number; readonly pixels: Float32Array }[],
	epochs: number,
	rate: number,
): void {
	for (let epoch = 0; epoch < epochs; epoch++) {
		for (const { label, pixels } of examples) {
			const values = [pixels];
			for (const layer of layers) values.push(applyLayer(layer, values[values.length - 1]!, 1));
			const logits = values[layers.length]!;
			const top = Math.max(...logits);
			const sum = logits.reduce((total, logit) => total + Math.exp(logit - top), 0);
			let gradient = logits.map((logit, j) => Math.exp(logit - top) / sum - (j === label ? 1 : 0));
			for (let k = layers.length - 1; k >= 0; k--) {
				const layer = layers[k]!;
				const before = backThrough(layer, values[k + 1]!, gradient, 1);
				for (let j = 0; j < layer.outputs; j++) {
					const change = rate * gradient[j]! * slope(layer.activation, values[k + 1]![j]!);
					layer.biases[j]! -= change;
					for (let i = 0; i < layer.inputs; i++) layer.weights[i * layer.outputs + j]! -= change * values[k]![i]!;
				}
				gradient = before;
			}
		}
	}
}

/** Pictures like drawings: `share` of the pixels lit. */
export function randomPictures(count: number, values: number, seed: number, share = 0.5): Float32Array[] {
	const random = Random.stream(seed, "pictures");
	return Array.from({ length: count }, () =>
		Float32Array.from({ length: values }, () => (random.uniform() < share ? random.uniform() : 0)),
	);
}
