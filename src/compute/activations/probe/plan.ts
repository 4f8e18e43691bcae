/** How much of what was asked for fits into memory and time, and what is left out, in words. */
import type { WantedPixels } from "../../data/raster.js";
import { Random } from "../../math/random.js";
import { affordable } from "../directions.js";
import { comparedValues, THUMBNAIL_SIDE } from "../imageMarks.js";
import { MOST_FEATURES } from "../penultimate.js";
import type { ProbedLayer, ProbeOptions } from "./report.js";

export interface ProbePlan {
	/** Which units are rows; null for all of them. */
	readonly units: readonly number[] | null;
	readonly directions: number;
	/** Whether images are compared in the penultimate layer too. */
	readonly withFeatures: boolean;
	/** Images and units of the rotation test; null for none. */
	readonly test: { readonly images: number; readonly frame: readonly number[] } | null;
	/** What is left out, for people to read. */
	readonly warnings: readonly string[];
}

/** More rows than anyone looks at. */
const MOST_UNITS = 10_000;
/** Bytes of all that is kept of ranked images together. */
const MOST_RANKED_BYTES = 2 ** 30;
/** Units of a layer that the frame is tested for. */
const MOST_TESTED_UNITS = 4096;
/** units·frame² of making a frame orthonormal, some 10 ms. */
const FRAME_WORK = 4e6;
/** images·units·frame multiply-adds of one rotation, some 10 ms on native TensorFlow. */
const ROTATION_WORK = 2e8;
/** The same where every place is rotated: fewer directions and images, but enough of both. */
const ROTATION_WORK_OF_PLACES = 1e9;
const FEWEST_TESTED_IMAGES = 200;
const FEWEST_ROTATED = 8;
/** More images would hardly make the test sharper. */
const MOST_TESTED_IMAGES = 10_000;
/** Bytes of all that is kept of tested images together. */
const MOST_TESTED_BYTES = 2 ** 27;
/** The same with every place. */
const MOST_TESTED_BYTES_OF_PLACES = 2 ** 28;

/**
 * @param features values of a penultimate activation
 * @param images that may be scored
 */
export function planProbe(
	layer: ProbedLayer,
	options: ProbeOptions,
	wanted: WantedPixels,
	features: number,
	images: number,
	seed: number,
): ProbePlan {
	const warnings: string[] = [];
	const withFeatures = features <= MOST_FEATURES;
	if (!withFeatures)
		warnings.push(
			`Similarity in the penultimate layer is left out: it has ${count(features)} values; ${count(MOST_FEATURES)} at most are compared.`,
		);
	const directions = affordable(options.directions, layer.units);
	if (directions < options.directions)
		warnings.push(
			`${count(directions)} directions in place of ${count(options.directions)}: '${layer.layer}' has ${count(layer.units)} units, so more would not fit into memory.`,
		);
	const vectors = comparedValues(wanted.width, wanted.height, wanted.channels) + (withFeatures ? features : 0);
	const bytes = 4 * vectors + Math.min(THUMBNAIL_SIDE ** 2, wanted.width * wanted.height) * wanted.channels;
	const lists = options.top * (options.bottom ? 2 : 1);
	const ranked = Math.floor(MOST_RANKED_BYTES / bytes);
	const fitting = images <= ranked ? MOST_UNITS : Math.max(1, Math.floor(ranked / lists) - directions);
	const most = Math.min(MOST_UNITS, fitting);
	if (layer.units > most)
		warnings.push(
			`'${layer.layer}' has ${count(layer.units)} units; a random ${count(most)} of them are shown and compared.`,
		);
	return {
		units: layer.units > most ? sample(layer.units, most, Random.stream(seed, "units")) : null,
		directions,
		withFeatures,
		test: planTest(layer, options, vectors, images, seed, warnings),
		warnings,
	};
}

function planTest(
	{ units, layer, places: allPlaces }: ProbedLayer,
	{ permutations, top, reduce }: ProbeOptions,
	vectors: number,
	images: number,
	seed: number,
	warnings: string[],
): ProbePlan["test"] {
	if (permutations === 0 || images <= top) return null;
	if (units < 2) {
		warnings.push(`'${layer}' has one unit, so there is no frame to rotate: no test is done.`);
		return null;
	}
	if (units > MOST_TESTED_UNITS) {
		warnings.push(
			`No rotation test: '${layer}' has ${count(units)} units; it is done for up to ${count(MOST_TESTED_UNITS)}.`,
		);
		return null;
	}
	const places = reduce === "max" ? allPlaces : 1;
	const [work, bytes] =
		places > 1 ? [ROTATION_WORK_OF_PLACES, MOST_TESTED_BYTES_OF_PLACES] : [ROTATION_WORK, MOST_TESTED_BYTES];
	const byFrame = Math.max(1, Math.floor(Math.sqrt(FRAME_WORK / units)));
	const byImages = Math.floor(work / (units * places * FEWEST_TESTED_IMAGES));
	const size = Math.min(units, byFrame, places > 1 ? Math.max(FEWEST_ROTATED, byImages) : byFrame);
	const byWork = Math.floor(work / (units * places * size));
	const byMemory = Math.floor(bytes / (4 * (vectors + places * units)));
	const tested = Math.min(images, Math.max(top + 1, Math.min(MOST_TESTED_IMAGES, byWork, byMemory)));
	return { images: tested, frame: sample(units, size, Random.stream(seed, "frame")) };
}

/** `count` of the numbers below `from`, in order. */
function sample(from: number, taken: number, random: Random): number[] {
	const all = Array.from({ length: from }, (_, i) => i);
	return taken >= from
		? all
		: random
				.shuffle(all)
				.slice(0, taken)
				.sort((a, b) => a - b);
}

function count(number: number): string {
	return number.toLocaleString("en");
}
