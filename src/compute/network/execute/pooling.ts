/** Maxima and means over windows. */
import * as tf from "@tensorflow/tfjs-core";
import type { NetworkNode, Operation } from "../types.js";
import type { Constants } from "./constants.js";
import { type Image, isPadded, padFor, padImage, unpadFor, unpadImage } from "./padding.js";
import { sliceAxis } from "./slicing.js";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

/** Stands for minus infinity, which would turn into NaN where it meets a zero gradient. */
export const LOWEST = -3.4e38;

export function maxPool(node: NetworkNode, operation: Of<"MaxPool2D">, x: Image): tf.Tensor {
	const { size, strides, padding, dilations } = operation;
	if (dilations && Math.max(...dilations) > 1)
		return views(node, { ...operation, dilations }, padImage(x, padding, LOWEST)).reduce((a, b) => tf.maximum(a, b));
	const [padded, mode] = padFor(x, size, strides, padding, LOWEST);
	return tf.maxPool(padded, [...size], [...strides], mode);
}

/** Gradient of the maxima `value` with respect to `x`; null for dilated windows. */
export function maxPoolGradient(operation: Of<"MaxPool2D">, x: Image, value: Image, dy: Image): tf.Tensor | null {
	const { size, strides, padding, dilations } = operation;
	if (dilations && Math.max(...dilations) > 1) return null;
	const [input] = padFor(x, size, strides, padding, LOWEST);
	return unpadFor(x, size, strides, padding, (_, pad) => {
		const attributes = { filterSize: [...size], strides: [...strides], pad };
		return tf.engine().runKernel(tf.MaxPoolGrad, { dy, input, output: value }, attributes) as Image;
	});
}

export function averagePool(
	node: NetworkNode,
	operation: Of<"AveragePool2D">,
	x: Image,
	constants: Constants,
): tf.Tensor {
	const mean = (image: Image) => wholeWindowMean(node, operation, padImage(image, operation.padding, 0));
	if (!isPadded(operation.padding) || operation.countPadding) return mean(x);
	// Not TensorFlow.js's own `same`: its gradient divides by the whole window at the border.
	return tf.div(mean(x), realShare(node, operation, x, constants));
}

/** Gradient of the means with respect to `x`; null for dilated windows. */
export function averagePoolGradient(
	node: NetworkNode,
	operation: Of<"AveragePool2D">,
	x: Image,
	dy: Image,
	constants: Constants,
): tf.Tensor | null {
	const { size, strides, padding, dilations, countPadding } = operation;
	if (dilations && Math.max(...dilations) > 1) return null;
	const all = !isPadded(padding) || countPadding;
	const whole = all ? dy : tf.div(dy, realShare(node, operation, x, constants));
	const [batch, height, width, channels] = x.shape;
	const { top, bottom, left, right } = padding;
	const shape = [batch, height + top + bottom, width + left + right, channels];
	// The kernel takes nothing but the shape from its input.
	const input = isPadded(padding) ? tf.zeros<tf.Rank.R4>(shape as Image["shape"]) : x;
	const attributes = { filterSize: [...size], strides: [...strides], pad: "valid" };
	const padded = tf.engine().runKernel(tf.AvgPoolGrad, { dy: whole, input }, attributes) as Image;
	return unpadImage(padded, padding, x.shape);
}

/** For each window the share of its places that are in the image. */
function realShare(node: NetworkNode, operation: Of<"AveragePool2D">, x: Image, constants: Constants): tf.Tensor {
	const [, height, width] = x.shape;
	return constants.derived(`${node.name}: share of real pixels`, () =>
		wholeWindowMean(node, operation, padImage(tf.ones([1, height, width, 1]), operation.padding, 0)),
	);
}

function wholeWindowMean(node: NetworkNode, operation: Of<"AveragePool2D">, x: Image): tf.Tensor {
	const { size, strides, dilations } = operation;
	if (!dilations || Math.max(...dilations) === 1) return tf.avgPool(x, [...size], [...strides], "valid");
	const sum = views(node, { ...operation, dilations }, x).reduce((a, b) => tf.add(a, b));
	return tf.div(sum, size[0] * size[1]);
}

/** For each place of a dilated window the image of what all windows have there. */
function views(
	node: NetworkNode,
	{ size, strides, dilations }: Required<Pick<Of<"MaxPool2D">, "size" | "strides" | "dilations">>,
	x: tf.Tensor,
): tf.Tensor[] {
	const [height, width] = node.outputShape as [number, number, number];
	return Array.from({ length: size[0] }, (_, i) => sliceAxis(x, 1, i * dilations[0], height, strides[0])).flatMap(
		(rows) => Array.from({ length: size[1] }, (_, j) => sliceAxis(rows, 2, j * dilations[1], width, strides[1])),
	);
}
