/** Slices with steps from operations that have gradients; `stridedSlice` has none in TensorFlow.js. */
import * as tf from "@tensorflow/tfjs-core";

/** `size` values along `axis` of the tensor (batch counted) from `start` in steps of `step`, which may be negative. */
export function sliceAxis(x: tf.Tensor, axis: number, start: number, size: number, step = 1): tf.Tensor {
	const stride = Math.abs(step);
	const reach = (size - 1) * stride + 1;
	const first = step > 0 ? start : start - reach + 1;
	if (first === 0 && size === x.shape[axis] && step === 1) return x;
	const begin = x.shape.map((_, i) => (i === axis ? first : 0));
	const cut = tf.slice(
		x,
		begin,
		x.shape.map((own, i) => (i === axis ? reach : own)),
	);
	const turned = step > 0 ? cut : tf.reverse(cut, axis);
	return stride === 1 ? turned : everyNth(turned, axis, size, stride);
}

/** Values 0, n, 2n, ...: filled up to a multiple of n, split into rows of n, of which the first column stays. */
function everyNth(x: tf.Tensor, axis: number, size: number, n: number): tf.Tensor {
	const missing = size * n - (x.shape[axis] as number);
	const filled = tf.pad(
		x,
		x.shape.map((_, i): [number, number] => [0, i === axis ? missing : 0]),
	);
	const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
	const outer = before.reduce((a, b) => a * b, 1) * size;
	const inner = after.reduce((a, b) => a * b, 1);
	const rows = tf.reshape(filled, [outer, n, inner]);
	return tf.reshape(tf.slice(rows, [0, 0, 0], [outer, 1, inner]), [...before, size, ...after]);
}

/** The slices along `axis` that begin at 0, 1, ... `count` - 1 and take `size` values in steps of `step`. */
export function shiftedSlices(x: tf.Tensor, axis: number, count: number, size: number, step: number): tf.Tensor[] {
	if (step !== count || size * step !== x.shape[axis])
		return Array.from({ length: count }, (_, i) => sliceAxis(x, axis, i, size, step));
	const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
	const inner = after.reduce((a, b) => a * b, 1);
	const rows = tf.reshape(x, [-1, step * inner]);
	return tf.split(rows, step, 1).map((part) => tf.reshape(part, [...before, size, ...after]));
}

/**
 * The way back of `shiftedSlices`: each value is added to the place along `axis` that
 * it was taken from, of `length` places.
 */
export function spreadAxis(parts: readonly tf.Tensor[], axis: number, length: number, step: number): tf.Tensor {
	const [first] = parts as [tf.Tensor, ...tf.Tensor[]];
	const size = first.shape[axis] as number;
	const before = first.shape.slice(0, axis);
	const after = first.shape.slice(axis + 1);
	// Parts up to a step apart don't meet: side by side they are one piece, and the next such piece begins a step later.
	const pieces = Array.from({ length: Math.ceil(parts.length / step) }, (_, k) => {
		const beside = parts.slice(k * step, (k + 1) * step);
		while (beside.length < step) beside.push(tf.zerosLike(first));
		const piece = tf.reshape(tf.stack(beside, axis + 1), [...before, size * step, ...after]);
		const begin = k * step;
		if (begin === 0 && size * step === length) return piece;
		const kept = tf.slice(
			piece,
			piece.shape.map(() => 0),
			piece.shape.map((own, i) => (i === axis ? Math.min(own, length - begin) : own)),
		);
		const end = length - begin - (kept.shape[axis] as number);
		return tf.pad(
			kept,
			kept.shape.map((_, i): [number, number] => (i === axis ? [begin, end] : [0, 0])),
		);
	});
	return pieces.reduce((sum, piece) => tf.add(sum, piece));
}
