/** Runs a `Network` with TensorFlow.js operations: forward to any node, differentiable, any batch size. */
import * as tf from "@tensorflow/tfjs-core";
import { BlindspotError } from "../errors.js";
import { pointwise } from "./pointwise.js";
import { NO_PADDING, samePadding } from "./shapes.js";
import type { Network, NetworkNode, Operation, Padding2D, Pair, Weight, WeightRole } from "./types.js";

type Image = tf.Tensor4D;

/**
 * A network with its weights on the backend. Weights are uploaded when they are first needed and held until
 * `dispose`; everything else follows `tf.tidy`.
 */
export class Executor {
	readonly #byName: ReadonlyMap<string, NetworkNode>;
	readonly #plans = new Map<string, readonly NetworkNode[]>();
	readonly #constants = new Map<Weight | string, tf.Tensor>();

	constructor(readonly network: Network) {
		this.#byName = new Map(network.nodes.map((node) => [node.name, node]));
	}

	/**
	 * Value `[batch, ...outputShape]` of a node for pixels `[batch, height, width, channels]` (or whatever the
	 * network's input is). To be called within `tf.tidy`.
	 */
	run(input: tf.Tensor, name: string = this.network.output): tf.Tensor {
		const values = new Map<string, tf.Tensor>();
		for (const node of this.#plan(name)) {
			const inputs = node.inputs.map((from) => values.get(from) as tf.Tensor);
			values.set(node.name, node.operation.op === "Input" ? input : this.#apply(node, node.operation, inputs));
		}
		return values.get(name) as tf.Tensor;
	}

	/** Frees the weights. The executor may be used again; it uploads them anew. */
	dispose(): void {
		for (const tensor of this.#constants.values()) tensor.dispose();
		this.#constants.clear();
	}

	/** The nodes that `name` depends on, in order. */
	#plan(name: string): readonly NetworkNode[] {
		const known = this.#plans.get(name);
		if (known) return known;
		if (!this.#byName.has(name)) throw new BlindspotError("bad-request", `The model has no layer '${name}'.`, name);
		const needed = new Set([name]);
		for (const node of [...this.network.nodes].reverse()) {
			if (needed.has(node.name)) for (const from of node.inputs) needed.add(from);
		}
		const plan = this.network.nodes.filter((node) => needed.has(node.name));
		this.#plans.set(name, plan);
		return plan;
	}

	#apply(node: NetworkNode, operation: Exclude<Operation, { op: "Input" }>, inputs: readonly tf.Tensor[]): tf.Tensor {
		const x = inputs[0] as tf.Tensor;
		switch (operation.op) {
			case "Dense": {
				const kernel = this.#weight(node, "kernel") as tf.Tensor2D;
				const rows = tf.reshape(x, [-1, kernel.shape[0]]);
				const product = this.#biased(node, tf.matMul(rows, kernel));
				return tf.reshape(product, [-1, ...node.outputShape]);
			}
			case "Conv2D":
				return this.#biased(node, this.#conv(node, operation, x as Image));
			case "DepthwiseConv2D":
				return this.#biased(node, this.#depthwise(node, operation, x as Image));
			case "BatchNormalization": {
				const { scale, offset } = this.#foldedNormalization(node, operation.epsilon);
				return tf.add(tf.mul(x, scale), offset);
			}
			case "Affine":
				return tf.add(tf.mul(x, this.#weight(node, "scale")), this.#weight(node, "offset"));
			case "MaxPool2D": {
				const { size, strides, padding } = operation;
				const [padded, mode] = padFor(x as Image, size, strides, padding, LOWEST);
				return tf.maxPool(padded, [...size], [...strides], mode);
			}
			case "AveragePool2D":
				return this.#averagePool(node, operation, x as Image);
			case "GlobalMaxPool2D":
				return tf.max(x, [1, 2], operation.keepDims);
			case "GlobalAveragePool2D":
				return tf.mean(x, [1, 2], operation.keepDims);
			case "Flatten":
			case "Reshape":
				return tf.reshape(x, [-1, ...node.outputShape]);
			case "ZeroPad2D":
				return pad(x as Image, operation.padding, 0);
			case "ReverseChannels":
				return tf.reverse(x, -1);
			case "Pointwise":
				return pointwise(x, operation.function);
			case "PReLU":
				return tf.where(tf.greaterEqual(x, 0), x, tf.mul(this.#weight(node, "alpha"), x));
			case "Softmax":
				return tf.softmax(x);
			case "Add":
				return sameRank(inputs).reduce((sum, term) => tf.add(sum, term));
			case "Multiply":
				return sameRank(inputs).reduce((product, factor) => tf.mul(product, factor));
			case "Concatenate":
				return tf.concat([...inputs], operation.axis + 1);
			case "Identity":
				return x;
		}
	}

	#conv(node: NetworkNode, operation: Extract<Operation, { op: "Conv2D" }>, x: Image): tf.Tensor {
		const { strides, dilations, padding, groups } = operation;
		const kernel = this.#dilated(node, dilations);
		const [kh, kw] = kernel.shape;
		const [padded, mode] = padFor(x, [kh, kw], strides, padding, 0);
		if (groups === 1) return tf.conv2d(padded, kernel, [...strides], mode);
		const inputs = tf.split(padded, groups, 3);
		const kernels = tf.split(kernel, groups, 3);
		return tf.concat(
			inputs.map((part, g) => tf.conv2d(part as Image, kernels[g] as Image, [...strides], mode)),
			3,
		);
	}

	#depthwise(node: NetworkNode, operation: Extract<Operation, { op: "DepthwiseConv2D" }>, x: Image): tf.Tensor {
		const { strides, dilations, padding } = operation;
		const kernel = this.#dilated(node, dilations);
		const [kh, kw, channels, multiplier] = kernel.shape;
		const [padded, mode] = padFor(x, [kh, kw], strides, padding, 0);
		if (strides[0] === strides[1]) return tf.depthwiseConv2d(padded, kernel, [...strides], mode);
		// TensorFlow's depthwise kernel wants equal strides: channel by channel then.
		const inputs = tf.split(padded, channels, 3);
		const kernels = tf.split(tf.reshape(kernel, [kh, kw, 1, channels * multiplier]) as Image, channels, 3);
		return tf.concat(
			inputs.map((part, c) => tf.conv2d(part as Image, kernels[c] as Image, [...strides], mode)),
			3,
		);
	}

	#averagePool(node: NetworkNode, operation: Extract<Operation, { op: "AveragePool2D" }>, x: Image): tf.Tensor {
		const { size, strides, padding, countPadding } = operation;
		if (isPadded(padding) && !countPadding) {
			// Not TensorFlow.js's own `same`: its gradient divides by the whole window at the border.
			const [, height, width] = x.shape;
			const share = this.#constant(`${node.name}: share of real pixels`, () =>
				tf.avgPool(pad(tf.ones([1, height, width, 1]), padding, 0), [...size], [...strides], "valid"),
			);
			return tf.div(tf.avgPool(pad(x, padding, 0), [...size], [...strides], "valid"), share);
		}
		return tf.avgPool(pad(x, padding, 0), [...size], [...strides], "valid");
	}

	/** The kernel with zeros between its values: gradients of dilated convolutions are missing in TensorFlow.js. */
	#dilated(node: NetworkNode, [down, across]: Pair): Image {
		const kernel = node.weights.kernel as Weight;
		if (down === 1 && across === 1) return this.#weight(node, "kernel") as Image;
		return this.#constant(`${node.name}: dilated kernel`, () => {
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

	#foldedNormalization(node: NetworkNode, epsilon: number): { scale: tf.Tensor; offset: tf.Tensor } {
		const { mean, variance, gamma, beta } = node.weights as Record<WeightRole, Weight | undefined>;
		const scale = Float32Array.from(
			(variance as Weight).data,
			(v, c) => (gamma?.data[c] ?? 1) / Math.sqrt(v + epsilon),
		);
		return {
			scale: this.#constant(`${node.name}: scale`, () => tf.tensor1d(scale)),
			offset: this.#constant(`${node.name}: offset`, () =>
				tf.tensor1d(
					Float32Array.from((mean as Weight).data, (m, c) => (beta?.data[c] ?? 0) - m * (scale[c] as number)),
				),
			),
		};
	}

	#biased(node: NetworkNode, x: tf.Tensor): tf.Tensor {
		return node.weights.bias ? tf.add(x, this.#weight(node, "bias")) : x;
	}

	#weight(node: NetworkNode, role: WeightRole): tf.Tensor {
		const weight = node.weights[role] as Weight;
		return this.#constant(weight, () => tf.tensor(weight.data, [...weight.shape], "float32"));
	}

	#constant(key: Weight | string, make: () => tf.Tensor): tf.Tensor {
		const held = this.#constants.get(key);
		if (held) return held;
		const made = tf.keep(tf.tidy(make));
		this.#constants.set(key, made);
		return made;
	}
}

