/** Small networks trained on the MNIST digits beside the checkout, in seconds; for tests and benchmarks. */
import * as tf from "@tensorflow/tfjs-core";
import { readIdxImages, readIdxLabels } from "../src/compute/data/idx.js";
import { Random } from "../src/compute/math/random.js";
import { NetworkBuilder } from "../src/compute/network/build.js";
import { NO_PADDING } from "../src/compute/network/shapes.js";
import type { Network, Weight } from "../src/compute/network/types.js";
import { isAbsent, sharedPath } from "./sharedData.js";

const PIXELS = 784;
const CLASSES = 10;
const BATCH = 100;

export interface Digits {
	readonly count: number;
	/** `[count, 784]` in [0, 1]. */
	readonly pixels: Float32Array;
	readonly labels: Uint8Array;
}

/** The first `count` digits of `train` or `t10k`; null where MNIST is absent. */
export async function mnistDigits(part: "train" | "t10k", count: number): Promise<Digits | null> {
	const images = sharedPath("mnist", `${part}-images-idx3-ubyte.gz`);
	const labels = sharedPath("mnist", `${part}-labels-idx1-ubyte.gz`);
	if (isAbsent(images, labels)) return null;
	const all = await readIdxImages(images);
	return {
		count,
		pixels: Float32Array.from(all.data.subarray(0, count * PIXELS), (byte) => byte / 255),
		labels: (await readIdxLabels(labels, all.count)).subarray(0, count),
	};
}

/** One digit's pixels. */
export function digit({ pixels }: Digits, index: number): Float32Array {
	return pixels.subarray(index * PIXELS, (index + 1) * PIXELS);
}

/** Trains 784-hidden...-10 with sigmoid units and a softmax on the present backend; no hidden layer: linear softmax. */
export function trainDigits(digits: Digits, hidden: readonly number[], epochs: number, seed: number): Network {
	const random = Random.stream(seed, "mnist", ...hidden);
	const sizes = [PIXELS, ...hidden, CLASSES];
	const layers = sizes.slice(1).map((out, i) => {
		const into = sizes[i] as number;
		const limit = Math.sqrt(6 / (into + out));
		const kernel = Float32Array.from({ length: into * out }, () => limit * (2 * random.uniform() - 1));
		return { kernel: tf.variable(tf.tensor2d(kernel, [into, out])), bias: tf.variable(tf.zeros([out])) };
	});
	const x = tf.tensor2d(digits.pixels, [digits.count, PIXELS]);
	const y = tf.oneHot(tf.tensor1d(Int32Array.from(digits.labels), "int32"), CLASSES) as tf.Tensor2D;
	const optimizer = tf.train.adam(0.003);
	for (let start = 0; start < epochs * digits.count; start += BATCH) {
		const at = start % digits.count;
		optimizer.minimize(() => {
			let value: tf.Tensor = tf.slice(x, [at, 0], [BATCH, PIXELS]);
			for (const [i, { kernel, bias }] of layers.entries()) {
				value = tf.add(tf.matMul(value as tf.Tensor2D, kernel as tf.Tensor as tf.Tensor2D), bias);
				if (i < hidden.length) value = tf.sigmoid(value);
			}
			return tf.losses.softmaxCrossEntropy(tf.slice(y, [at, 0], [BATCH, CLASSES]), value) as tf.Scalar;
		});
	}
	const network = denseNetwork(
		layers.map(({ kernel, bias }, i) => ({ kernel: stored(`kernel ${i}`, kernel), bias: stored(`bias ${i}`, bias) })),
	);
	optimizer.dispose();
	tf.dispose([x, y, ...layers.flatMap(({ kernel, bias }) => [kernel, bias])]);
	return network;
}

