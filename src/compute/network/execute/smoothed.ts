/**
 * Operations with kinks, made smooth: near a kink max(0, u) becomes (u + d)²/4d for |u| < d, and the maximum of two values
 * u + (that of v - u). At d = 0 they are what they were. `width` is d, one for each image: `[batch]`.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { KinkKind } from "../classifier.js";
import { type Hinges, hingesOf } from "../hinges.js";
import type { NetworkNode, Operation, Pair } from "../types.js";
import type { Constants } from "./constants.js";
import { type Image, padImage, unpadImage } from "./padding.js";
import { LOWEST } from "./pooling.js";
import { shiftedSlices, spreadAxis } from "./slicing.js";

/** Below this width a kink is as sharp as float32 sees it; keeps divisions by it finite. */
const SHARP = 1e-12;

/** A value and the way back through it. */
export interface Smoothed {
	readonly value: tf.Tensor;
	/** The gradient with respect to the input, given that with respect to the value. */
	pull(dy: tf.Tensor): tf.Tensor;
}

/** What kind of kinks a node has, as far as they can be made smooth; null for none. */
export function kinkKind({ operation }: NetworkNode): KinkKind | null {
	if (operation.op === "PReLU") return "hinge";
	if (operation.op === "Pointwise") return (hingesOf(operation.function)?.kinks.length ?? 0) > 0 ? "hinge" : null;
	if (operation.op !== "MaxPool2D") return null;
	return Math.max(...(operation.dilations ?? [1])) > 1 ? null : "pool";
}

/** To be called for nodes that `kinkKind` names, within `tf.tidy`. */
export function smoothed(node: NetworkNode, x: tf.Tensor, width: tf.Tensor1D, constants: Constants): Smoothed {
	const d = tf.reshape(tf.maximum(width, SHARP), [-1, ...Array<number>(x.rank - 1).fill(1)]);
	const { operation } = node;
	if (operation.op === "MaxPool2D") return smoothedPool(operation, x as Image, d);
	if (operation.op === "PReLU") return smoothedPRelu(x, constants.weight(node, "alpha"), d);
	const hinges = operation.op === "Pointwise" ? hingesOf(operation.function) : null;
	if (!hinges) throw new Error(`${operation.op} has no kinks`);
	return smoothedHinges(hinges, x, d);
}

/** The standard deviation of each image's values: `[batch]`. */
export function deviations(x: tf.Tensor): tf.Tensor {
	const rows = tf.reshape(x, [x.shape[0] as number, -1]);
	const centred = tf.sub(rows, tf.mean(rows, 1, true));
	return tf.sqrt(tf.mean(tf.square(centred), 1));
}

/** The smoothed max(0, u), and its derivative. */
function smoothedHinge(u: tf.Tensor, d: tf.Tensor): { readonly value: tf.Tensor; readonly slope: tf.Tensor } {
	const slope = tf.clipByValue(tf.add(tf.mul(u, tf.div(0.5, d)), 0.5), 0, 1);
	// (u + d)²/4d between, u above: both are slope·(u + d·(1 - slope)).
	return { value: tf.mul(slope, tf.add(u, tf.mul(d, tf.sub(1, slope)))), slope };
}

function smoothedHinges({ base, slope, kinks }: Hinges, x: tf.Tensor, d: tf.Tensor): Smoothed {
	const parts = kinks.map(({ at, change }) => {
		const hinge = smoothedHinge(at === 0 ? x : tf.sub(x, at), d);
		if (change === 1) return hinge;
		return { value: tf.mul(hinge.value, change), slope: tf.mul(hinge.slope, change) };
	});
	const sum = (terms: readonly tf.Tensor[]) => terms.reduce((total, term) => tf.add(total, term));
	const value = sum([...(slope === 0 ? [] : [tf.mul(x, slope)]), ...parts.map((part) => part.value)]);
	const derivative = sum(parts.map((part) => part.slope));
	return {
		value: base === 0 ? value : tf.add(value, base),
		pull: (dy) => tf.mul(dy, slope === 0 ? derivative : tf.add(derivative, slope)),
	};
}

/** alpha·x + (1 - alpha)·max(0, x). */
function smoothedPRelu(x: tf.Tensor, alpha: tf.Tensor, d: tf.Tensor): Smoothed {
	const { value, slope } = smoothedHinge(x, d);
	const change = tf.sub(1, alpha);
	return {
		value: tf.add(tf.mul(x, alpha), tf.mul(value, change)),
		pull: (dy) => tf.mul(dy, tf.add(tf.mul(slope, change), alpha)),
	};
}

/** The maximum over a window is that over its rows of those along each row. */
function smoothedPool(operation: Extract<Operation, { op: "MaxPool2D" }>, x: Image, d: tf.Tensor): Smoothed {
	const { size, strides, padding } = operation;
	const padded = padImage(x, padding, LOWEST);
	const down = maximaAlong(padded, 1, [size[0], strides[0]], d);
	const across = maximaAlong(down.value, 2, [size[1], strides[1]], d);
	return {
		value: across.value,
		pull: (dy) => unpadImage(down.pull(across.pull(dy)) as Image, padding, x.shape),
	};
}

function maximaAlong(x: tf.Tensor, axis: number, [window, stride]: Pair, d: tf.Tensor): Smoothed {
	const length = x.shape[axis] as number;
	const outputs = Math.floor((length - window) / stride) + 1;
	const [first, ...rest] = shiftedSlices(x, axis, window, outputs, stride) as [tf.Tensor, ...tf.Tensor[]];
	let value = first;
	/** For each further view the share of the gradient that goes to it. */
	const shares: tf.Tensor[] = [];
	for (const view of rest) {
		const difference = tf.sub(view, value);
		shares.push(tf.clipByValue(tf.add(tf.mul(difference, tf.div(0.5, d)), 0.5), 0, 1));
		// In terms of the larger one, so that nothing cancels where the other is padding.
		const overlap = tf.relu(tf.sub(d, tf.abs(difference)));
		value = tf.add(tf.maximum(view, value), tf.mul(tf.square(overlap), tf.div(0.25, d)));
	}
	const pull = (dy: tf.Tensor) => {
		const parts: tf.Tensor[] = [];
		let left = dy;
		for (const share of shares.toReversed()) {
			const part = tf.mul(left, share);
			parts.unshift(part);
			left = tf.sub(left, part);
		}
		return spreadAxis([left, ...parts], axis, length, stride);
	};
	return { value, pull };
}
