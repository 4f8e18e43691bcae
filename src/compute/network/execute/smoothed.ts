/**
 * Operations with kinks, made smooth: near a kink max(0, u) becomes (u + d)²/4d for |u| < d, and the maximum of two values
 * u + (that of v - u). At d = 0 they are what they were; d is one for each image.
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

/** To be called for nodes that `kinkKind` names, within `tf.tidy`; `widths` has d for each image. */
export function smoothed(node: NetworkNode, x: tf.Tensor, widths: Float32Array, constants: Constants): Smoothed {
	const width = new Width(widths, x.rank);
	const { operation } = node;
	if (operation.op === "MaxPool2D") return smoothedPool(operation, x as Image, width);
	if (operation.op === "PReLU") return smoothedPRelu(x, constants.weight(node, "alpha"), width);
	const hinges = operation.op === "Pointwise" ? hingesOf(operation.function) : null;
	if (!hinges) throw new Error(`${operation.op} has no kinks`);
	return smoothedHinges(hinges, x, width);
}

/** d for each image, and what is computed from it alone, as tensors that go with those of one rank: each uploaded once. */
class Width {
	readonly #made = new Map<string, tf.Tensor>();

	constructor(
		private readonly values: Float32Array,
		private readonly rank: number,
	) {}

	/** `of(d)` for each image, under a name. */
	tensor(name: string, of: (d: number) => number): tf.Tensor {
		const known = this.#made.get(name);
		if (known) return known;
		const shape = [this.values.length, ...Array<number>(this.rank - 1).fill(1)];
		const made = tf.tensor(
			this.values.map((d) => of(Math.max(d, SHARP))),
			shape,
		);
		this.#made.set(name, made);
		return made;
	}

	plus(shift: number): tf.Tensor {
		return this.tensor(`d + ${shift}`, (d) => d + shift);
	}

	get twice(): tf.Tensor {
		return this.tensor("2d", (d) => 2 * d);
	}

	get overTwice(): tf.Tensor {
		return this.tensor("1/2d", (d) => 1 / (2 * d));
	}

	get overFour(): tf.Tensor {
		return this.tensor("1/4d", (d) => 1 / (4 * d));
	}
}

/** The standard deviation of each image's values: `[batch]`. */
export function deviations(x: tf.Tensor): tf.Tensor {
	const rows = tf.reshape(x, [x.shape[0] as number, -1]);
	const centred = tf.sub(rows, tf.mean(rows, 1, true));
	return tf.sqrt(tf.mean(tf.square(centred), 1));
}

/** The smoothed max(0, x - at), and its derivative times 2d: the way past the kink's beginning, at most 2d. */
function smoothedHinge(
	x: tf.Tensor,
	at: number,
	width: Width,
): { readonly value: tf.Tensor; readonly reach: tf.Tensor } {
	const past = tf.relu(tf.add(x, width.plus(-at)));
	const reach = tf.minimum(past, width.twice);
	// (u + d)²/4d between, u above: both are past - reach + reach²/4d.
	return { value: tf.add(tf.sub(past, reach), tf.mul(reach, tf.mul(reach, width.overFour))), reach };
}

function smoothedHinges({ base, slope, kinks }: Hinges, x: tf.Tensor, width: Width): Smoothed {
	const parts = kinks.map(({ at, change }) => {
		const hinge = smoothedHinge(x, at, width);
		return { change, ...hinge };
	});
	const value = parts.reduce<tf.Tensor | null>(
		(sum, { value, change }) => plus(sum, value, change),
		slope === 0 ? null : tf.mul(x, slope),
	) as tf.Tensor;
	return {
		value: base === 0 ? value : tf.add(value, base),
		pull: (dy) => {
			const reach = parts.reduce<tf.Tensor | null>(
				(sum, { reach, change }) => plus(sum, reach, change),
				null,
			) as tf.Tensor;
			const through = tf.mul(tf.mul(dy, width.overTwice), reach);
			return slope === 0 ? through : tf.add(through, tf.mul(dy, slope));
		},
	};
}

/** `sum + change·term` with as few operations as the change allows. */
function plus(sum: tf.Tensor | null, term: tf.Tensor, change: number): tf.Tensor {
	if (sum && change === -1) return tf.sub(sum, term);
	const part = change === 1 ? term : tf.mul(term, change);
	return sum ? tf.add(sum, part) : part;
}

/** alpha·x + (1 - alpha)·max(0, x). */
function smoothedPRelu(x: tf.Tensor, alpha: tf.Tensor, width: Width): Smoothed {
	const { value, reach } = smoothedHinge(x, 0, width);
	const change = tf.sub(1, alpha);
	return {
		value: tf.add(tf.mul(x, alpha), tf.mul(value, change)),
		pull: (dy) => tf.mul(dy, tf.add(tf.mul(tf.mul(reach, width.overTwice), change), alpha)),
	};
}

/** The maximum over a window is that over its rows of those along each row. */
function smoothedPool(operation: Extract<Operation, { op: "MaxPool2D" }>, x: Image, width: Width): Smoothed {
	const { size, strides, padding } = operation;
	const padded = padImage(x, padding, LOWEST);
	const down = maximaAlong(padded, 1, [size[0], strides[0]], width);
	const across = maximaAlong(down.value, 2, [size[1], strides[1]], width);
	return {
		value: across.value,
		pull: (dy) => unpadImage(down.pull(across.pull(dy)) as Image, padding, x.shape),
	};
}

function maximaAlong(x: tf.Tensor, axis: number, [window, stride]: Pair, width: Width): Smoothed {
	const length = x.shape[axis] as number;
	const outputs = Math.floor((length - window) / stride) + 1;
	const [first, ...rest] = shiftedSlices(x, axis, window, outputs, stride) as [tf.Tensor, ...tf.Tensor[]];
	let value = first;
	/** For each further view, 2d times the share of the gradient that goes to it. */
	const reaches: tf.Tensor[] = [];
	for (const view of rest) {
		const difference = tf.sub(view, value);
		reaches.push(tf.minimum(tf.relu(tf.add(difference, width.plus(0))), width.twice));
		// In terms of the larger one, so that nothing cancels where the other is padding.
		const overlap = tf.relu(tf.sub(width.plus(0), tf.abs(difference)));
		value = tf.add(tf.maximum(view, value), tf.mul(overlap, tf.mul(overlap, width.overFour)));
	}
	const pull = (dy: tf.Tensor) => {
		const parts: tf.Tensor[] = [];
		let left = dy;
		for (const reach of reaches.toReversed()) {
			const part = tf.mul(left, tf.mul(reach, width.overTwice));
			parts.unshift(part);
			left = tf.sub(left, part);
		}
		return spreadAxis([left, ...parts], axis, length, stride);
	};
	return { value, pull };
}
