/** One pass over the images: top images and figures of every row, and what later steps need of the images, in bounded memory. */
import * as tf from "@tensorflow/tfjs-core";
import { type ImageMarks, marksOf } from "./imageMarks.js";
import type { ActivationBatch } from "./layerReader.js";
import type { TestedImages } from "./rotationTest.js";
import { RunningFigures } from "./scoreFigures.js";
import type { Scorer } from "./scorer.js";
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
	/** Images scored. */
	images = 0;
	readonly #kept = new Map<number, ImageMarks>();
	readonly #tested: ImageMarks[] = [];
	readonly #testedActivations: Float32Array[] = [];
	#keptAfterSweep = 0;

	constructor(
		private readonly scorer: Scorer,
		private readonly settings: ScoringSettings,
	) {
		this.top = new TopScores(scorer.rows, settings.top);
		this.bottom = settings.bottom ? new TopScores(scorer.rows, settings.top) : null;
		this.figures = new RunningFigures(scorer.rows, settings.classes);
		this.perClass = new Array<number>(settings.classes).fill(0);
	}

	add(batch: ActivationBatch): void {
		const { images, features } = batch;
		const scores = this.scorer.scores(batch);
		const wasEntered = this.#offer(images, scores);
		const length = features.length / images.length;
		const testedHere = Math.min(images.length, this.settings.tested - this.#tested.length);
		images.forEach((image, i) => {
			if (image.label !== null) this.perClass[image.label] = (this.perClass[image.label] as number) + 1;
			const isTested = i < testedHere;
			if (!isTested && wasEntered[i] === 0) return;
			const own = this.settings.withFeatures ? features.subarray(i * length, (i + 1) * length) : null;
			const marks = marksOf(image, own);
			if (isTested) this.#tested.push(marks);
			if (wasEntered[i] === 1) this.#kept.set(image.index, marks);
		});
		if (testedHere > 0) this.#keepActivations(batch, testedHere);
		this.images += images.length;
		if (this.#kept.size > this.#keptAfterSweep + MOST_UNRANKED) this.#sweep();
	}

	/** Marks of an image that some row ranks. */
	marks(index: number): ImageMarks {
		const marks = this.#kept.get(index);
		if (!marks) throw new RangeError(`image ${index} is in no list`);
		return marks;
	}

	/** Images of which something is held, those that will be let go at the next sweep among them. */
	get held(): number {
		return this.#kept.size + this.#tested.length;
	}

	/** Positions of all images that some row ranks. */
	ranked(): Set<number> {
		const ranked = this.top.all();
		for (const image of this.bottom?.all() ?? []) ranked.add(image);
		return ranked;
	}

	/** The first images, with activations pooled over places. */
	testedImages(): TestedImages {
		const features = this.#tested.map((image) => image.features);
		return {
			count: this.#tested.length,
			units: this.settings.units,
			activations: joined(this.#testedActivations),
			labels: Int32Array.from(this.#tested, ({ label }) => label),
			pixels: this.#tested.map(({ pixels }) => pixels),
			features: features.every((vector) => vector !== null) ? features : null,
		};
	}

	/** 1 for each image that entered a list. */
	#offer(images: ActivationBatch["images"], scores: Float32Array): Uint8Array {
		const count = images.length;
		const entered = new Uint8Array(count);
		const indices = Int32Array.from(images, ({ index }) => index);
		const labels = Int32Array.from(images, ({ label }) => label ?? -1);
		const negative = this.bottom && scores.map((score) => -score);
		for (let row = 0; row < this.scorer.rows; row++) {
			const own = scores.subarray(row * count, (row + 1) * count);
			this.figures.add(row, own, labels);
			this.top.offerAll(row, indices, own, entered);
			if (negative) this.bottom?.offerAll(row, indices, negative.subarray(row * count, (row + 1) * count), entered);
		}
		return entered;
	}

	#keepActivations({ activations }: ActivationBatch, count: number): void {
		const pooled = tf.tidy(() => tf.slice(this.scorer.pool(activations), [0, 0], [count, this.settings.units]));
		this.#testedActivations.push((pooled.dataSync() as Float32Array).slice());
		pooled.dispose();
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
