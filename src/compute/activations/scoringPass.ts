/** One pass over the images: top images and figures of every row, and what later steps need of the images, in bounded memory. */
import { ImageMarks } from "./imageMarks.js";
import type { ActivationBatch, IndexedImage } from "./layerReader.js";
import { RunningFigures } from "./scoreFigures.js";
import type { Scorer } from "./scorer.js";
import { TestedSample } from "./testedImages.js";
import { TopScores } from "./topScores.js";

/** Marks of images that have left all lists are let go when there may be so many of them. */
const MOST_UNRANKED = 1000;

export interface ScoringSettings {
	readonly top: number;
	readonly bottom: boolean;
	readonly classes: number;
	/** Units of the layer. */
	readonly units: number;
	/** How many of the first images are kept for the rotation test. */
	readonly tested: number;
	/** Whether penultimate activations are kept. */
	readonly withFeatures: boolean;
}

export class ScoringPass {
	readonly top: TopScores;
	/** Of negative scores; null where the lowest aren't wanted. */
	readonly bottom: TopScores | null;
	readonly figures: RunningFigures;
	readonly perClass: number[];
	/** The first images. */
	readonly tested: TestedSample;
	/** Images scored. */
	images = 0;
	readonly #kept = new Map<number, ImageMarks>();
	#keptAfterSweep = 0;

	constructor(
		private readonly scorer: Scorer,
		private readonly settings: ScoringSettings,
	) {
		this.top = new TopScores(scorer.rows, settings.top);
		this.bottom = settings.bottom ? new TopScores(scorer.rows, settings.top) : null;
		this.figures = new RunningFigures(scorer.rows, settings.classes);
		this.tested = new TestedSample(settings.tested, scorer.testedPlaces, settings.units);
		this.perClass = new Array<number>(settings.classes).fill(0);
	}

	add(batch: ActivationBatch): void {
		const { images, features } = batch;
		const scores = this.scorer.scores(batch);
		const { rows } = this.scorer;
		const length = features.length / images.length;
		const testedHere = Math.min(images.length, this.tested.missing);
		const tested = testedHere > 0 ? this.scorer.tested(batch, testedHere) : new Float32Array(0);
		const size = this.scorer.testedPlaces * this.settings.units;
		images.forEach((image, i) => {
			if (image.label !== null) this.perClass[image.label] = (this.perClass[image.label] as number) + 1;
			const isTested = i < testedHere;
			const isRanked = this.#offer(image, scores.subarray(i * rows, (i + 1) * rows));
			if (!isTested && !isRanked) return;
			const own = this.settings.withFeatures ? features.subarray(i * length, (i + 1) * length) : null;
			const marks = new ImageMarks(image, own);
			if (isTested) this.tested.add(marks, tested.subarray(i * size, (i + 1) * size));
			if (isRanked) this.#kept.set(image.index, marks);
		});
		this.images += images.length;
		if (this.#kept.size > this.#keptAfterSweep + MOST_UNRANKED) this.#sweep();
	}

	/** Marks of an image that some row ranks. */
	marks(index: number): ImageMarks {
		const marks = this.#kept.get(index);
		if (!marks) throw new RangeError(`image ${index} is in no list`);
		return marks;
	}

	/** Images of which marks are held, those that will be let go at the next sweep among them. */
	get held(): number {
		return this.#kept.size;
	}

	/** Positions of all images that some row ranks. */
	ranked(): Set<number> {
		const ranked = this.top.all();
		for (const image of this.bottom?.all() ?? []) ranked.add(image);
		return ranked;
	}

	/** Counts an image's scores in, one for each row; true where it enters a list. */
	#offer({ index, label }: IndexedImage, scores: Float32Array): boolean {
		this.figures.add(scores, label ?? -1);
		const isHigh = this.top.offerAll(index, scores);
		const isLow = this.bottom?.offerAll(
			index,
			scores.map((score) => -score),
		);
		return isHigh || isLow === true;
	}

	#sweep(): void {
		const ranked = this.ranked();
		for (const index of this.#kept.keys()) if (!ranked.has(index)) this.#kept.delete(index);
		this.#keptAfterSweep = this.#kept.size;
	}
}

/** The parts one after the other. */
export function joined(parts: readonly Float32Array[]): Float32Array {
	const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
