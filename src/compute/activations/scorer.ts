/** Scores of images: for each unit and direction <a, v>, the highest or the mean over the places of the layer. */
import * as tf from "@tensorflow/tfjs-core";
import type { ProbedLayer, ProbeReduction } from "../probeReport.js";
import type { ActivationBatch } from "./layerReader.js";

/** Products `[directions, images·places]` that are held at a time: about what caches hold. */
const PRODUCT_VALUES = 2 ** 23;

export class Scorer {
	/** Units come first, then the directions. */
	readonly rows: number;
	readonly #directions: tf.Tensor2D | null;
	readonly #shown: tf.Tensor1D | null;

	/**
	 * @param units which units are rows; null for all of them
	 * @param directions `[directions, units]`
	 */
	constructor(
		private readonly layer: ProbedLayer,
		private readonly units: readonly number[] | null,
		directions: Float32Array,
		private readonly reduce: ProbeReduction,
	) {
		const count = directions.length / layer.units;
		this.rows = (units?.length ?? layer.units) + count;
		this.#directions = count > 0 ? tf.tensor2d(directions, [count, layer.units]) : null;
		this.#shown = units && tf.tensor1d([...units], "int32");
	}

	/** Scores `[rows, images]`. A unit is NaN on an image where it is no finite number; a direction is over the other units. */
	scores({ activations, broken, images }: ActivationBatch): Float32Array {
		const scores = tf.tidy(() => {
			const pooled = this.pool(activations);
			const parts: tf.Tensor[] = [];
			if (this.units?.length !== 0) parts.push(tf.transpose(this.#shown ? tf.gather(pooled, this.#shown, 1) : pooled));
			const directions = this.#directions;
			if (directions)
				parts.push(this.reduce === "mean" ? times(directions, pooled) : this.#highest(directions, activations));
			return tf.concat(parts, 0);
		});
		const values = scores.dataSync() as Float32Array;
		scores.dispose();
		if (!broken) return values;
		const marked = values.slice();
		const units = this.units ?? Array.from({ length: this.layer.units }, (_, unit) => unit);
		units.forEach((unit, row) => {
			for (let image = 0; image < images.length; image++)
				if (broken[image * this.layer.units + unit] === 1) marked[row * images.length + image] = Number.NaN;
		});
		return marked;
	}

	/** Activations `[images, units]`, reduced over places; within `tf.tidy`. */
	pool(activations: tf.Tensor3D): tf.Tensor2D {
		if (this.layer.places === 1) return tf.reshape(activations, [-1, this.layer.units]) as tf.Tensor2D;
		return (this.reduce === "mean" ? tf.mean(activations, 1) : tf.max(activations, 1)) as tf.Tensor2D;
	}

	dispose(): void {
		tf.dispose([this.#directions, this.#shown].filter((tensor) => tensor !== null));
	}

	#highest(directions: tf.Tensor2D, activations: tf.Tensor3D): tf.Tensor {
		const [images, places, units] = activations.shape;
		const atOnce = Math.max(1, Math.floor(PRODUCT_VALUES / (directions.shape[0] * places)));
		const parts: tf.Tensor[] = [];
		for (let start = 0; start < images; start += atOnce) {
			const count = Math.min(atOnce, images - start);
			const part = tf.tidy(() => {
				const some = tf.slice(activations, [start, 0, 0], [count, places, units]);
				const product = times(directions, tf.reshape(some, [count * places, units]) as tf.Tensor2D);
				return places === 1 ? product : tf.max(tf.reshape(product, [directions.shape[0], count, places]), 2);
			});
			parts.push(part);
		}
		return parts.length === 1 ? (parts[0] as tf.Tensor) : tf.concat(parts, 1);
	}
}

/** `[directions, rows of x]` */
function times(directions: tf.Tensor2D, x: tf.Tensor2D): tf.Tensor {
	return tf.matMul(directions, x, false, true);
}
