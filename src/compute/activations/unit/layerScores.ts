/** Scores of the units of a layer over all data, kept for the units beside the one that is looked at. */
import type { UnreadableImage } from "../../data/types.js";
import type { ReadModel } from "../../formats/read.js";
import type { ActivationBatch } from "../layerReader.js";
import type { Scorer } from "../scorer.js";

/** So many scores are kept of a layer: 64 MiB. */
const MOST_SCORES = 2 ** 24;

export interface LayerScores {
	/** The rows are units from this one on. */
	readonly first: number;
	/** Images that could be read, in the order in which they were. */
	readonly indices: Int32Array;
	/** -1: not known. */
	readonly labels: Int32Array;
	readonly unreadable: readonly UnreadableImage[];
	/** One for each image; NaN or infinite where the value is. Null for a unit that has no row here. */
	of(unit: number): Float32Array | null;
}

/** As many units around one as can be kept over so many images. */
export function keptUnits(unit: number, units: number, images: number): readonly number[] {
	const count = Math.max(1, Math.min(units, Math.floor(MOST_SCORES / Math.max(1, images))));
	const first = Math.min(Math.max(0, unit - Math.floor(count / 2)), units - count);
	return Array.from({ length: count }, (_, row) => first + row);
}

/**
 * @param first the unit of the scorer's first row; for a direction alone any number that it is asked for by
 * @param most images at most
 */
export async function layerScores(
	batches: AsyncIterable<ActivationBatch>,
	scorer: Scorer,
	first: number,
	most: number,
	unreadable: readonly UnreadableImage[],
	tell: (done: number) => void,
): Promise<LayerScores> {
	const { rows } = scorer;
	// [images, rows]
	const values = new Float32Array(most * rows);
	const [indices, labels] = [new Int32Array(most), new Int32Array(most)];
	let done = 0;
	for await (const batch of batches) {
		values.set(scorer.scores(batch), done * rows);
		batch.images.forEach(({ index, label }, at) => {
			indices[done + at] = index;
			labels[done + at] = label ?? -1;
		});
		done += batch.images.length;
		tell(done);
	}
	return {
		first,
		indices: indices.subarray(0, done),
		labels: labels.subarray(0, done),
		unreadable,
		of: (unit) => {
			const row = unit - first;
			if (row < 0 || row >= rows) return null;
			return Float32Array.from({ length: done }, (_, image) => values[image * rows + row] as number);
		},
	};
}

const held = new WeakMap<ReadModel, { readonly key: string; readonly scores: LayerScores }>();

/** Keeps the scores as long as the model stays loaded, or until those of another question take their place. */
export function holdScores(model: ReadModel, key: string, scores: LayerScores): void {
	held.set(model, { key, scores });
}

export function heldScores(model: ReadModel, key: string): LayerScores | null {
	const found = held.get(model);
	return found?.key === key ? found.scores : null;
}
