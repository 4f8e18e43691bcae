/** Random rotations, uniform over all of them (Haar's measure). */
import type { Random } from "./random.js";

/**
 * The first `count` rows of a random rotation of `units` dimensions, `[count, units]`: Gaussian rows made orthonormal.
 * Gram-Schmidt with positive diagonal gives Haar's measure (Mezzadri 2007); it is done again for a row that lost most
 * of its length, so that rows are orthogonal to float64 accuracy even where the Gaussian ones nearly depend on each other.
 *
 * @param count at most `units`
 */
export function haarFrame(units: number, count: number, random: Random): Float64Array {
	const frame = new Float64Array(count * units);
	for (let row = 0; row < count; row++) {
		const vector = frame.subarray(row * units, (row + 1) * units);
		for (let i = 0; i < units; i++) vector[i] = random.normal();
		const before = squaredLength(vector);
		orthogonalise(vector, frame, row);
		if (squaredLength(vector) < KEPT * before) orthogonalise(vector, frame, row);
		normalise(vector);
	}
	return frame;
}

/** Share of its squared length that a row has to keep in one round. */
const KEPT = 0.25;

/**
 * Subtracts the vector's parts along the first `count` rows. Rows that are orthonormal may be taken together: four sums
 * at a time keep the processor busy, several times as fast as one.
 */
function orthogonalise(vector: Float64Array, rows: Float64Array, count: number): void {
	const size = vector.length;
	let row = 0;
	for (; row + 4 <= count; row += 4) {
		const [p, q, r, s] = [row * size, (row + 1) * size, (row + 2) * size, (row + 3) * size];
		let [a, b, c, d] = [0, 0, 0, 0];
		for (let i = 0; i < size; i++) {
			const value = vector[i] as number;
			a += value * (rows[p + i] as number);
			b += value * (rows[q + i] as number);
			c += value * (rows[r + i] as number);
			d += value * (rows[s + i] as number);
		}
		for (let i = 0; i < size; i++)
			vector[i] =
				(vector[i] as number) -
				(a * (rows[p + i] as number) +
					b * (rows[q + i] as number) +
					c * (rows[r + i] as number) +
					d * (rows[s + i] as number));
	}
	for (let at = row * size; at < count * size; at += size) {
		let dot = 0;
		for (let i = 0; i < size; i++) dot += (vector[i] as number) * (rows[at + i] as number);
		for (let i = 0; i < size; i++) vector[i] = (vector[i] as number) - dot * (rows[at + i] as number);
	}
}

function squaredLength(vector: ArrayLike<number>): number {
	let squares = 0;
	for (let i = 0; i < vector.length; i++) squares += (vector[i] as number) ** 2;
	return squares;
}

/** Scales to length 1; a vector of zeros stays. */
export function normalise(vector: Float64Array | Float32Array): void {
	const squares = squaredLength(vector);
	if (squares === 0) return;
	const factor = 1 / Math.sqrt(squares);
	for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) * factor;
}
