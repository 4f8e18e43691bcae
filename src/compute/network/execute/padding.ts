/** Borders around images and, along any axis, around tensors. */
import * as tf from "@tensorflow/tfjs-core";
import { NO_PADDING, samePadding } from "../shapes.js";
import type { Operation, Padding2D, Pair } from "../types.js";
import { sliceAxis } from "./slicing.js";

export type Image = tf.Tensor4D;

export function isPadded({ top, bottom, left, right }: Padding2D): boolean {
	return top + bottom + left + right > 0;
}

export function padImage(x: Image, { top, bottom, left, right }: Padding2D, value: number): Image {
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

/** What is left of a padded image: its gradient goes back to the pixels of an image of `shape`. */
export function unpadImage(padded: Image, padding: Padding2D, shape: Image["shape"]): Image {
	return isPadded(padding) ? tf.slice(padded, [0, padding.top, padding.left, 0], shape) : padded;
}

/** TensorFlow's own `valid` or `same` where the padding is that, since it is faster; else explicit padding. */
export function padFor(
	x: Image,
	window: Pair,
	strides: Pair,
	padding: Padding2D,
	value: number,
): readonly [Image, "valid" | "same"] {
	if (!isPadded(padding)) return [x, "valid"];
	return isSame(x, window, strides, padding) ? [x, "same"] : [padImage(x, padding, value), "valid"];
}

function isSame(x: Image, window: Pair, strides: Pair, padding: Padding2D): boolean {
	const same = samePadding([x.shape[1], x.shape[2]], window, strides, [1, 1]);
	return (Object.keys(NO_PADDING) as (keyof Padding2D)[]).every((side) => same[side] === padding[side]);
}

/** The way back of `padFor`: `gradient` gets the shape that the operation saw and gives the gradient with respect to that. */
export function unpadFor(
	x: Image,
	window: Pair,
	strides: Pair,
	padding: Padding2D,
	gradient: (shape: Image["shape"], mode: "valid" | "same") => Image,
): Image {
	const [batch, height, width, channels] = x.shape;
	if (!isPadded(padding)) return gradient(x.shape, "valid");
	if (isSame(x, window, strides, padding)) return gradient(x.shape, "same");
	const { top, bottom, left, right } = padding;
	return unpadImage(
		gradient([batch, height + top + bottom, width + left + right, channels], "valid"),
		padding,
		x.shape,
	);
}

/** Axis i of `before` and `after` is axis i + 1 of `x`. Mirrored padding of TensorFlow.js has no gradient. */
export function padTensor(x: tf.Tensor, operation: Extract<Operation, { op: "Pad" }>): tf.Tensor {
	const { before, after, mode, value } = operation;
	if (mode === "constant")
		return tf.pad(x, [[0, 0], ...before.map((n, i): [number, number] => [n, after[i] as number])], value);
	return before.reduce((padded, n, i) => padAxis(padded, i + 1, n, after[i] as number, mode), x);
}

function padAxis(x: tf.Tensor, axis: number, before: number, after: number, mode: "edge" | "reflect" | "wrap") {
	const size = x.shape[axis] as number;
	const parts: tf.Tensor[] = [];
	const part = (start: number, count: number) => sliceAxis(x, axis, start, count);
	if (mode === "edge") {
		const [first, last] = [part(0, 1), part(size - 1, 1)];
		parts.push(...Array<tf.Tensor>(before).fill(first), x, ...Array<tf.Tensor>(after).fill(last));
	} else if (mode === "reflect") {
		if (before > 0) parts.push(tf.reverse(part(1, before), axis));
		parts.push(x);
		if (after > 0) parts.push(tf.reverse(part(size - 1 - after, after), axis));
	} else {
		if (before > 0) parts.push(part(size - before, before));
		parts.push(x);
		if (after > 0) parts.push(part(0, after));
	}
	return parts.length === 1 ? x : tf.concat(parts, axis);
}
