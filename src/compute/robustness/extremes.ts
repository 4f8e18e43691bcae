/** Which images' pictures are kept while a data set streams through: those that a page shows. */
import type { RobustImage, RobustnessPicture } from "./report.js";

/** Kept for each order: nearest to a mistake by a model, and furthest apart between two. */
const KEPT = 12;

interface Kept {
	readonly score: number;
	readonly picture: RobustnessPicture;
}

export class Extremes {
	readonly #orders: Kept[][];

	constructor(models: number) {
		this.#orders = Array.from({ length: models === 2 ? 4 : 1 }, () => []);
	}

	/** `pictures` is asked for only where the image is kept. */
	offer(index: number, images: readonly RobustImage[], pictures: () => RobustnessPicture["pictures"]): void {
		const [a = null, b = null] = images.map(({ distortion }) => distortion);
		// The lowest score stays: nearest in either model, much further in the second, much further in the first.
		const scores = [a, b, a === null || b === null ? null : a - b, a === null || b === null ? null : b - a];
		let made: RobustnessPicture | null = null;
		for (const [k, order] of this.#orders.entries()) {
			const score = scores[k] ?? null;
			if (score === null || (order.length === KEPT && score >= (order.at(-1) as Kept).score)) continue;
			made ??= { index, pictures: pictures() };
			order.push({ score, picture: made });
			order.sort((x, y) => x.score - y.score);
			order.splice(KEPT);
		}
	}

	/** In the order of the images. */
	pictures(): RobustnessPicture[] {
		const all = new Map(this.#orders.flat().map(({ picture }) => [picture.index, picture]));
		return [...all.values()].sort((a, b) => a.index - b.index);
	}
}
