/**
 * Is the frame of units more coherent than a random rotation of it? Units are one orthonormal frame, so the null is another
 * frame: the mean coherence of the units is compared with that of rotated frames, all on the same pooled activations.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { CoherenceMeasure } from "../probeReport.js";
import type { Random } from "../random.js";
import type { Slices } from "../slices.js";
import { commonestLabel, meanCosine } from "./coherence.js";
import { haarFrame } from "./haar.js";
import { TopScores } from "./topScores.js";

/** Images with what decides how much they have in common. */
export interface TestedImages {
	readonly count: number;
	readonly units: number;
	/** Activations pooled over places, `[count, units]`, all finite. */
	readonly activations: Float32Array;
	/** -1 where the class isn't known. */
	readonly labels: Int32Array;
	/** Each image's pixels, at length 1. */
	readonly pixels: readonly Float32Array[];
	/** Each image's penultimate activations, at length 1; null where they are left out. */
	readonly features: readonly Float32Array[] | null;
}

/** One value for each direction; NaN for an inactive one. */
export type CoherenceValues = Readonly<Record<CoherenceMeasure, Float64Array>>;

export interface RotationSettings {
	/** Images per direction. */
	readonly top: number;
	/** Which units are the frame: all of them, or a sample where all would take too long. */
	readonly frame: readonly number[];
	readonly rotations: number;
	readonly random: Random;
	readonly slices: Slices;
	/** True once a person wants no more rotations. */
	readonly stopped: () => boolean;
	readonly onRotation: (done: number) => void;
}

export interface RotationOutcome {
	/** Of every unit, in their order. */
	readonly units: CoherenceValues;
	/** Mean over the active units of the frame. */
	readonly frame: Readonly<Record<CoherenceMeasure, number>>;
	/** Mean over each rotated frame. */
	readonly rotated: CoherenceValues;
	/** Every single direction of the rotated frames. */
	readonly singles: CoherenceValues;
	readonly rotations: number;
}

/** Coherence of the units and of rotated frames of as many directions as `frame` has units. */
export async function rotateFrames(images: TestedImages, settings: RotationSettings): Promise<RotationOutcome> {
	const { frame, top, random } = settings;
	const judge = new Judge(images, top);
	const units = judge.ofRows(columnsOf(images), images.units, true);
	const rotated = emptyValues(settings.rotations);
	const singles = emptyValues(settings.rotations * frame.length);
	const activations = tf.tensor2d(images.activations, [images.count, images.units]);
	let done = 0;
	try {
		while (done < settings.rotations && !settings.stopped()) {
			const rows = Float32Array.from(haarFrame(images.units, frame.length, random));
			const values = judge.ofRows(productOf(rows, frame.length, activations), frame.length, false);
			for (const measure of MEASURES) {
				rotated[measure][done] = meanOf(values[measure]);
				singles[measure].set(values[measure], done * frame.length);
			}
			settings.onRotation(++done);
			await settings.slices.breathe();
		}
	} finally {
		activations.dispose();
	}
	const cut = (values: CoherenceValues, count: number) => mapMeasures((measure) => values[measure].subarray(0, count));
	return {
		units,
		frame: mapMeasures((measure) => meanOf(Float64Array.from(frame, (unit) => units[measure][unit] as number))),
		rotated: cut(rotated, done),
		singles: cut(singles, done * frame.length),
		rotations: done,
	};
}

/** Mean of the values that are there; NaN where none is. */
export function meanOf(values: Float64Array): number {
	let [sum, count] = [0, 0];
	for (const value of values) {
		if (Number.isNaN(value)) continue;
		sum += value;
		count++;
	}
	return sum / count;
}

const MEASURES: readonly CoherenceMeasure[] = ["purity", "similarity", "featureSimilarity"];

function mapMeasures<T>(make: (measure: CoherenceMeasure) => T): Record<CoherenceMeasure, T> {
	return {
		purity: make("purity"),
		similarity: make("similarity"),
		featureSimilarity: make("featureSimilarity"),
	};
}

function emptyValues(count: number): Record<CoherenceMeasure, Float64Array> {
	return mapMeasures(() => new Float64Array(count));
}

/** The scores `[rows, images]` of directions, computed on the backend. */
function productOf(directions: Float32Array, rows: number, activations: tf.Tensor2D): Float32Array {
	const product = tf.tidy(() =>
		tf.matMul(tf.tensor2d(directions, [rows, activations.shape[1]]), activations, false, true),
	);
	const scores = product.dataSync() as Float32Array;
	product.dispose();
	return scores;
}

function columnsOf({ activations, count, units }: TestedImages): Float32Array {
	const columns = new Float32Array(activations.length);
	for (let image = 0; image < count; image++)
		for (let unit = 0; unit < units; unit++)
			columns[unit * count + image] = activations[image * units + unit] as number;
	return columns;
}

/** Finds each direction's top images and says how much they have in common. */
class Judge {
	readonly #pixelSum: Float64Array;
	readonly #featureSum: Float64Array;
	/** Positions of all images. */
	readonly #all: Int32Array;

	constructor(
		private readonly images: TestedImages,
		private readonly top: number,
	) {
		this.#all = Int32Array.from({ length: images.count }, (_, i) => i);
		this.#pixelSum = new Float64Array(images.pixels[0]?.length ?? 0);
		this.#featureSum = new Float64Array(images.features?.[0]?.length ?? 0);
	}

	/** `mayBeInactive`: rows with fewer than `top` images above their lowest score get NaN. */
	ofRows(scores: Float32Array, rows: number, mayBeInactive: boolean): Record<CoherenceMeasure, Float64Array> {
		const { count, labels, pixels, features } = this.images;
		const values = emptyValues(rows);
		const found = new TopScores(rows, this.top);
		for (let row = 0; row < rows; row++) {
			const own = scores.subarray(row * count, (row + 1) * count);
			found.offerAll(row, this.#all, own);
			if (mayBeInactive && !isActive(own, this.top)) {
				for (const measure of MEASURES) values[measure][row] = Number.NaN;
				continue;
			}
			const top = Array.from(found.images(row));
			values.purity[row] = (commonestLabel(top.map((image) => labels[image] as number))?.count ?? 0) / this.top;
			values.similarity[row] =
				meanCosine(
					top.map((image) => pixels[image] as Float32Array),
					this.#pixelSum,
				) ?? Number.NaN;
			values.featureSimilarity[row] =
				(features &&
					meanCosine(
						top.map((image) => features[image] as Float32Array),
						this.#featureSum,
					)) ??
				Number.NaN;
		}
		return values;
	}
}

function isActive(scores: Float32Array, top: number): boolean {
	let lowest = Number.POSITIVE_INFINITY;
	for (const score of scores) if (score < lowest) lowest = score;
	let above = 0;
	for (const score of scores) if (score > lowest && ++above >= top) return true;
	return false;
}
