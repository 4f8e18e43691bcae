/** Units against directions in figures: Cliff's delta, p-values of random rotations, q-values of single units. */
import type { Random } from "../math/random.js";
import { mean, quantile } from "../math/statistics.js";

/** Cliff's delta: P(a > b) - P(a < b) for one value of each list. */
export function cliffsDelta(a: ArrayLike<number>, b: ArrayLike<number>): number {
	const once = (values: ArrayLike<number>) => new Uint32Array(values.length).fill(1);
	return weightedDelta(Float64Array.from(a).sort(), once(a), Float64Array.from(b).sort(), once(b));
}

/** Of sorted values, each counting so many times. */
function weightedDelta(a: Float64Array, countsOfA: Uint32Array, b: Float64Array, countsOfB: Uint32Array): number {
	let [next, nextAbove, below, notAbove, sum] = [0, 0, 0, 0, 0];
	a.forEach((value, i) => {
		while (next < b.length && (b[next] as number) < value) below += countsOfB[next++] as number;
		while (nextAbove < b.length && (b[nextAbove] as number) <= value) notAbove += countsOfB[nextAbove++] as number;
		sum += (countsOfA[i] as number) * (below - (b.length - notAbove));
	});
	return sum / (a.length * b.length);
}

const RESAMPLES = 1000;
/** Means of the same shares, summed in another order, differ by no more. */
const ROUNDING = 1e-12;

/** 95% interval of Cliff's delta: quantiles over resamples of both lists with replacement. */
export function deltaInterval(a: Float64Array, b: Float64Array, random: Random): readonly [number, number] {
	const [sortedA, sortedB] = [a.slice().sort(), b.slice().sort()];
	const counts = (length: number) => {
		const drawn = new Uint32Array(length);
		for (let i = 0; i < length; i++) {
			const at = random.integer(length);
			drawn[at] = (drawn[at] as number) + 1;
		}
		return drawn;
	};
	return bootstrapInterval(() => weightedDelta(sortedA, counts(a.length), sortedB, counts(b.length)));
}

/** 95% interval of `mean(a) - mean(b)`, both resampled. */
export function meanDifferenceInterval(a: Float64Array, b: Float64Array, random: Random): readonly [number, number] {
	return bootstrapInterval(() => mean(resampled(a, random)) - mean(resampled(b, random)));
}

function bootstrapInterval(draw: () => number): readonly [number, number] {
	const drawn = Float64Array.from({ length: RESAMPLES }, draw).sort();
	return [quantile(drawn, 0.025), quantile(drawn, 0.975)];
}

function resampled(values: Float64Array, random: Random): Float64Array {
	return Float64Array.from(values, () => values[random.integer(values.length)] as number);
}

/**
 * One-sided p of an observed value among values under the null: its place from the top over all, `(1 + #{null >= observed}) /
 * (1 + n)`, equal ones placed at random before or after it, so that p is uniform under the null for discrete values too.
 */
export function rankP(observed: number, under: Float64Array, random: Random): number {
	let [above, equal] = [0, 0];
	for (const value of under) {
		if (Math.abs(value - observed) <= ROUNDING) equal++;
		else if (value > observed) above++;
	}
	return (1 + above + random.integer(equal + 1)) / (1 + under.length);
}

/** (1 + how many of the sorted values are at least `observed`) / (1 + n). */
export function shareAtLeast(observed: number, sorted: Float64Array): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((sorted[middle] as number) < observed) low = middle + 1;
		else high = middle;
	}
	return (1 + sorted.length - low) / (1 + sorted.length);
}

/** Benjamini-Hochberg q of each p: the least false discovery rate at which it is still found. */
export function benjaminiHochberg(p: readonly number[]): number[] {
	const order = p.map((_, i) => i).sort((i, j) => (p[j] as number) - (p[i] as number));
	const q = new Array<number>(p.length);
	let least = 1;
	order.forEach((index, fromLargest) => {
		least = Math.min(least, ((p[index] as number) * p.length) / (p.length - fromLargest));
		q[index] = least;
	});
	return q;
}
