/** What is said of each row's scores (a unit's or a direction's) over all images, kept while scores stream by. */

export interface ScoreFigures {
	readonly images: number;
	readonly mean: number;
	readonly highest: number;
	readonly lowest: number;
	/** Images with a score above the lowest. */
	readonly aboveFloor: number;
	/**
	 * Lifetime sparseness `(1 - (Σ|s|/n)² / (Σs²/n)) / (1 - 1/n)` (Vinje and Gallant 2000): 0 where all images have the same
	 * score, 1 where one alone has one. Null for one image and for scores of 0.
	 */
	readonly sparsity: number | null;
	readonly selectivity: { readonly label: number; readonly difference: number } | null;
}

export class RunningFigures {
	readonly #counts: Float64Array;
	readonly #sums: Float64Array;
	readonly #absolute: Float64Array;
	readonly #squares: Float64Array;
	readonly #lowest: Float64Array;
	readonly #atLowest: Float64Array;
	readonly #highest: Float64Array;
	readonly #notFinite: Float64Array;
	/** `[classes, rows]` */
	readonly #classSums: Float64Array;
	readonly #classCounts: Float64Array;

	constructor(
		readonly rows: number,
		private readonly classes: number,
	) {
		this.#counts = new Float64Array(rows);
		this.#sums = new Float64Array(rows);
		this.#absolute = new Float64Array(rows);
		this.#squares = new Float64Array(rows);
		this.#lowest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
		this.#atLowest = new Float64Array(rows);
		this.#highest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY);
		this.#notFinite = new Float64Array(rows);
		this.#classSums = new Float64Array(classes * rows);
		this.#classCounts = new Float64Array(classes * rows);
	}

	/**
	 * Counts an image in, with a score for each row. One that is no finite number counts as such.
	 *
	 * @param label the image's class; -1 where it isn't known
	 */
	add(scores: Float32Array, label: number): void {
		const [counts, sums, absolute, squares] = [this.#counts, this.#sums, this.#absolute, this.#squares];
		const [lowest, atLowest, highest] = [this.#lowest, this.#atLowest, this.#highest];
		for (let row = 0; row < scores.length; row++) {
			const score = scores[row] as number;
			// True for NaN and infinities alike.
			if (score - score !== 0) {
				this.#notFinite[row] = (this.#notFinite[row] as number) + 1;
				continue;
			}
			counts[row] = (counts[row] as number) + 1;
			sums[row] = (sums[row] as number) + score;
			absolute[row] = (absolute[row] as number) + Math.abs(score);
			squares[row] = (squares[row] as number) + score * score;
			if (score < (lowest[row] as number)) {
				lowest[row] = score;
				atLowest[row] = 1;
			} else if (score === lowest[row]) atLowest[row] = (atLowest[row] as number) + 1;
			if (score > (highest[row] as number)) highest[row] = score;
		}
		if (label >= 0) this.#addToClass(scores, label);
	}

	#addToClass(scores: Float32Array, label: number): void {
		const start = label * this.rows;
		const [sums, counts] = [this.#classSums, this.#classCounts];
		for (let row = 0; row < scores.length; row++) {
			const score = scores[row] as number;
			if (score - score !== 0) continue;
			sums[start + row] = (sums[start + row] as number) + score;
			counts[start + row] = (counts[start + row] as number) + 1;
		}
	}

	/** Images on which the row is no finite number. */
	notFinite(row: number): number {
		return this.#notFinite[row] as number;
	}

	/** Null where no image has a score. */
	figures(row: number): ScoreFigures | null {
		const images = this.#counts[row] as number;
		if (images === 0) return null;
		const [sum, absolute, squares] = [this.#sums, this.#absolute, this.#squares].map((of) => of[row] as number) as [
			number,
			number,
			number,
		];
		const concentration = squares === 0 || images === 1 ? null : 1 - absolute ** 2 / images / squares;
		return {
			images,
			mean: sum / images,
			highest: this.#highest[row] as number,
			lowest: this.#lowest[row] as number,
			aboveFloor: images - (this.#atLowest[row] as number),
			sparsity: concentration === null ? null : Math.min(1, Math.max(0, concentration / (1 - 1 / images))),
			selectivity: this.#selectivity(row, images, sum, squares),
		};
	}

	#selectivity(row: number, images: number, sum: number, squares: number): ScoreFigures["selectivity"] {
		const deviation = Math.sqrt(Math.max(0, squares / images - (sum / images) ** 2));
		if (deviation === 0) return null;
		let best: { readonly label: number; readonly difference: number } | null = null;
		for (let label = 0; label < this.classes; label++) {
			const count = this.#classCounts[label * this.rows + row] as number;
			if (count === 0 || count === images) continue;
			const own = this.#classSums[label * this.rows + row] as number;
			const difference = (own / count - (sum - own) / (images - count)) / deviation;
			if (best === null || difference > best.difference) best = { label, difference };
		}
		return best;
	}
}
