/** The images that the rotation test is done on, with what decides how much they have in common. */
import type { ImageMarks } from "./imageMarks.js";

export interface TestedImages {
	readonly count: number;
	readonly units: number;
	/** Of how many places an image's score along a direction is the highest; 1 where places were pooled before. */
	readonly places: number;
	/** `[count, places, units]`, all finite. */
	readonly activations: Float32Array;
	/** -1 where the class isn't known. */
	readonly labels: Int32Array;
	/** Each image's pixels at length 1: `[count, values]`. */
	readonly pixels: Float32Array;
	/** Each image's penultimate activations at length 1, `[count, values]`; null where they are left out. */
	readonly features: Float32Array | null;
}

/** Collects the first images of a pass, up to a number that is known before. */
export class TestedSample {
	readonly #activations: Float32Array;
	readonly #labels: Int32Array;
	#pixels = new Float32Array(0);
	/** Null once an image comes without. */
	#features: Float32Array | null = new Float32Array(0);
	#count = 0;

	constructor(
		private readonly most: number,
		private readonly places: number,
		private readonly units: number,
	) {
		this.#activations = new Float32Array(most * places * units);
		this.#labels = new Int32Array(most);
	}

	/** How many images are still wanted. */
	get missing(): number {
		return this.most - this.#count;
	}

	/** @param activations of the image, `[places, units]` */
	add(image: ImageMarks, activations: Float32Array): void {
		const at = this.#count++;
		this.#activations.set(activations, at * this.places * this.units);
		this.#labels[at] = image.label;
		const { pixels, features } = image;
		if (at === 0) {
			this.#pixels = new Float32Array(this.most * pixels.length);
			this.#features = features && new Float32Array(this.most * features.length);
		}
		this.#pixels.set(pixels, at * pixels.length);
		if (features) this.#features?.set(features, at * features.length);
		else this.#features = null;
	}

	images(): TestedImages {
		const count = this.#count;
		const filled = (values: Float32Array) => values.subarray(0, (values.length / this.most) * count);
		return {
			count,
			units: this.units,
			places: this.places,
			activations: filled(this.#activations),
			labels: this.#labels.subarray(0, count),
			pixels: filled(this.#pixels),
			features: this.#features && filled(this.#features),
		};
	}
}
