/** Random rotations, uniform over all of them (Haar's measure). */
import type { Random } from "../random.js";

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

/** Subtracts the vector's parts along the first `count` rows, one after the other. */
function orthogonalise(vector: Float64Array, rows: Float64Array, count: number): void {
	const size = vector.length;
	for (let offset = 0; offset < count * size; offset += size) {
		let dot = 0;
		for (let i = 0; i < size; i++) dot += (vector[i] as number) * (rows[offset + i] as number);
		for (let i = 0; i < size; i++) vector[i] = (vector[i] as number) - dot * (rows[offset + i] as number);
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
