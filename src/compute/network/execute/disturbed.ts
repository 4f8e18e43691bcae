/** The rounding of float32, made visible: values moved at random by about as much as their computation may have rounded them. */
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../math/random.js";

/** Half the distance of 1 to the next float32. */
export const UNIT_ROUNDOFF = 2 ** -24;
/** Random numbers that are repeated over a tensor: a prime, so that no row or channel of a usual size gets the same ones. */
const PERIOD = 65_537;

/**
 * Normal disturbances of one unit roundoff of each image's root mean square, the same for every image of a batch. `realization` and
 * `place` (which node it is) choose them.
 */
export class Disturbance {
	readonly #numbers: Float32Array;

	constructor(
		realization: number,
		readonly unitRoundoff: number,
	) {
		const random = Random.stream(realization, "disturbance");
		this.#numbers = Float32Array.from({ length: PERIOD }, () => random.normal());
	}

	/** To be called within `tf.tidy`. `value` is `[batch, ...]` of float32; others come back as they are. */
	added(value: tf.Tensor, place: number): tf.Tensor {
		if (value.dtype !== "float32") return value;
		const [, ...shape] = value.shape;
		const size = shape.reduce((product, side) => product * side, 1);
		const start = (place * 7_919) % PERIOD;
		const turned = tf.concat([
			tf.tensor1d(this.#numbers.subarray(start)),
			tf.tensor1d(this.#numbers.subarray(0, start)),
		]);
		const numbers = tf.reshape(tf.slice(tf.tile(turned, [Math.ceil(size / PERIOD)]), 0, size), [1, ...shape]);
		const axes = shape.map((_, axis) => axis + 1);
		const rms = tf.sqrt(tf.mean(tf.square(value), axes, true));
		return tf.add(value, tf.mul(numbers, tf.mul(rms, this.unitRoundoff)));
	}
}
