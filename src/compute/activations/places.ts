/** Where in a picture a unit or direction has its highest score, as the box of pixels that this place sees. */
import * as tf from "@tensorflow/tfjs-core";
import { type PixelBox, receptiveField } from "../network/receptiveField.js";
import type { Network } from "../network/types.js";
import type { ProbedLayer } from "./probe/report.js";

/** Values of products `[directions, places]`, and of directions, that are made at a time. */
const PRODUCT_VALUES = 2 ** 22;

/**
 * For each direction the place `[0, places)` where `<a, v>` is highest in one image; of several the first.
 *
 * @param activations `[images, places, units]`
 * @param directions as many as wanted, of `units` values each
 */
export function highestPlaces(
	activations: tf.Tensor3D,
	image: number,
	directions: readonly Float32Array[],
): Int32Array {
	const [, places, units] = activations.shape;
	const found = new Int32Array(directions.length);
	const atOnce = Math.max(1, Math.floor(PRODUCT_VALUES / Math.max(places, units)));
	for (let start = 0; start < directions.length; start += atOnce) {
		const some = directions.slice(start, start + atOnce);
		const vectors = new Float32Array(some.length * units);
		some.forEach((direction, row) => {
			vectors.set(direction, row * units);
		});
		const highest = tf.tidy(() => {
			const own = tf.reshape(tf.slice(activations, [image, 0, 0], [1, places, units]), [places, units]) as tf.Tensor2D;
			return tf.argMax(tf.matMul(tf.tensor2d(vectors, [some.length, units]), own, false, true), 1);
		});
		found.set(highest.dataSync(), start);
		highest.dispose();
	}
	return found;
}

/** What each place of a layer sees; each is looked up once. */
export class PlaceBoxes {
	readonly #boxAt: (place: readonly number[]) => PixelBox | null;
	readonly #known = new Map<number, PixelBox | null>();

	/** `network` reads pictures (`withPictureInput`). */
	constructor(
		network: Network,
		private readonly layer: ProbedLayer,
	) {
		const field = receptiveField(network, layer.node);
		this.#boxAt = (place) => field.boxAt(place);
	}

	/** @param place counted row by row */
	box(place: number): PixelBox | null {
		const known = this.#known.get(place);
		if (known !== undefined) return known;
		const box = this.#boxAt(this.#indices(place));
		this.#known.set(place, box);
		return box;
	}

	/** One index for each axis but the last. */
	#indices(place: number): number[] {
		const sizes = this.layer.shape.slice(0, -1);
		const indices: number[] = [];
		let rest = place;
		for (const size of [...sizes].reverse()) {
			indices.unshift(rest % size);
			rest = Math.floor(rest / size);
		}
		return indices;
	}
}
