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
