/** Operations on tensors of any rank. */
import * as tf from "@tensorflow/tfjs-core";
import { root } from "../pointwise.js";
import type { BinaryFunction, Matrix, Operation, Shape } from "../types.js";
import type { Constants } from "./constants.js";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

/** Shapes aligned at the end, as without the batch axis, which stays in front. */
export function sameRank(inputs: readonly tf.Tensor[]): readonly tf.Tensor[] {
	const rank = Math.max(...inputs.map((x) => x.rank));
	return inputs.map((x) => withRank(x, rank));
}

function withRank(x: tf.Tensor, rank: number): tf.Tensor {
	const [batch, ...rest] = x.shape as [number, ...number[]];
	return x.rank === rank ? x : tf.reshape(x, [batch, ...Array<number>(rank - x.rank).fill(1), ...rest]);
}

export function binary(f: BinaryFunction, [a, b]: readonly [tf.Tensor, tf.Tensor]): tf.Tensor {
	// Comparisons all from greaterEqual: the others have no gradient registered, not even a zero one.
	const atLeast = (x: tf.Tensor, y: tf.Tensor) => tf.cast(tf.greaterEqual(x, y), "float32");
	switch (f) {
		case "subtract":
			return tf.sub(a, b);
		case "divide":
			return tf.div(a, b);
		case "power":
			return tf.pow(a, b);
		case "minimum":
			return tf.minimum(...ofOneShape(a, b));
		case "maximum":
			return tf.maximum(...ofOneShape(a, b));
		case "equal":
			return tf.mul(atLeast(a, b), atLeast(b, a));
		case "less":
			return tf.sub(1, atLeast(a, b));
		case "lessOrEqual":
			return atLeast(b, a);
	}
}

/** Gradients of minimum and maximum don't know of broadcasting. */
function ofOneShape(a: tf.Tensor, b: tf.Tensor): [tf.Tensor, tf.Tensor] {
	const shape = a.shape.map((size, i) => Math.max(size, b.shape[i] as number));
	return [repeated(a, shape), repeated(b, shape)];
}

/** The condition is 1 or 0. */
export function select([condition, a, b]: readonly [tf.Tensor, tf.Tensor, tf.Tensor]): tf.Tensor {
	return tf.where(tf.greaterEqual(condition, 0.5), a, b);
}

export function matMul(inputs: readonly tf.Tensor[], outputShape: Shape): tf.Tensor {
	const [a, b] = sameRank(inputs) as readonly [tf.Tensor, tf.Tensor];
	const leading = [a.shape[0] as number, ...outputShape.slice(0, -2)];
	const flat = (x: tf.Tensor) => {
		const matrix = x.shape.slice(-2) as [number, number];
		return tf.reshape(repeated(x, [...leading, ...matrix]), [-1, ...matrix]) as tf.Tensor3D;
	};
	return tf.reshape(tf.matMul(flat(a), flat(b)), [-1, ...outputShape]);
}

/** `x` repeated to a shape that counts the batch; times 1, since `broadcastTo` has no gradient beyond four axes. */
export function repeated(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
	const aligned = withRank(x, shape.length);
	return aligned.shape.every((size, i) => size === shape[i]) ? aligned : tf.mul(aligned, tf.ones([...shape]));
}

export function reduce(operation: Of<"Reduce">, x: tf.Tensor): tf.Tensor {
	const axes = operation.axes.map((axis) => axis + 1);
	const { keepDims } = operation;
	switch (operation.kind) {
		case "sum":
			return tf.sum(x, axes, keepDims);
		case "mean":
			return tf.mean(x, axes, keepDims);
		case "max":
			return tf.max(x, axes, keepDims);
		case "min":
			return tf.min(x, axes, keepDims);
		case "norm":
			return root(tf.sum(tf.square(x), axes, keepDims), 0.5);
	}
}

/** TensorFlow.js has no gradient of its own. */
export function topK({ k }: Of<"TopK">, x: tf.Tensor): tf.Tensor {
	const custom = tf.customGrad((input, save) => {
		const { values, indices } = tf.topk(input as tf.Tensor, k, true);
		// Else they are gone with the forward pass.
		(save as tf.GradSaveFunc)([indices]);
		const size = x.shape.at(-1) as number;
		return {
			value: values,
			gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
				const chosen = tf.oneHot(tf.reshape(saved[0] as tf.Tensor, [-1]), size);
				const spread = tf.mul(tf.reshape(dy, [-1, 1]), chosen);
				return tf.reshape(tf.sum(tf.reshape(spread, [-1, k, size]), 1), x.shape);
			},
		};
	});
	return custom(x);
}

