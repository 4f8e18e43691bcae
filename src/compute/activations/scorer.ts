/** Scores of images: for each unit and direction <a, v>, the highest or the mean over the places of the layer. */
import * as tf from "@tensorflow/tfjs-core";
import type { ActivationBatch } from "./layerReader.js";
import type { ProbedLayer, ProbeReduction } from "./probe/report.js";

/** Values of products `[images, directions, places]` that are made at a time. */
const PRODUCT_VALUES = 2 ** 22;

export class Scorer {
	/** Units come first, then the directions. */
	readonly rows: number;
	/** `[1, directions, units]` */
	readonly #directions: tf.Tensor3D | null;
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
		this.#directions = count > 0 ? tf.tensor3d(directions, [1, count, layer.units]) : null;
		this.#shown = units && tf.tensor1d([...units], "int32");
	}

	/** Scores `[images, rows]`. A unit is NaN on an image where it is no finite number; a direction is over the other units. */
	scores({ activations, broken, images }: ActivationBatch): Float32Array {
		const scores = tf.tidy(() => {
			const pooled = this.pool(activations);
			const parts: tf.Tensor[] = [];
			if (this.units?.length !== 0) parts.push(this.#shown ? tf.gather(pooled, this.#shown, 1) : pooled);
			if (this.#directions) parts.push(this.#alongDirections(activations, pooled, this.#directions));
			return tf.concat(parts, 1);
		});
		const values = scores.dataSync() as Float32Array;
		scores.dispose();
		if (!broken) return values;
		const marked = values.slice();
		const units = this.units ?? Array.from({ length: this.layer.units }, (_, unit) => unit);
		for (let image = 0; image < images.length; image++)
			units.forEach((unit, row) => {
				if (broken[image * this.layer.units + unit] === 1) marked[image * this.rows + row] = Number.NaN;
			});
		return marked;
	}

	/** Activations `[images, units]`, reduced over places; within `tf.tidy`. */
	pool(activations: tf.Tensor3D): tf.Tensor2D {
		if (this.layer.places === 1) return tf.reshape(activations, [-1, this.layer.units]) as tf.Tensor2D;
		return (this.reduce === "mean" ? tf.mean(activations, 1) : tf.max(activations, 1)) as tf.Tensor2D;
	}

	/** How many values each unit keeps of an image for the rotation test: maxima don't commute with rotations. */
	get testedPlaces(): number {
		return this.reduce === "max" ? this.layer.places : 1;
	}

	/** What the rotation test is done on, `[images, testedPlaces, units]`, of the first images. */
	tested({ activations }: Pick<ActivationBatch, "activations">, images: number): Float32Array {
		const kept = tf.tidy(() => {
			const some = tf.slice(activations, 0, images);
			return this.testedPlaces > 1 ? some : this.pool(some);
		});
		// A copy: the backend may hand out its own memory.
		const values = (kept.dataSync() as Float32Array).slice();
		kept.dispose();
		return values;
	}

	#alongDirections(activations: tf.Tensor3D, pooled: tf.Tensor2D, directions: tf.Tensor3D): tf.Tensor {
		if (this.reduce === "max" && this.layer.places > 1) return highestScores(activations, directions);
		return tf.matMul(pooled, tf.squeeze(directions, [0]) as tf.Tensor2D, false, true);
	}

	dispose(): void {
		tf.dispose([this.#directions, this.#shown].filter((tensor) => tensor !== null));
	}
}

/**
 * The highest product over the places, `[images, directions]`, of `[images, places, units]` and `[1, directions, units]`; some images at a time. With the places last, each maximum is over
 * neighbours in memory; as one product for each image, it is measurably faster than as one for all.
 */
export function highestScores(activations: tf.Tensor3D, directions: tf.Tensor3D): tf.Tensor {
	const [images, places, units] = activations.shape;
	const atOnce = Math.max(1, Math.floor(PRODUCT_VALUES / (directions.shape[1] * places)));
	const parts: tf.Tensor[] = [];
	for (let start = 0; start < images; start += atOnce) {
		const count = Math.min(atOnce, images - start);
		parts.push(
			tf.tidy(() => {
				const some = tf.slice(activations, [start, 0, 0], [count, places, units]);
				return tf.max(tf.matMul(directions, some, false, true), 2);
			}),
		);
	}
	return parts.length === 1 ? (parts[0] as tf.Tensor) : tf.concat(parts, 0);
}
