/** As `Math.max` and `Math.min` of any number of values: these take arguments, of which a call has room for some 100,000. */

/** The greatest of the values; -Infinity of none. */
export function greatestOf(values: Iterable<number>): number {
	let greatest = Number.NEGATIVE_INFINITY;
	for (const value of values) greatest = Math.max(greatest, value);
	return greatest;
}

/** The least of the values; Infinity of none. */
export function leastOf(values: Iterable<number>): number {
	let least = Number.POSITIVE_INFINITY;
	for (const value of values) least = Math.min(least, value);
	return least;
}
