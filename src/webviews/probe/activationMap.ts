/** The values of a unit or direction at the places of a picture, as a layer of colour over it. */

/** What of `ActivationMap` is drawn. */
export interface MapValues {
	readonly rows: number;
	readonly columns: number;
	readonly values: Float32Array;
}

/**
 * RGBA bytes of a map, one pixel for each place: the colour's opacity grows from 0 at the lowest value to `most` at the
 * highest. Values that are no finite numbers stay clear; so does a map that is the same everywhere.
 */
export function paintMap(
	{ rows, columns, values }: MapValues,
	colour: readonly [red: number, green: number, blue: number],
	most = 0.75,
): Uint8ClampedArray<ArrayBuffer> {
	const finite = [...values].filter(Number.isFinite);
	const low = finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
	const high = finite.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
	const bytes = new Uint8ClampedArray(rows * columns * 4);
	for (let at = 0; at < rows * columns; at++) {
		const value = values[at] ?? Number.NaN;
		const share = high > low && Number.isFinite(value) ? (value - low) / (high - low) : 0;
		bytes.set([...colour, 255 * most * share], at * 4);
	}
	return bytes;
}