/** Trains a convolution 5×5 / 2 of 8 channels, max pooling, and a dense softmax, with ReLU between; as `trainDigits`. */
export function trainDigitCnn(digits: Digits, epochs: number, seed: number): Network {
	const random = Random.stream(seed, "mnist cnn");
	const drawn = (scale: number, ...shape: number[]) =>
		tf.variable(
			tf.tensor(
				Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => scale * random.normal()),
				shape,
			),
		);
	const kernel = drawn(0.2, 5, 5, 1, 8);
	const dense = drawn(0.05, 6 * 6 * 8, CLASSES);
	const biases = [tf.variable(tf.zeros([8])), tf.variable(tf.zeros([CLASSES]))] as const;
	const x = tf.tensor4d(digits.pixels, [digits.count, 28, 28, 1]);
	const y = tf.oneHot(tf.tensor1d(Int32Array.from(digits.labels), "int32"), CLASSES) as tf.Tensor2D;
	const optimizer = tf.train.adam(0.003);
	for (let start = 0; start < epochs * digits.count; start += BATCH) {
		const at = start % digits.count;
		optimizer.minimize(() => {
			const image = tf.slice(x, [at, 0, 0, 0], [BATCH, 28, 28, 1]);
			const features = tf.relu(tf.add(tf.conv2d(image, kernel as tf.Tensor as tf.Tensor4D, 2, "valid"), biases[0]));
			const pooled = tf.reshape(tf.maxPool(features as tf.Tensor4D, 2, 2, "valid"), [BATCH, 288]) as tf.Tensor2D;
			const logits = tf.add(tf.matMul(pooled, dense as tf.Tensor as tf.Tensor2D), biases[1]);
			return tf.losses.softmaxCrossEntropy(tf.slice(y, [at, 0], [BATCH, CLASSES]), logits) as tf.Scalar;
		});
	}
	const builder = new NetworkBuilder("keras-v3");
	let last = builder.input("digit", [28, 28, 1]).name;
	const add = (name: string, rest: Pick<Parameters<NetworkBuilder["add"]>[0], "operation" | "weights">) => {
		last = builder.add({ name, layer: name, layerType: rest.operation.op, inputs: [last], ...rest }).name;
	};
	const window = { strides: [2, 2], padding: NO_PADDING } as const;
	const convolved = { kernel: stored("kernel", kernel), bias: stored("bias", biases[0]) };
	add("conv", { operation: { op: "Conv2D", ...window, dilations: [1, 1], groups: 1 }, weights: convolved });
	add("relu", { operation: { op: "Pointwise", function: { fn: "relu" } } });
	add("pool", { operation: { op: "MaxPool2D", size: [2, 2], ...window } });
	add("flatten", { operation: { op: "Flatten" } });
	add("dense", {
		operation: { op: "Dense" },
		weights: { kernel: stored("dense", dense), bias: stored("bias", biases[1]) },
	});
	add("softmax", { operation: { op: "Softmax" } });
	optimizer.dispose();
	tf.dispose([x, y, kernel, dense, ...biases]);
	return builder.build("softmax");
}

function stored(name: string, variable: tf.Tensor): Weight {
	return { name, shape: variable.shape, data: variable.dataSync().slice() as Float32Array };
}

function denseNetwork(layers: readonly { readonly kernel: Weight; readonly bias: Weight }[]): Network {
	const builder = new NetworkBuilder("keras-v3");
	let last = builder.input("digit", [28, 28, 1]).name;
	const add = (name: string, rest: Pick<Parameters<NetworkBuilder["add"]>[0], "operation" | "weights">) => {
		last = builder.add({ name, layer: name, layerType: rest.operation.op, inputs: [last], ...rest }).name;
	};
	add("flatten", { operation: { op: "Flatten" } });
	for (const [i, weights] of layers.entries()) {
		add(`dense ${i}`, { operation: { op: "Dense" }, weights });
		if (i + 1 < layers.length) add(`sigmoid ${i}`, { operation: { op: "Pointwise", function: { fn: "sigmoid" } } });
	}
	add("softmax", { operation: { op: "Softmax" } });
	return builder.build("softmax");
}
