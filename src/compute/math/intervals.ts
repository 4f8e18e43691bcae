/** Estimates with 95% intervals. */
import { wilsonInterval } from "../adversarial/control.js";
import type { Estimate } from "../robustness/report.js";
import type { Random } from "./random.js";
import { quantile } from "./statistics.js";

const RESAMPLES = 2000;
const TAIL = 0.025;

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
