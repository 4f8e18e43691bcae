/** Where in a picture a unit or direction has its highest score, as the box of pixels that this place sees. */

import { type PixelBox, receptiveField } from "../network/receptiveField.js";
import type { Network } from "../network/types.js";
import type { ProbedLayer } from "../probeReport.js";

/** The place `[0, places)` with the highest value of `<a, v>` in activations `[places, units]`; of several the first. */
export function highestPlace(activations: Float32Array, units: number, direction: ArrayLike<number>): number {
	let [best, highest] = [0, Number.NEGATIVE_INFINITY];
	for (let offset = 0, place = 0; offset < activations.length; offset += units, place++) {
		let score = 0;
		for (let unit = 0; unit < units; unit++)
			score += (activations[offset + unit] as number) * (direction[unit] as number);
		if (score > highest) [best, highest] = [place, score];
	}
	return best;
}

/** As `highestPlace` for one unit. */
export function highestPlaceOfUnit(activations: Float32Array, units: number, unit: number): number {
	let [best, highest] = [0, Number.NEGATIVE_INFINITY];
	for (let offset = unit, place = 0; offset < activations.length; offset += units, place++) {
		const score = activations[offset] as number;
		if (score > highest) [best, highest] = [place, score];
	}
	return best;
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
