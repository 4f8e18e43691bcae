/** Estimates with 95% intervals. */
import type { Estimate } from "../robustness/report.js";
import type { Random } from "./random.js";
import { quantile } from "./statistics.js";

const RESAMPLES = 2000;
const TAIL = 0.025;
const NORMAL_975 = 1.959963984540054;

/** Wilson's 95% interval for a share of which `changed` of `samples` were seen (Wilson 1927). */
export function wilsonInterval(changed: number, samples: number): [low: number, high: number] {
	const z2 = NORMAL_975 ** 2;
	const share = changed / samples;
	const centre = (share + z2 / (2 * samples)) / (1 + z2 / samples);
	const half = (NORMAL_975 / (1 + z2 / samples)) * Math.sqrt((share * (1 - share)) / samples + z2 / (4 * samples ** 2));
	return [changed === 0 ? 0 : Math.max(0, centre - half), changed === samples ? 1 : Math.min(1, centre + half)];
}

/** A share with Wilson's interval; null of none. */
export function shareOf(count: number, total: number): Estimate | null {
	return total === 0 ? null : { value: count / total, interval: wilsonInterval(count, total) };
}

/**
 * A figure of a list with the percentile bootstrap's interval (Efron 1979): of 2,000 lists drawn from it with replacement, the
 * middle 95%. Null for an empty list, and where `figure` is not finite.
 */
export function bootstrapped<T>(
	items: readonly T[],
	figure: (items: readonly T[]) => number,
	random: Random,
): Estimate | null {
	const value = figure(items);
	if (items.length === 0 || !Number.isFinite(value)) return null;
	const draws = Array.from({ length: RESAMPLES }, () =>
		figure(items.map(() => items[random.integer(items.length)] as T)),
	).sort((a, b) => a - b);
	return { value, interval: [quantile(draws, TAIL), quantile(draws, 1 - TAIL)] };
}
