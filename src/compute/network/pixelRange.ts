/** Which values a network wants its pixels to have, by what it does with them before its first layer with weights. */
import { type Arrival, arrivalsOf, average } from "./arrival.js";
import { type Moments, momentsBehindConvolution } from "./pixelMoments.js";
import type { Network, NetworkNode } from "./types.js";

export interface PixelEvidence {
	/** What the network wants for black and white. */
	readonly range: readonly [low: number, high: number];
	/** What is to be subtracted and divided by beforehand, per channel: the network undoes it. Null for nothing. */
	readonly normalization: { readonly mean: readonly number[]; readonly std: readonly number[] } | null;
	/**
	 * `implied`: the network scales, shifts or normalises the picture itself. `likely`: the statistics that its first
	 * normalisation gathered behind a convolution fit no other usual range.
	 */
	readonly strength: "implied" | "likely";
	/** For people: "the model divides by 255 first ('rescaling')". */
	readonly because: string;
}

type Range = readonly [low: number, high: number];

const BYTES: Range = [0, 255];
const UNIT: Range = [0, 1];
const SIGNED: Range = [-1, 1];
/** The widest span of values that a network is taken to work on after its own scaling. */
const WIDEST_SPAN = 20;
/** A network that magnifies its pixels by this has 0..1 to begin with. */
const MAGNIFIES = 1.5;
export const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
export const IMAGENET_STD = [0.229, 0.224, 0.225] as const;

/** What the network tells, the strongest evidence first; null where it tells nothing or contradicts itself. */
export function pixelRangeOf(network: Network): PixelEvidence | null {
	const arrivals = arrivalsOf(network);
	const implied = arrivals.map(impliedBy);
	const [first] = implied;
	// Where one way into the network is scaled and another is not, nothing is known.
	if (first && implied.every((other) => other !== null && sameRange(other, first))) return first;
	if (implied.some((evidence) => evidence !== null) || arrivals.length !== 1) return null;
	return likelyFrom(arrivals[0] as Arrival, network);
}

function sameRange({ range: [a, b] }: PixelEvidence, { range: [c, d] }: PixelEvidence): boolean {
	return a === c && b === d;
}

function impliedBy({ reader, values }: Arrival): PixelEvidence | null {
	const scale = average(values.scale);
	const offset = average(values.offset);
	if (!Number.isFinite(scale) || !Number.isFinite(offset) || scale === 0) return null;
	if (values.by !== null) {
		const { by } = values;
		const found = undoesImageNet(values.scale, values.offset)
			? { range: UNIT, normalization: { mean: [...IMAGENET_MEAN], std: [...IMAGENET_STD] } }
			: { range: rangeOfScaling(scale, offset), normalization: null };
		if (found.range !== null) {
			const what = found.normalization ? "undoes ImageNet's mean and standard deviation" : scalingWords(scale, offset);
			return {
				range: found.range,
				normalization: found.normalization,
				strength: "implied",
				because: `the model ${what} first${named(by)}`,
			};
		}
	}
	const moments = momentsOfNormalization(reader);
	if (moments === null) return null;
	const pixels = { mean: (moments.mean - offset) / scale, deviation: moments.deviation / Math.abs(scale) };
	const range = rangeOfMoments(pixels);
	if (range === null) return null;
	return { range, normalization: null, strength: "implied", because: `${momentsWords(pixels, "has")}${named(reader)}` };
}

/** The statistics of a batch normalisation that reads the picture itself; null where it never gathered any. */
function momentsOfNormalization({ operation, weights: { mean, variance } }: NetworkNode): Moments | null {
	if (operation.op !== "BatchNormalization" || !mean || !variance) return null;
	if (mean.data.every((value) => value === 0)) return null;
	return { mean: average(mean.data), deviation: Math.sqrt(average(variance.data)) };
}