/** Stands for minus infinity, which would turn into NaN where it meets a zero gradient. */
const LOWEST = -3.4e38;

function isPadded({ top, bottom, left, right }: Padding2D): boolean {
	return top + bottom + left + right > 0;
}

function pad(x: Image, { top, bottom, left, right }: Padding2D, value: number): Image {
	if (!isPadded({ top, bottom, left, right })) return x;
	return tf.pad(
		x,
		[
			[0, 0],
			[top, bottom],
			[left, right],
			[0, 0],
		],
		value,
	);
}

/** TensorFlow's own `valid` or `same` where the padding is that, since it is faster; else explicit padding. */
function padFor(
	x: Image,
	window: Pair,
	strides: Pair,
	padding: Padding2D,
	value: number,
): readonly [Image, "valid" | "same"] {
	if (!isPadded(padding)) return [x, "valid"];
	const same = samePadding([x.shape[1], x.shape[2]], window, strides, [1, 1]);
	const isSame = (Object.keys(NO_PADDING) as (keyof Padding2D)[]).every((side) => same[side] === padding[side]);
	return isSame ? [x, "same"] : [pad(x, padding, value), "valid"];
}

/** Shapes aligned at the end, as without the batch axis, which stays in front. */
function sameRank(inputs: readonly tf.Tensor[]): readonly tf.Tensor[] {
	const rank = Math.max(...inputs.map((x) => x.rank));
	return inputs.map((x) => {
		const [batch, ...rest] = x.shape as [number, ...number[]];
		return x.rank === rank ? x : tf.reshape(x, [batch, ...Array<number>(rank - x.rank).fill(1), ...rest]);
	});
}
