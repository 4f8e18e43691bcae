/** The distributions of both columns as bars: shares, since the counts of units and directions differ. */
import type { CoherenceMeasure, ProbedDirection } from "../../compute/activations/probe/report.js";

export interface SharesOfTwo {
	/** Names of the steps, left to right: what stands under each bar. */
	readonly steps: readonly string[];
	/** Share in [0, 1] of the units in each step. */
	readonly units: readonly number[];
	readonly directions: readonly number[];
}

/**
 * How many of the top images have the commonest label, from the fewest that occur to `top`. Null where neither column
 * has a purity.
 */
export function purityShares(
	units: readonly ProbedDirection[],
	directions: readonly ProbedDirection[],
	top: number,
): SharesOfTwo | null {
	const counts = (column: readonly ProbedDirection[]): readonly number[] =>
		column.flatMap(({ purity, commonest }) => (purity === null || commonest === null ? [] : [commonest.count]));
	const [ofUnits, ofDirections] = [counts(units), counts(directions)];
	const all = [...ofUnits, ...ofDirections];
	if (all.length === 0) return null;
	const fewest = all.reduce((least, value) => Math.min(least, value), top);
	const steps = Array.from({ length: top - fewest + 1 }, (_, step) => fewest + step);
	const shares = (values: readonly number[]) =>
		steps.map((step) => share(values.filter((value) => value === step).length, values.length));
	return { steps: steps.map(String), units: shares(ofUnits), directions: shares(ofDirections) };
}

const STEPS = 16;

/** A measure in equal steps over the range of both columns; null where there are no two different values. */
export function measureShares(
	units: readonly ProbedDirection[],
	directions: readonly ProbedDirection[],
	measure: CoherenceMeasure,
): SharesOfTwo | null {
	const values = (column: readonly ProbedDirection[]): readonly number[] =>
		column.flatMap((direction) => direction[measure] ?? []);
	const [ofUnits, ofDirections] = [values(units), values(directions)];
	const all = [...ofUnits, ...ofDirections];
	const low = all.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
	const high = all.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
	if (!(high > low)) return null;
	const stepOf = (value: number) => Math.min(STEPS - 1, Math.floor(((value - low) / (high - low)) * STEPS));
	const shares = (values: readonly number[]): readonly number[] => {
		const counts = new Array<number>(STEPS).fill(0);
		for (const value of values) counts[stepOf(value)]! += 1;
		return counts.map((count) => share(count, values.length));
	};
	const steps = Array.from({ length: STEPS }, (_, step) => (low + ((high - low) * step) / STEPS).toFixed(2));
	return { steps, units: shares(ofUnits), directions: shares(ofDirections) };
}

function share(count: number, of: number): number {
	return of === 0 ? 0 : count / of;
}
