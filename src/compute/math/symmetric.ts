/** Symmetric matrices, row-major in float64: Cholesky's factor and eigenvectors. */
import type { Slices } from "../backend/slices.js";

/** Lower L with L·Lᵀ = `matrix`. Throws `RangeError` where it isn't positive definite. */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
	const lower = new Float64Array(size * size);
	for (let i = 0; i < size; i++) {
		for (let j = 0; j <= i; j++) {
			let sum = matrix[i * size + j] as number;
			for (let k = 0; k < j; k++) sum -= (lower[i * size + k] as number) * (lower[j * size + k] as number);
			if (i !== j) {
				lower[i * size + j] = sum / (lower[j * size + j] as number);
				continue;
			}
			if (!(sum > 0)) throw new RangeError(`row ${i} makes the matrix not positive definite`);
			lower[i * size + i] = Math.sqrt(sum);
		}
	}
	return lower;
}

/** Solves Lᵀ·x = `right` in place. */
export function solveTransposed(lower: Float64Array, size: number, right: Float64Array): void {
	for (let i = size - 1; i >= 0; i--) {
		const value = (right[i] as number) / (lower[i * size + i] as number);
		right[i] = value;
		for (let k = 0; k < i; k++) right[k] = (right[k] as number) - value * (lower[i * size + k] as number);
	}
}

export interface Eigen {
	/** Largest first. */
	readonly values: Float64Array;
	/** Row i belongs to value i; rows are orthonormal. */
	readonly vectors: Float64Array;
}

const MOST_SWEEPS = 30;
/** Off-diagonal squares, relative to all squares, at which the rest is rounding. */
const CONVERGED = 1e-24;

/** Eigenvalues and eigenvectors by Jacobi's cyclic rotations (Golub and Van Loan, 8.5). */
export async function symmetricEigen(matrix: Float64Array, size: number, slices: Slices): Promise<Eigen> {
	const a = matrix.slice();
	const v = new Float64Array(size * size);
	for (let i = 0; i < size; i++) v[i * size + i] = 1;
	for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
		let [off, all] = [0, 0];
		for (let i = 0; i < size; i++)
			for (let j = 0; j < size; j++) {
				const square = (a[i * size + j] as number) ** 2;
				all += square;
				if (i !== j) off += square;
			}
		if (off <= CONVERGED * all) break;
		for (let p = 0; p < size - 1; p++) {
			for (let q = p + 1; q < size; q++) rotate(a, v, size, p, q);
			await slices.breathe();
		}
	}
	const order = Array.from({ length: size }, (_, i) => i).sort(
		(i, j) => (a[j * size + j] as number) - (a[i * size + i] as number),
	);
	const vectors = new Float64Array(size * size);
	order.forEach((from, row) => {
		vectors.set(v.subarray(from * size, (from + 1) * size), row * size);
	});
	return { values: Float64Array.from(order, (i) => a[i * size + i] as number), vectors };
}

/** Makes a[p][q] zero; `v` holds the eigenvectors as rows. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): void {
	const apq = a[p * size + q] as number;
	if (apq === 0) return;
	const theta = ((a[q * size + q] as number) - (a[p * size + p] as number)) / (2 * apq);
	const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
	const c = 1 / Math.sqrt(t * t + 1);
	const s = t * c;
	turn(v, p * size, q * size, 1, size, c, s);
	turn(a, p * size, q * size, 1, size, c, s);
	turn(a, p, q, size, size, c, s);
}

/** Turns the entries from `first` and from `second`, `step` apart, in their common plane. */
function turn(m: Float64Array, first: number, second: number, step: number, count: number, c: number, s: number): void {
	for (let k = 0; k < count; k++) {
		const [i, j] = [first + k * step, second + k * step];
		const [x, y] = [m[i] as number, m[j] as number];
		m[i] = c * x - s * y;
		m[j] = s * x + c * y;
	}
}
