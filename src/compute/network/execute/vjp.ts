/**
 * Vector-Jacobian products of the operations, written out: no filter gradients, no tape. What isn't written out here goes
 * through TensorFlow.js's own gradients of that one operation.
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Hinges, hingesOf } from "../hinges.js";
import type { NetworkNode, Operation, PointwiseFunction } from "../types.js";
import { apply } from "./apply.js";
import type { Constants } from "./constants.js";
import { convInputGradient, depthwiseInputGradient } from "./convolution.js";
import { batchNormalizationScale } from "./normalization.js";
import { type Image, unpadImage } from "./padding.js";
import { averagePoolGradient, maxPoolGradient } from "./pooling.js";
import { gate, throughLeakyRelu, throughRelu6, throughSigmoid, throughTanh } from "./slopes.js";

/** One operation as it was computed. */
export interface Computed {
	readonly node: NetworkNode;
	readonly operation: Exclude<Operation, { op: "Input" }>;
	readonly inputs: readonly tf.Tensor[];
	readonly value: tf.Tensor;
}

/**
 * The gradients of `sum(dy · value)` with respect to each input; null where `wanted` is false or nothing comes back.
 * To be called within `tf.tidy`.
 */
export function vjp(
	computed: Computed,
	dy: tf.Tensor,
	wanted: readonly boolean[],
	constants: Constants,
): readonly (tf.Tensor | null)[] {
	const explicit = single(computed, dy, constants) ?? several(computed, dy, wanted);
	if (explicit) return Array.isArray(explicit) ? explicit : [explicit as tf.Tensor];
	return byTape(computed, dy, wanted, constants);
}

/** Through operations of one input; null for those that aren't written out. */
function single({ node, operation, inputs, value }: Computed, dy: tf.Tensor, constants: Constants): tf.Tensor | null {
	const x = inputs[0] as tf.Tensor;
	switch (operation.op) {
		case "Dense": {
			const kernel = constants.transposed(node, "kernel");
			const product = tf.matMul(asRank2(dy, kernel.shape[0]), kernel);
			return x.rank === 2 ? product : tf.reshape(product, x.shape);
		}
		case "Conv2D":
			return convInputGradient(node, operation, x as Image, dy as Image, constants);
		case "DepthwiseConv2D":
			return depthwiseInputGradient(node, operation, x as Image, dy as Image, constants);
		case "Affine":
			if (!node.weights.scale) return dy;
			return tf.mul(dy, constants.weight(node, "scale"));
		case "BatchNormalization":
			return tf.mul(dy, batchNormalizationScale(node, operation.epsilon, constants));
		case "MaxPool2D":
			return maxPoolGradient(operation, x as Image, value as Image, dy as Image);
		case "AveragePool2D":
			return averagePoolGradient(node, operation, x as Image, dy as Image, constants);
		case "GlobalAveragePool2D": {
			const [batch, height, width, channels] = x.shape as [number, number, number, number];
			const share = tf.div(tf.reshape(dy, [batch, 1, 1, channels]), height * width);
			return tf.mul(
				share,
				constants.derived(`${node.name}: ones`, () => tf.ones([1, height, width, 1])),
			);
		}
		case "Flatten":
		case "Reshape":
			return tf.reshape(dy, x.shape);
		case "Transpose": {
			const back = operation.order.map((_, axis) => operation.order.indexOf(axis) + 1);
			return tf.transpose(dy, [0, ...back]);
		}
		case "ZeroPad2D":
			return unpadImage(dy as Image, operation.padding, x.shape as Image["shape"]);
		case "ReverseChannels":
			return tf.reverse(dy, -1);
		case "Pointwise":
			return throughPointwise(operation.function, x, value, dy);
		case "Softmax": {
			const weighted = tf.mul(dy, value);
			return tf.sub(weighted, tf.mul(tf.sum(weighted, -1, true), value));
		}
		case "Identity":
			return dy;
		default:
			return null;
	}
}

/** Null for functions that aren't written out. */
function throughPointwise(f: PointwiseFunction, x: tf.Tensor, value: tf.Tensor, dy: tf.Tensor): tf.Tensor | null {
	if (f.fn === "sigmoid") return throughSigmoid(dy, value);
	if (f.fn === "tanh") return throughTanh(dy, value);
	if (f.fn === "relu") return gate(dy, value);
	const hinges = hingesOf(f);
	if (!hinges) return null;
	const { slope, kinks } = hinges;
	const fused = isRelu6(hinges) ? throughRelu6(dy, x) : isLeaky(hinges) ? throughLeakyRelu(dy, x, slope) : null;
	if (fused) return fused;
	return kinks
		.map(({ at, change }) => {
			const open = gate(dy, at === 0 ? x : tf.sub(x, at));
			return change === 1 ? open : tf.mul(open, change);
		})
		.reduce<tf.Tensor | null>((sum, part) => (sum ? tf.add(sum, part) : part), slope === 0 ? null : tf.mul(dy, slope));
}

function isRelu6({ base, slope, kinks: [first, second, ...rest] }: Hinges): boolean {
	if (base !== 0 || slope !== 0 || rest.length > 0) return false;
	return first?.at === 0 && first.change === 1 && second?.at === 6 && second.change === -1;
}

function isLeaky({ base, slope, kinks: [first, ...rest] }: Hinges): boolean {
	return base === 0 && slope > 0 && slope < 1 && rest.length === 0 && first?.at === 0 && first.change === 1 - slope;
}

/** Through operations of several inputs, where they have one shape; null for others. */
function several(
	{ operation, inputs, value }: Computed,
	dy: tf.Tensor,
	wanted: readonly boolean[],
): (tf.Tensor | null)[] | null {
	switch (operation.op) {
		case "Add":
			return inputs.every((x) => isLike(x, value)) ? inputs.map((_, i) => (wanted[i] ? dy : null)) : null;
		case "Multiply": {
			const [a, b] = inputs as [tf.Tensor, tf.Tensor];
			if (inputs.length !== 2 || !isLike(a, value) || !isLike(b, value)) return null;
			return [wanted[0] ? tf.mul(dy, b) : null, wanted[1] ? tf.mul(dy, a) : null];
		}
		case "Concatenate": {
			const axis = operation.axis + 1;
			const parts = tf.split(
				dy,
				inputs.map((x) => x.shape[axis] as number),
				axis,
			);
			return parts.map((part, i) => (wanted[i] ? part : null));
		}
		default:
			return null;
	}
}

function byTape(
	{ node, operation, inputs }: Computed,
	dy: tf.Tensor,
	wanted: readonly boolean[],
	constants: Constants,
): (tf.Tensor | null)[] {
	const moving = inputs.filter((_, i) => wanted[i]);
	const value = (...xs: tf.Tensor[]) => {
		const rest = [...xs];
		const all = inputs.map((x, i) => (wanted[i] ? (rest.shift() as tf.Tensor) : x));
		return apply(node, operation, all, dy.shape[0] as number, constants);
	};
	const gradients = tf.grads(value)([...moving], dy);
	return inputs.map((_, i) => (wanted[i] ? (gradients.shift() as tf.Tensor) : null));
}

function isLike(a: tf.Tensor, b: tf.Tensor): boolean {
	return a.rank === b.rank && a.shape.every((size, axis) => size === b.shape[axis]);
}

/** Rows of `columns` values. */
export function asRank2(x: tf.Tensor, columns: number): tf.Tensor2D {
	return (x.rank === 2 ? x : tf.reshape(x, [-1, columns])) as tf.Tensor2D;
}
