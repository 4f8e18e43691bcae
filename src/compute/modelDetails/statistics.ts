/** Figures of one weight: mean, deviation, extremes, odd values and a histogram. */

import type { Slices } from "../backend/slices.js";
import type { Histogram, WeightStatistics } from "./report.js";

export const BINS = 18;

/** Values between two turns of the event loop. */
const PIECE = 2 ** 20;

/** Statistics and histogram of the finite values, in float64. Throws `cancelled`. */
export async function describeValues(
	data: Float32Array,
	slices: Slices,
): Promise<{ readonly statistics: WeightStatistics; readonly histogram: Histogram | null }> {
	let [sum, count, zeros, nan] = [0, 0, 0, 0];
	let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	await inPieces(data, slices, (value) => {
		if (!Number.isFinite(value)) {
			if (Number.isNaN(value)) nan++;
			return;
		}
		count++;
		sum += value;
		if (value === 0) zeros++;
		if (value < least) least = value;
		if (value > most) most = value;
	});
	const odd = { zeros, nan, infinite: data.length - count - nan };
	if (count === 0) {
		const none = { mean: null, standardDeviation: null, least: null, most: null };
		return { statistics: { ...none, ...odd }, histogram: null };
	}
	const mean = sum / count;
	const counts = Array<number>(BINS).fill(0);
	const perBin = BINS / (most - least);
	let squares = 0;
	await inPieces(data, slices, (value) => {
		if (!Number.isFinite(value)) return;
		squares += (value - mean) ** 2;
		// One value many times: all in the middle, as the chart draws it.
		const bin = most > least ? Math.min(BINS - 1, Math.floor((value - least) * perBin)) : BINS / 2;
		counts[bin] = (counts[bin] as number) + 1;
	});
	return {
		statistics: { mean, standardDeviation: Math.sqrt(squares / count), least, most, ...odd },
		histogram: { low: least, high: most, counts },
	};
}

async function inPieces(data: Float32Array, slices: Slices, each: (value: number) => void): Promise<void> {
	for (let start = 0; start < data.length; start += PIECE) {
		const end = Math.min(data.length, start + PIECE);
		for (let i = start; i < end; i++) each(data[i] as number);
		await slices.breathe();
	}
}
