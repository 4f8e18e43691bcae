/**
 * Is the frame of units more coherent than a random rotation of it? Units are one orthonormal frame, so the null is another
 * frame: the mean coherence of the units is compared with that of rotated frames, all on the same activations. Where an image's score is
 * the highest of several places, each place is rotated before the highest is taken, as for the directions that are shown. Units that are
 * hardly ever active are no part of the frame, so the rotated ones are drawn within the coordinates of the others.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../../backend/slices.js";
import { haarFrame } from "../../math/haar.js";
import type { Random } from "../../math/random.js";
import { mean } from "../../math/statistics.js";
import { commonestLabel } from "../coherence.js";
import { highestScores } from "../scorer.js";
import type { TestedImages } from "../testedImages.js";
import type { CoherenceMeasure } from "./report.js";

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

/** Coherence of the units and of rotated frames of as many directions as `frame` has active units. */
export async function rotateFrames(images: TestedImages, settings: RotationSettings): Promise<RotationOutcome> {
	const { frame, top, random } = settings;
	const judge = new Judge(images, top);
	const rotated = emptyValues(settings.rotations);
	const singles = emptyValues(settings.rotations * frame.length);
	let done = 0;
	try {
		const units = judge.ofUnits();
		const active = judge.keepActive(units);
		const rows = frame.filter((unit) => active.has(unit)).length;
		// A frame of one is the same however it is turned.
		const rotations = rows > 0 && active.size > 1 ? settings.rotations : 0;
		while (done < rotations && !settings.stopped()) {
			const values = judge.ofDirections(Float32Array.from(haarFrame(active.size, rows, random)), rows);
			for (const measure of MEASURES) {
				rotated[measure][done] = meanOfActive(values[measure]);
				singles[measure].set(values[measure], done * rows);
			}
			settings.onRotation(++done);
			await settings.slices.breathe();
		}
		const cut = (values: CoherenceValues, count: number) =>
			mapMeasures((measure) => values[measure].subarray(0, count));
		return {
			units,
			frame: mapMeasures((measure) => meanOfActive(Float64Array.from(frame, (unit) => units[measure][unit] as number))),
			rotated: cut(rotated, done),
			singles: cut(singles, done * rows),
			rotations: done,
		};
	} finally {
		judge.dispose();
	}
}

/** Mean of the values that are there; NaN where none is. */
export function meanOfActive(values: Float64Array): number {
	return mean(values.filter((value) => !Number.isNaN(value)));
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

/** Values that are gathered at a time of the vectors of top images: about what a core's cache holds. */
const GATHERED_VALUES = 2 ** 20;

/** Finds each direction's top images and says how much they have in common, on the backend. */
class Judge {
	/** `[images, places, units]`, after `keepActive` of the active units only. */
	#activations: tf.Tensor3D;
	readonly #vectors: Readonly<Record<"similarity" | "featureSimilarity", UnitVectors | null>>;

	constructor(
		private readonly images: TestedImages,
		private readonly top: number,
	) {
		const { count, places, units, activations, pixels, features } = images;
		this.#activations = tf.tensor3d(activations, [count, places, units]);
		this.#vectors = {
			similarity: new UnitVectors(pixels, count),
			featureSimilarity: features && new UnitVectors(features, count),
		};
	}

	/** Of each unit; NaN where fewer than `top` images are above its lowest score. */
	ofUnits(): CoherenceValues {
		const [scores, active] = tf.tidy(() => {
			const units = tf.transpose(tf.max(this.#activations, 1)) as tf.Tensor2D;
			const isAbove = tf.greater(units, tf.min(units, 1, true));
			return [units, tf.greaterEqual(tf.sum(tf.cast(isAbove, "int32"), 1), this.top)] as const;
		}) as [tf.Tensor2D, tf.Tensor];
		const isActive = active.dataSync();
		active.dispose();
		const values = this.#ofScores(scores);
		return mapMeasures((measure) => values[measure].map((value, unit) => (isActive[unit] === 0 ? Number.NaN : value)));
	}

	/** Which units are active by their coherence; directions are over these from now on, in their order. */
	keepActive({ similarity }: CoherenceValues): ReadonlySet<number> {
		const active = [...similarity.keys()].filter((unit) => !Number.isNaN(similarity[unit]));
		const all = this.#activations;
		if (active.length > 0 && active.length < this.images.units) {
			this.#activations = tf.tidy(() => tf.gather(all, tf.tensor1d(active, "int32"), 2));
			all.dispose();
		}
		return new Set(active);
	}

	/** @param directions `[rows, active units]` */
	ofDirections(directions: Float32Array, rows: number): CoherenceValues {
		return this.#ofScores(
			tf.tidy(() => {
				const [images, places, units] = this.#activations.shape;
				const along = tf.tensor3d(directions, [1, rows, units]);
				if (places > 1) return tf.transpose(highestScores(this.#activations, along));
				return tf.matMul(tf.reshape(along, [rows, units]), tf.reshape(this.#activations, [images, units]), false, true);
			}) as tf.Tensor2D,
		);
	}

	dispose(): void {
		this.#activations.dispose();
		for (const vectors of Object.values(this.#vectors)) vectors?.dispose();
	}

	/** @param scores `[rows, images]`, disposed of */
	#ofScores(scores: tf.Tensor2D): Record<CoherenceMeasure, Float64Array> {
		const [rows] = scores.shape;
		// Of equal scores the earlier image comes first, as in the lists that are shown.
		const found = tf.tidy(() => tf.topk(scores, this.top).indices) as tf.Tensor2D;
		scores.dispose();
		const top = found.dataSync();
		const values = emptyValues(rows);
		for (let row = 0; row < rows; row++) {
			const labels = top
				.subarray(row * this.top, (row + 1) * this.top)
				.map((image) => this.images.labels[image] as number);
			values.purity[row] = (commonestLabel(labels)?.count ?? 0) / this.top;
		}
		for (const measure of ["similarity", "featureSimilarity"] as const)
			values[measure] = this.#vectors[measure]?.meanCosines(found) ?? values[measure].fill(Number.NaN);
		found.dispose();
		return values;
	}
}

/** Vectors of length 1 (or 0), one for each image. */
class UnitVectors {
	/** `[images, values]` */
	readonly #vectors: tf.Tensor2D;
	/** `[images]` */
	readonly #squares: tf.Tensor1D;

	constructor(values: Float32Array, images: number) {
		this.#vectors = tf.tensor2d(values, [images, values.length / images]);
		this.#squares = tf.tidy(() => tf.sum(tf.square(this.#vectors), 1)) as tf.Tensor1D;
	}

	/** As `meanCosine`, for the images of each row of `[rows, top]`. */
	meanCosines(images: tf.Tensor2D): Float64Array {
		const [rows, top] = images.shape;
		const values = this.#vectors.shape[1];
		const atOnce = Math.max(1, Math.floor(GATHERED_VALUES / (top * values)));
		const cosines = new Float64Array(rows);
		for (let start = 0; start < rows; start += atOnce) {
			const some = tf.tidy(() => {
				const indices = tf.slice(images, [start, 0], [Math.min(atOnce, rows - start), top]);
				const sums = tf.sum(tf.gather(this.#vectors, indices), 1);
				const own = tf.sum(tf.gather(this.#squares, indices), 1);
				return tf.div(tf.sub(tf.sum(tf.square(sums), 1), own), top * (top - 1));
			});
			cosines.set(some.dataSync(), start);
			some.dispose();
		}
		return cosines;
	}

	dispose(): void {
		tf.dispose([this.#vectors, this.#squares]);
	}
}
