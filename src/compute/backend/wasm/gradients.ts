import * as tf from "@tensorflow/tfjs-core";

type Gradient = (dy: tf.Tensor, x: tf.Tensor, attrs: tf.NamedAttrMap) => tf.Tensor;

/**
 * Gradients that the stock registry makes of comparisons and choices, whose kernels here take some twenty times as long
 * for a value as products and steps, which do as well.
 */
const gradients: readonly (readonly [string, Gradient])[] = [
	[
		tf.ClipByValue,
		(dy, x, attrs) => {
			const { clipValueMin, clipValueMax } = attrs as unknown as tf.ClipByValueAttrs;
			const outside = tf.add(tf.step(tf.sub(clipValueMin, x)), tf.step(tf.sub(x, clipValueMax)));
			return tf.mul(dy, tf.sub(1, outside));
		},
	],
	[tf.LeakyRelu, (dy, x, attrs) => tf.mul(dy, tf.step(x, (attrs as unknown as tf.LeakyReluAttrs).alpha))],
];

/** The registry of gradients is that of all backends: the others go on with the stock ones. */
export function replaceGradients(): void {
	for (const [kernelName, gradient] of gradients) {
		const stock = tf.getGradient(kernelName);
		tf.registerGradient({
			...stock,
			gradFunc: (dy, saved, attrs) =>
				tf.getBackend() === "wasm"
					? { x: () => gradient(dy as tf.Tensor, saved[0] as tf.Tensor, attrs) }
					: stock.gradFunc(dy, saved, attrs),
		});
	}
}
