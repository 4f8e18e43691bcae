/** Convolutions and their transposes. */
import * as tf from "@tensorflow/tfjs-core";
import type { NetworkNode, Operation, Pair, Weight } from "../types.js";
import type { Constants } from "./constants.js";
import { fewChannelsGradient } from "./fewChannels.js";
import { type Image, padFor, unpadFor } from "./padding.js";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

export function conv(node: NetworkNode, operation: Of<"Conv2D">, x: Image, constants: Constants): tf.Tensor {
	const { strides, dilations, padding, groups } = operation;
	const kernel = dilated(node, dilations, constants);
	const [kh, kw] = kernel.shape;
	const [padded, mode] = padFor(x, [kh, kw], strides, padding, 0);
	if (groups === 1) return tf.conv2d(padded, kernel, [...strides], mode);
	const part = (input: tf.Tensor, filter: tf.Tensor) => tf.conv2d(input as Image, filter as Image, [...strides], mode);
	return tf.concat(partsOf(padded, kernel, groups, part), 3);
}

export function depthwise(
	node: NetworkNode,
	operation: Of<"DepthwiseConv2D">,
	x: Image,
	constants: Constants,
): tf.Tensor {
	const { strides, dilations, padding } = operation;
	const kernel = dilated(node, dilations, constants);
	const [kh, kw, channels, multiplier] = kernel.shape;
	const [padded, mode] = padFor(x, [kh, kw], strides, padding, 0);
	if (strides[0] === strides[1]) return tf.depthwiseConv2d(padded, kernel, [...strides], mode);
	// TensorFlow's depthwise kernel wants equal strides: channel by channel then.
	if (channels === 1) return tf.conv2d(padded, kernel, [...strides], mode);
	const inputs = tf.split(padded, channels, 3);
	const kernels = tf.split(tf.reshape(kernel, [kh, kw, 1, channels * multiplier]) as Image, channels, 3);
	return tf.concat(
		inputs.map((part, c) => tf.conv2d(part as Image, kernels[c] as Image, [...strides], mode)),
		3,
	);
}

/** Gradient of a convolution with respect to `x`, given that with respect to its value. */
export function convInputGradient(
	node: NetworkNode,
	operation: Of<"Conv2D">,
	x: Image,
	dy: Image,
	constants: Constants,
): tf.Tensor {
	const { strides, dilations, padding, groups } = operation;
	const kernel = dilated(node, dilations, constants);
	const [kh, kw] = kernel.shape;
	if (groups === 1) {
		const gradient = fewChannelsGradient(node.name, kernel, strides, padding, x.shape, dy, constants);
		if (gradient) return gradient;
	}
	return unpadFor(x, [kh, kw], strides, padding, (padded, mode) => {
		const [batch, height, width, channels] = padded;
		const shape: Image["shape"] = [batch, height, width, channels / groups];
		const part = (gradient: tf.Tensor, filter: tf.Tensor) =>
			tf.conv2dTranspose(gradient as Image, filter as Image, shape, [...strides], mode);
		return (groups === 1 ? part(dy, kernel) : tf.concat(partsOf(dy, kernel, groups, part), 3)) as Image;
	});
}

/** The same for a depthwise convolution; null where strides differ, which TensorFlow's kernel can't. */
export function depthwiseInputGradient(
	node: NetworkNode,
	operation: Of<"DepthwiseConv2D">,
	x: Image,
	dy: Image,
	constants: Constants,
): tf.Tensor | null {
	const { strides, dilations, padding } = operation;
	if (strides[0] !== strides[1]) return null;
	const filter = dilated(node, dilations, constants);
	const [kh, kw] = filter.shape;
	return unpadFor(x, [kh, kw], strides, padding, (padded, pad) => {
		const attributes = { strides: [...strides], pad, dilations: [1, 1], inputShape: padded };
		return tf.engine().runKernel(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, attributes) as Image;
	});
}

export function convTranspose(
	node: NetworkNode,
	operation: Of<"ConvTranspose2D">,
	x: Image,
	constants: Constants,
): tf.Tensor {
	const { strides, dilations, padding, groups } = operation;
	const kernel = dilated(node, dilations, constants);
	const [kh, kw, perGroup] = kernel.shape;
	const [batch, h, w] = x.shape;
	const [height, width] = [(h - 1) * strides[0] + kh, (w - 1) * strides[1] + kw];
	const part = (input: tf.Tensor, filter: tf.Tensor) =>
		tf.conv2dTranspose(input as Image, filter as Image, [batch, height, width, perGroup], [...strides], "valid");
	const whole = groups === 1 ? part(x, kernel) : tf.concat(partsOf(x, kernel, groups, part), 3);
	const [outHeight, outWidth, filters] = node.outputShape as [number, number, number];
	// Where output padding goes beyond what the kernel reaches, there is nothing but the bias.
	const beyond: Pair = [Math.max(0, padding.top + outHeight - height), Math.max(0, padding.left + outWidth - width)];
	const larger = tf.pad(whole, [
		[0, 0],
		[0, beyond[0]],
		[0, beyond[1]],
		[0, 0],
	]);
	return tf.slice(larger, [0, padding.top, padding.left, 0], [batch, outHeight, outWidth, filters]);
}

function partsOf(
	x: Image,
	kernel: Image,
	groups: number,
	part: (input: tf.Tensor, filter: tf.Tensor) => tf.Tensor,
): tf.Tensor[] {
	const kernels = tf.split(kernel, groups, 3);
	return tf.split(x, groups, 3).map((input, g) => part(input, kernels[g] as tf.Tensor));
}

/** The kernel with zeros between its values: gradients of dilated convolutions are missing in TensorFlow.js. */
function dilated(node: NetworkNode, [down, across]: Pair, constants: Constants): Image {
	const kernel = node.weights.kernel as Weight;
	if (down === 1 && across === 1) return constants.weight(node, "kernel") as Image;
	return constants.derived(`${node.name}: dilated kernel`, () => {
		const [kh, kw, into, out] = kernel.shape as [number, number, number, number];
		const [height, width] = [(kh - 1) * down + 1, (kw - 1) * across + 1];
		const spread = new Float32Array(height * width * into * out);
		for (let i = 0; i < kh; i++)
			for (let j = 0; j < kw; j++) {
				const from = (i * kw + j) * into * out;
				spread.set(kernel.data.subarray(from, from + into * out), (i * down * width + j * across) * into * out);
			}
		return tf.tensor4d(spread, [height, width, into, out]);
	}) as Image;
}