function likelyFrom({ reader, values }: Arrival, network: Network): PixelEvidence | null {
	const behind = momentsBehindConvolution(reader, network);
	if (behind === null) return null;
	const scale = average(values.scale);
	const pixels = {
		mean: (behind.moments.mean - average(values.offset)) / scale,
		deviation: behind.moments.deviation / Math.abs(scale),
	};
	const range = rangeOfMoments(pixels);
	if (range === null) return null;
	const because = `${momentsWords(pixels, "saw")}${named(behind.normalization)}`;
	return { range, normalization: null, strength: "likely", because };
}

/** What goes in, where `scale·x + offset` is what the network works on; null where that may be anything. */
function rangeOfScaling(scale: number, offset: number): Range | null {
	const zero = -offset / scale;
	const size = Math.abs(scale);
	if (size * 255 <= WIDEST_SPAN) return BYTES;
	// Grey or a mean in the middle of the bytes becomes 0.
	if (zero >= 20 && zero <= 235) return BYTES;
	if (isNear(zero, -1) && isNear(size, 0.5)) return SIGNED;
	if (size >= MAGNIFIES) return zero < -0.05 && zero > -1 ? SIGNED : UNIT;
	return zero >= 0.05 && zero <= 0.95 ? UNIT : null;
}

/** What pixels of this mean and standard deviation range over; null where several do. */
function rangeOfMoments({ mean, deviation }: Moments): Range | null {
	if (mean >= 5 && mean <= 250 && deviation >= 5) return BYTES;
	if (mean >= 0.05 && mean <= 0.95 && deviation >= 0.05 && deviation <= 0.5) return UNIT;
	// Means of 0 and deviations of about 1 are those of pixels that were normalised, or of a layer that was never trained.
	if (Math.abs(mean) < 0.9 && mean < 0.05 && deviation >= 0.3 && deviation <= 0.75) return SIGNED;
	return null;
}

/** torchvision's Inception and GoogLeNet turn ImageNet's normalisation into -1..1 themselves. */
function undoesImageNet(scale: readonly number[], offset: readonly number[]): boolean {
	return (
		scale.length === 3 &&
		offset.length === 3 &&
		IMAGENET_STD.every((std, c) => Math.abs((scale[c] as number) - std / 0.5) < 1e-3) &&
		IMAGENET_MEAN.every((mean, c) => Math.abs((offset[c] as number) - (mean - 0.5) / 0.5) < 1e-3)
	);
}

function scalingWords(scale: number, offset: number): string {
	const zero = -offset / scale;
	if (Math.abs(offset) < 1e-6) return scale < 1 ? `divides by ${short(1 / scale)}` : `multiplies by ${short(scale)}`;
	for (const [low, high] of [BYTES, UNIT, SIGNED]) {
		for (const [to, from] of [SIGNED, UNIT]) {
			if (isNear(scale * low + offset, to) && isNear(scale * high + offset, from))
				return `turns ${low}..${high} into ${to}..${from}`;
		}
	}
	if (isNear(scale, 1)) return offset < 0 ? `subtracts a mean near ${short(zero)}` : `adds ${short(offset)}`;
	if (zero < 0) return `multiplies by ${short(scale)} and adds ${short(offset)}`;
	return `subtracts a mean near ${short(zero)} and divides by about ${short(1 / scale)}`;
}

function momentsWords({ mean, deviation }: Moments, verb: "has" | "saw"): string {
	return verb === "has"
		? `the model's first normalization has a mean near ${short(mean)}`
		: `the statistics of the model's first normalization, which are those of pixels with a mean near ${short(mean)} and a standard deviation near ${short(deviation)}`;
}

/** ", by 'rescaling'": the layer of the file, where people find it. */
function named({ layer }: NetworkNode): string {
	return ` ('${layer}')`;
}

function isNear(value: number, wanted: number): boolean {
	return Math.abs(value - wanted) <= 0.01;
}

function short(value: number): string {
	return String(Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3)));
}
