/** Normalisations: with statistics of the training data, or of the value itself. */
import * as tf from "@tensorflow/tfjs-core";
import type { NetworkNode, Operation, Weight } from "../types.js";
import type { Constants } from "./constants.js";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

export function batchNormalization(node: NetworkNode, epsilon: number, x: tf.Tensor, constants: Constants): tf.Tensor {
	const { mean, beta } = node.weights;
	const offset = constants.derived(`${node.name}: offset`, () => {
		const scales = scalesOf(node, epsilon);
		return tf.tensor1d((mean as Weight).data.map((m, c) => (beta?.data[c] ?? 0) - m * (scales[c] as number)));
	});
	return tf.add(tf.mul(x, batchNormalizationScale(node, epsilon, constants)), offset);
}

/** What a batch normalisation multiplies each channel by. */
export function batchNormalizationScale(node: NetworkNode, epsilon: number, constants: Constants): tf.Tensor {
	return constants.derived(`${node.name}: scale`, () => tf.tensor1d(scalesOf(node, epsilon)));
}

function scalesOf({ weights: { variance, gamma } }: NetworkNode, epsilon: number): Float32Array {
	return (variance as Weight).data.map((v, c) => (gamma?.data[c] ?? 1) / Math.sqrt(v + epsilon));
}

export function layerNormalization(
	node: NetworkNode,
	operation: Of<"LayerNormalization">,
	x: tf.Tensor,
	constants: Constants,
): tf.Tensor {
	const axes = operation.axes.map((axis) => axis + 1);
	return scaled(node, standardised(x, axes, operation.epsilon), constants);
}

export function groupNormalization(
	node: NetworkNode,
	operation: Of<"GroupNormalization">,
	x: tf.Tensor,
	constants: Constants,
): tf.Tensor {
	const { groups, epsilon } = operation;
	const channels = x.shape.at(-1) as number;
	const split = tf.reshape(x, [x.shape[0] as number, -1, groups, channels / groups]);
	return scaled(node, tf.reshape(standardised(split, [1, 3], epsilon), x.shape), constants);
}

/** Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 3.3. */
export function localResponse(
	node: NetworkNode,
	operation: Of<"LocalResponseNormalization">,
	x: tf.Tensor,
	constants: Constants,
): tf.Tensor {
	const { size, alpha, beta, bias } = operation;
	const channels = x.shape.at(-1) as number;
	// A matrix product with the band of neighbours: TensorFlow.js's own kernel takes odd sizes only.
	const band = constants.derived(`${node.name}: neighbours`, () => {
		const [before, after] = [Math.floor((size - 1) / 2), Math.ceil((size - 1) / 2)];
		return tf.tensor2d(
			Float32Array.from({ length: channels * channels }, (_, i) => {
				const distance = Math.floor(i / channels) - (i % channels);
				return distance >= -before && distance <= after ? 1 : 0;
			}),
			[channels, channels],
		);
	}) as tf.Tensor2D;
	const squares = tf.reshape(tf.square(x), [-1, channels]) as tf.Tensor2D;
	const energy = tf.reshape(tf.matMul(squares, band), x.shape);
	return tf.mul(x, tf.pow(tf.add(tf.mul(energy, alpha / size), bias), -beta));
}

function standardised(x: tf.Tensor, axes: number[], epsilon: number): tf.Tensor {
	const centred = tf.sub(x, tf.mean(x, axes, true));
	const variance = tf.mean(tf.square(centred), axes, true);
	return tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon)));
}

function scaled(node: NetworkNode, x: tf.Tensor, constants: Constants): tf.Tensor {
	const grown = node.weights.gamma ? tf.mul(x, constants.weight(node, "gamma")) : x;
	return node.weights.beta ? tf.add(grown, constants.weight(node, "beta")) : grown;
}
