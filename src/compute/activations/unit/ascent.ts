/** A picture that drives a unit: gradient ascent on its value, with a little smoothing. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../../backend/slices.js";
import type { PictureShape } from "../../network/entrance.js";
import type { Executor } from "../../network/execute.js";

export const ASCENT_STEPS = 100;
/** Weight of the total variation's gradient, which is between -4 and 4 per pixel, beside the value's, scaled to 1 per pixel. */
export const ASCENT_SMOOTHNESS = 0.2;
const STEP = 0.02;
/** Steps of this size in a pixel or more count in full in the total variation. */
const SOFTNESS = 0.01;

/**
 * Pixels in [0, 1], from mid grey, that raise `Σ weights · value` at the middle place of a node. Null where the value doesn't
 * depend on the pixels there.
 *
 * @param weights one per unit
 */
export async function ascend(
	executor: Executor,
	node: string,
	shape: PictureShape,
	weights: Float32Array,
	slices: Slices,
): Promise<Float32Array | null> {
	let picture: tf.Tensor4D = tf.fill([1, ...shape], 0.5);
	let hasGradient = false;
	for (let step = 0; step < ASCENT_STEPS; step++) {
		const before = picture;
		const [next, size] = tf.tidy((): [tf.Tensor4D, tf.Tensor] => {
			const { gradient } = executor.differentiate(before, node, (value) => atMiddle(value, weights));
			const size = tf.sqrt(tf.mean(tf.square(gradient)));
			const direction = tf.sub(tf.div(gradient, size), tf.mul(ASCENT_SMOOTHNESS, variationGradient(before)));
			return [tf.clipByValue(tf.add(before, tf.mul(STEP, direction)), 0, 1) as tf.Tensor4D, size];
		});
		const [length] = size.dataSync();
		size.dispose();
		if (!(length !== undefined && length > 0 && Number.isFinite(length))) {
			next.dispose();
			break;
		}
		picture.dispose();
		picture = next;
		hasGradient = true;
		await slices.breathe();
	}
	const pixels = picture.dataSync().slice() as Float32Array;
	picture.dispose();
	return hasGradient ? pixels : null;
}

/** The weights at the middle place, 0 elsewhere; shaped as the value `[1, places..., units]`. */
function atMiddle(value: tf.Tensor, weights: Float32Array): tf.Tensor {
	const places = value.size / weights.length;
	const sizes = value.shape.slice(1, -1);
	const middle = sizes.reduce((place, size) => place * size + Math.floor(size / 2), 0);
	const all = new Float32Array(places * weights.length);
	all.set(weights, middle * weights.length);
	return tf.tensor(all, value.shape);
}

/** Gradient of the sum of |differences| of neighbouring pixels, softened near 0. */
function variationGradient(picture: tf.Tensor4D): tf.Tensor4D {
	const [, height, width] = picture.shape;
	const along = (axis: 1 | 2, size: number): tf.Tensor => {
		if (size < 2) return tf.zerosLike(picture);
		const [later, earlier] = [
			tf.slice(picture, begin(axis, 1)),
			tf.slice(picture, begin(axis, 0), length(picture, axis)),
		];
		const difference = tf.sub(later, earlier);
		const sign = tf.div(difference, tf.sqrt(tf.add(tf.square(difference), SOFTNESS ** 2)));
		return tf.sub(tf.pad(sign, padded(axis, 1, 0)), tf.pad(sign, padded(axis, 0, 1)));
	};
	return tf.add(along(1, height), along(2, width)) as tf.Tensor4D;
}

function begin(axis: 1 | 2, at: number): [number, number, number, number] {
	return axis === 1 ? [0, at, 0, 0] : [0, 0, at, 0];
}

function length(picture: tf.Tensor4D, axis: 1 | 2): [number, number, number, number] {
	const [batch, height, width, channels] = picture.shape;
	return axis === 1 ? [batch, height - 1, width, channels] : [batch, height, width - 1, channels];
}

function padded(axis: 1 | 2, before: number, after: number): [number, number][] {
	return [0, 1, 2, 3].map((i) => (i === axis ? [before, after] : [0, 0]));
}
