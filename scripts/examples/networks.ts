/** The example networks: their layers as data, and running them while they are trained. */
import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../src/compute/math/random.js";
import { PICTURE_SIZE } from "./drawing.js";

/** One layer, with the few settings that the examples need. */
export type LayerPlan =
	| { readonly type: "Rescaling"; readonly name: string; readonly scale: number }
	| {
			readonly type: "Conv2D";
			readonly name: string;
			readonly filters: number;
			readonly kernelSize: number;
			readonly activation: "relu";
	  }
	| { readonly type: "MaxPooling2D"; readonly name: string; readonly poolSize: number }
	| { readonly type: "Flatten"; readonly name: string }
	| {
			readonly type: "Dense";
			readonly name: string;
			readonly units: number;
			readonly activation: "sigmoid" | "relu" | "softmax";
	  };

export interface NetworkPlan {
	readonly name: string;
	/** What the model's 0 and 1 are: [0, 1] or [0, 255]. */
	readonly range: readonly [low: number, high: number];
	readonly layers: readonly LayerPlan[];
}

/** Smooth, as in "Intriguing properties of neural networks": two hidden layers of 100 sigmoid units. */
export const MLP: NetworkPlan = {
	name: "digits_mlp",
	range: [0, 1],
	layers: [
		{ type: "Flatten", name: "flatten" },
		{ type: "Dense", name: "dense", units: 100, activation: "sigmoid" },
		{ type: "Dense", name: "dense_1", units: 100, activation: "sigmoid" },
		{ type: "Dense", name: "dense_2", units: 10, activation: "softmax" },
	],
};

/** Piecewise linear: ReLU and max pooling. Takes 0..255, as many Keras models do. */
export const CNN: NetworkPlan = {
	name: "digits_cnn",
	range: [0, 255],
	layers: [
		{ type: "Rescaling", name: "rescaling", scale: 1 / 255 },
		{ type: "Conv2D", name: "conv2d", filters: 8, kernelSize: 5, activation: "relu" },
		{ type: "MaxPooling2D", name: "max_pooling2d", poolSize: 2 },
		{ type: "Conv2D", name: "conv2d_1", filters: 16, kernelSize: 3, activation: "relu" },
		{ type: "MaxPooling2D", name: "max_pooling2d_1", poolSize: 2 },
		{ type: "Flatten", name: "flatten" },
		{ type: "Dense", name: "dense", units: 10, activation: "softmax" },
	],
};

export type LayerShape = readonly number[];

/** What goes into each layer, without the batch; the last entry is what comes out of the network. */
export function layerShapes(plan: NetworkPlan): readonly LayerShape[] {
	const shapes: LayerShape[] = [[PICTURE_SIZE, PICTURE_SIZE, 1]];
	for (const layer of plan.layers) shapes.push(outputShape(layer, shapes.at(-1)!));
	return shapes;
}

function outputShape(layer: LayerPlan, input: LayerShape): LayerShape {
	const [height = 1, width = 1, channels = 1] = input;
	switch (layer.type) {
		case "Rescaling":
			return input;
		case "Conv2D":
			return [height, width, layer.filters];
		case "MaxPooling2D":
			return [Math.floor(height / layer.poolSize), Math.floor(width / layer.poolSize), channels];
		case "Flatten":
			return [height * width * channels];
		case "Dense":
			return [layer.units];
	}
}

/** Kernel and bias of a layer, by the layer's name. */
export interface LayerWeights {
	readonly kernel: tf.Variable;
	readonly bias: tf.Variable;
}

/** Fresh weights: Glorot's uniform distribution for kernels, zero biases. */
export function initialWeights(plan: NetworkPlan, random: Random): ReadonlyMap<string, LayerWeights> {
	const shapes = layerShapes(plan);
	const weights = new Map<string, LayerWeights>();
	plan.layers.forEach((layer, i) => {
		const shape = kernelShape(layer, shapes[i]!);
		if (!shape) return;
		const size = shape.reduce((product, n) => product * n, 1);
		const into = size / shape.at(-1)!;
		const out = size / shape.at(-2)!;
		const limit = Math.sqrt(6 / (into + out));
		const values = Float32Array.from({ length: size }, () => limit * (2 * random.uniform() - 1));
		weights.set(layer.name, {
			kernel: tf.variable(tf.tensor(values, shape)),
			bias: tf.variable(tf.zeros([shape.at(-1)!])),
		});
	});
	return weights;
}

function kernelShape(layer: LayerPlan, input: LayerShape): number[] | null {
	switch (layer.type) {
		case "Conv2D":
			return [layer.kernelSize, layer.kernelSize, input.at(-1)!, layer.filters];
		case "Dense":
			return [input.at(-1)!, layer.units];
		default:
			return null;
	}
}

/** Logits `[n, 10]` of pictures `[n, 28, 28, 1]` given in the plan's range. */
export function logits(
	plan: NetworkPlan,
	weights: ReadonlyMap<string, LayerWeights>,
	pictures: tf.Tensor,
): tf.Tensor2D {
	let x = pictures;
	for (const layer of plan.layers) x = applied(layer, weights.get(layer.name), x);
	return x as tf.Tensor2D;
}

function applied(layer: LayerPlan, weights: LayerWeights | undefined, x: tf.Tensor): tf.Tensor {
	switch (layer.type) {
		case "Rescaling":
			return tf.mul(x, layer.scale);
		case "MaxPooling2D":
			return tf.maxPool(x as tf.Tensor4D, layer.poolSize, layer.poolSize, "valid");
		case "Flatten":
			return tf.reshape(x, [x.shape[0]!, -1]);
		case "Conv2D": {
			const { kernel, bias } = weights!;
			return tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor as tf.Tensor4D, 1, "same"), bias));
		}
		case "Dense": {
			const { kernel, bias } = weights!;
			const z = tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor as tf.Tensor2D), bias);
			// The softmax is left to the loss, which is steadier on logits.
			if (layer.activation === "softmax") return z;
			return layer.activation === "sigmoid" ? tf.sigmoid(z) : tf.relu(z);
		}
	}
}
