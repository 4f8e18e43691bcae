/** Fisher's exact test of a 2 × 2 table (R. A. Fisher, "The Design of Experiments", 1935, chapter II). */

/** Of `units` grids of units and `directions` grids of directions, so many were marked coherent. */
export interface Marked {
	readonly units: number;
	readonly unitsCoherent: number;
	readonly directions: number;
	readonly directionsCoherent: number;
}

/**
 * One-sided p: how likely at least `unitsCoherent` of the coherent marks fall on units when the marks know nothing of
 * which is which. 1 where nothing was marked. Exact up to rounding (logarithms of factorials).
 */
export function fisherExact({ units, unitsCoherent, directions, directionsCoherent }: Marked): number {
	const coherent = unitsCoherent + directionsCoherent;
	const logFactorial = logFactorials(units + directions);
	const logChoose = (n: number, k: number): number => logFactorial[n]! - logFactorial[k]! - logFactorial[n - k]!;
	const all = logChoose(units + directions, coherent);
	let p = 0;
	for (let hits = unitsCoherent; hits <= Math.min(units, coherent); hits++) {
		if (coherent - hits > directions) continue;
		p += Math.exp(logChoose(units, hits) + logChoose(directions, coherent - hits) - all);
	}
	return Math.min(1, p);
}

/** log(n!) for 0 .. `most`. */
function logFactorials(most: number): readonly number[] {
	const logs = [0];
	for (let n = 1; n <= most; n++) logs.push(logs[n - 1]! + Math.log(n));
	return logs;
}
