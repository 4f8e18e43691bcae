/** Mean and covariance of a layer's activations over images and places, and the mean of each group of images. */
import * as tf from "@tensorflow/tfjs-core";

export class Moments {
	/** Subtracted before anything is summed, so that sums of squares keep their digits. */
	#origin: tf.Tensor1D | null = null;
	#count = 0;
	readonly #sums: Float64Array;
	/** Null where no covariance is wanted. */
	readonly #products: Float64Array | null;
	/** `[groups, units]` */
	readonly #groupSums: Float64Array;
	readonly #groupCounts: Float64Array;
	#images = 0;
	readonly #imageSums: Float64Array;

	constructor(
		readonly units: number,
		readonly groups: number,
		withCovariance: boolean,
	) {
		this.#sums = new Float64Array(units);
		this.#products = withCovariance ? new Float64Array(units * units) : null;
		this.#groupSums = new Float64Array(groups * units);
		this.#groupCounts = new Float64Array(groups);
		this.#imageSums = new Float64Array(units);
	}

	/** Counts in the activations `[images, places, units]`; `groupsOf` lists the groups that an image belongs to. */
	add(activations: tf.Tensor3D, groupsOf: (image: number) => readonly number[]): void {
		const [images, places, units] = activations.shape;
		this.#addMeans(activations, groupsOf);
		if (!this.#products) return;
		const flat = tf.reshape(activations, [images * places, units]) as tf.Tensor2D;
		this.#origin ??= tf.keep(tf.tidy(() => tf.mean(flat, 0) as tf.Tensor1D));
		const origin = this.#origin;
		const [sums, products] = tf.tidy(() => {
			const centred = tf.sub(flat, origin) as tf.Tensor2D;
			return [tf.sum(centred, 0).dataSync(), tf.matMul(centred, centred, true, false).dataSync()] as const;
		});
		flat.dispose();
		addTo(this.#sums, sums as Float32Array);
		addTo(this.#products, products as Float32Array);
		this.#count += images * places;
	}

	#addMeans(activations: tf.Tensor3D, groupsOf: (image: number) => readonly number[]): void {
		const [images] = activations.shape;
		const means = tf.tidy(() => tf.mean(activations, 1).dataSync()) as Float32Array;
		for (let image = 0; image < images; image++) {
			const own = means.subarray(image * this.units, (image + 1) * this.units);
			addTo(this.#imageSums, own);
			for (const group of groupsOf(image)) {
				addTo(this.#groupSums.subarray(group * this.units, (group + 1) * this.units), own);
				this.#groupCounts[group] = (this.#groupCounts[group] as number) + 1;
			}
		}
		this.#images += images;
	}

	/** Covariance `[units, units]` over images and places. */
	covariance(): Float64Array {
		const products = this.#products;
		if (!products) throw new RangeError("no covariance was asked for");
		const covariance = new Float64Array(products.length);
		for (let i = 0; i < this.units; i++)
			for (let j = 0; j < this.units; j++) {
				const means = ((this.#sums[i] as number) * (this.#sums[j] as number)) / this.#count;
				covariance[i * this.units + j] = ((products[i * this.units + j] as number) - means) / this.#count;
			}
		return covariance;
	}

	/** The group's mean over images minus that of all other images; null where either is empty. */
	difference(group: number): Float64Array | null {
		const count = this.#groupCounts[group] as number;
		const others = this.#images - count;
		if (count === 0 || others === 0) return null;
		return Float64Array.from({ length: this.units }, (_, unit) => {
			const own = this.#groupSums[group * this.units + unit] as number;
			return own / count - ((this.#imageSums[unit] as number) - own) / others;
		});
	}

	dispose(): void {
		this.#origin?.dispose();
	}
}

function addTo(sums: Float64Array, values: Float32Array): void {
	for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (values[i] as number);
}
