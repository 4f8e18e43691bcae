/** The images with the highest scores of each row (a unit or a direction), kept while scores stream by. */

export class TopScores {
	/** Best first; `[rows, top]`, of which `counts[row]` are there. */
	readonly #images: Int32Array;
	readonly #scores: Float64Array;
	readonly #counts: Int32Array;
	/** The score that an image has to beat; -Infinity while a row isn't full. */
	readonly #thresholds: Float64Array;

	constructor(
		readonly rows: number,
		readonly top: number,
	) {
		this.#images = new Int32Array(rows * top);
		this.#scores = new Float64Array(rows * top);
		this.#counts = new Int32Array(rows);
		this.#thresholds = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
	}

	/**
	 * Takes an image into a row's list where its score is among the highest; true where it is. Of equal scores the earlier image
	 * stays before. NaN never is.
	 */
	offer(row: number, image: number, score: number): boolean {
		const count = this.#counts[row] as number;
		const isFull = count === this.top;
		if (isFull ? !(score > (this.#thresholds[row] as number)) : Number.isNaN(score)) return false;
		const start = row * this.top;
		let at = start + (isFull ? count - 1 : count);
		for (; at > start && (this.#scores[at - 1] as number) < score; at--) {
			this.#scores[at] = this.#scores[at - 1] as number;
			this.#images[at] = this.#images[at - 1] as number;
		}
		this.#scores[at] = score;
		this.#images[at] = image;
		if (!isFull) this.#counts[row] = count + 1;
		if ((this.#counts[row] as number) === this.top)
			this.#thresholds[row] = this.#scores[start + this.top - 1] as number;
		return true;
	}

	/** Offers an image to all rows, with a score for each; true where some row takes it in. */
	offerAll(image: number, scores: Float32Array): boolean {
		const thresholds = this.#thresholds;
		let isTaken = false;
		for (let row = 0; row < scores.length; row++) {
			const score = scores[row] as number;
			// Nearly all end here.
			if (score <= (thresholds[row] as number)) continue;
			if (this.offer(row, image, score)) isTaken = true;
		}
		return isTaken;
	}

	/** A row's images, best first. */
	images(row: number): Int32Array {
		return this.#images.subarray(row * this.top, row * this.top + (this.#counts[row] as number));
	}

	/** Their scores. */
	scores(row: number): Float64Array {
		return this.#scores.subarray(row * this.top, row * this.top + (this.#counts[row] as number));
	}

	/** All images that some row has. */
	all(): Set<number> {
		const found = new Set<number>();
		for (let row = 0; row < this.rows; row++) for (const image of this.images(row)) found.add(image);
		return found;
	}
}