/** The gradient of TensorFlow.js's own `gather` needs a kernel that not every backend has. */
export function gather(name: string, operation: Of<"Gather">, x: tf.Tensor, constants: Constants): tf.Tensor {
	const axis = operation.axis + 1;
	const { indices } = operation;
	const size = x.shape[axis] as number;
	const chosen = constants.derived(`${name}: indices`, () => tf.tensor1d([...indices], "int32")) as tf.Tensor1D;
	const custom = tf.customGrad((input) => ({
		value: tf.gather(input as tf.Tensor, chosen, axis),
		gradFunc: (dy: tf.Tensor) => {
			if (mostOften(indices) <= FEW_READERS) return gathered(name, operation, dy, size, constants);
			const oneHot = constants.derived(`${name}: choice`, () => {
				const matrix = new Float32Array(indices.length * size);
				for (const [i, index] of indices.entries()) matrix[i * size + index] = 1;
				return tf.tensor2d(matrix, [indices.length, size]);
			}) as tf.Tensor2D;
			const order = [...dy.shape.keys()].filter((i) => i !== axis);
			const rows = tf.transpose(dy, [...order, axis]);
			const spread = tf.matMul(tf.reshape(rows, [-1, indices.length]) as tf.Tensor2D, oneHot);
			const back = [...order, axis].map((_, i, all) => all.indexOf(i));
			return tf.transpose(tf.reshape(spread, [...rows.shape.slice(0, -1), size]), back);
		},
	}));
	return custom(x);
}

/** How many places may read one value for what comes back to be gathered too, instead of multiplied by a matrix. */
const FEW_READERS = 4;

function mostOften(indices: readonly number[]): number {
	const counts = new Map<number, number>();
	let most = 0;
	for (const index of indices) {
		const count = (counts.get(index) ?? 0) + 1;
		counts.set(index, count);
		most = Math.max(most, count);
	}
	return most;
}

/** For each value of a gathered axis the sum of what comes back from the places that read it. */
function gathered(
	name: string,
	{ axis, indices }: Of<"Gather">,
	dy: tf.Tensor,
	size: number,
	constants: Constants,
): tf.Tensor {
	const readers = constants.derived(`${name}: readers`, () => {
		const found = Array.from({ length: size }, (): number[] => []);
		for (const [place, index] of indices.entries()) (found[index] as number[]).push(place);
		const most = Math.max(...found.map((places) => places.length));
		// The place behind all others stands for none.
		const table = found.flatMap((places) => Array.from({ length: most }, (_, i) => places[i] ?? indices.length));
		return tf.tensor2d(table, [size, most], "int32");
	});
	const at = axis + 1;
	const none = tf.zeros(dy.shape.with(at, 1));
	return tf.sum(tf.gather(tf.concat([dy, none], at), readers, at), at + 1);
}

/** `rows·x·columnsᵀ` for every image and channel. */
export function resample(name: string, operation: Of<"Resample2D">, x: tf.Tensor, constants: Constants): tf.Tensor {
	const [batch, , , channels] = x.shape as [number, number, number, number];
	const times = (role: string, matrix: Matrix, image: tf.Tensor): tf.Tensor => {
		const { rows, columns } = matrix;
		const weights = constants.derived(`${name}: ${role}`, () => tf.tensor3d(matrix.data, [1, rows, columns]));
		const [, , other] = image.shape as [number, number, number, number];
		const flat = tf.reshape(image, [batch, columns, other * channels]) as tf.Tensor3D;
		const product = tf.matMul(repeated(weights, [batch, rows, columns]) as tf.Tensor3D, flat);
		return tf.reshape(product, [batch, rows, other, channels]);
	};
	const turned = tf.transpose(times("rows", operation.rows, x), [0, 2, 1, 3]);
	return tf.transpose(times("columns", operation.columns, turned), [0, 2, 1, 3]);
}

/** A constant, once for every image of the batch. */
export function constant(value: tf.Tensor, batch: number): tf.Tensor {
	return repeated(tf.reshape(value, [1, ...value.shape]), [batch, ...value.shape]);
}
