/** Mean, median and quantiles of lists, in double precision. */

/** The arithmetic mean, summed in order; NaN of none. */
export function mean(values: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < values.length; i++) sum += values[i]!;
	return sum / values.length;
}

/** NaN of none. */
export function rootMeanSquare(values: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
	return Math.sqrt(sum / values.length);
}

/** The middle value, of an even number the mean of the two in the middle; NaN of none. Infinite values count as "further than any". */
export function median(values: ArrayLike<number>): number {
	const sorted = Float64Array.from(values).sort();
	if (sorted.length === 0) return Number.NaN;
	const half = sorted.length >> 1;
	return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/**
 * The value below which a share of the sorted values lies, between two neighbours in proportion (as NumPy's default); NaN of none.
 * Infinite values stand for "further than any": nothing lies between them and a number.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
	const place = share * (sorted.length - 1);
	const part = place - Math.floor(place);
	const below = sorted[Math.floor(place)] ?? Number.NaN;
	const above = sorted[Math.ceil(place)] ?? Number.NaN;
	if (part === 0) return below;
	return Number.isFinite(above) ? below + part * (above - below) : above;
}
