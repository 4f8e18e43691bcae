/**
 * Products of a float32 matrix with `PROBES` float64 vectors, in float64: what float32 results are checked against.
 * Several rows and vectors are taken at once, so that each value that is read serves several products.
 */

/** Real vectors that one number is proved with; a complex one is two of them. */
export const PROBES = 8;

/** `PROBES` vectors one after the other: value j of vector v is at `v·length + j`. */
export type Vectors = Float64Array;

/** A matrix `[rows, columns]`, row-major, from `at` on in `values`. */
export interface MatrixView {
	readonly values: Float32Array;
	readonly at: number;
	readonly rows: number;
	readonly columns: number;
}

/** Part of vectors of `length` values, from `from` on. */
export interface VectorView {
	readonly values: Vectors;
	readonly length: number;
	readonly from: number;
}

/** `y += sign·M·x`. */
export function addProduct(m: MatrixView, x: VectorView, y: VectorView, sign: 1 | -1 = 1): void {
	const { values: a, rows, columns } = m;
	const xs = x.values;
	for (let v = 0; v < PROBES; v += 4) {
		const x0 = v * x.length + x.from;
		const x1 = x0 + x.length;
		const x2 = x1 + x.length;
		const x3 = x2 + x.length;
		for (let i = 0; i < rows; i += 2) {
			const p = m.at + i * columns;
			// A row beyond the last is read from the last, and left out.
			const isPair = i + 1 < rows;
			const q = isPair ? p + columns : p;
			let p0 = 0;
			let p1 = 0;
			let p2 = 0;
			let p3 = 0;
			let q0 = 0;
			let q1 = 0;
			let q2 = 0;
			let q3 = 0;
			for (let j = 0; j < columns; j++) {
				const b = a[p + j] as number;
				const c = a[q + j] as number;
				const z0 = xs[x0 + j] as number;
				const z1 = xs[x1 + j] as number;
				const z2 = xs[x2 + j] as number;
				const z3 = xs[x3 + j] as number;
				p0 += b * z0;
				p1 += b * z1;
				p2 += b * z2;
				p3 += b * z3;
				q0 += c * z0;
				q1 += c * z1;
				q2 += c * z2;
				q3 += c * z3;
			}
			const at = v * y.length + y.from + i;
			addFour(y, at, sign, p0, p1, p2, p3);
			if (isPair) addFour(y, at + 1, sign, q0, q1, q2, q3);
		}
	}
}

/** Adds to the same place of four vectors. */
function addFour(y: VectorView, at: number, sign: 1 | -1, v0: number, v1: number, v2: number, v3: number): void {
	const { values, length } = y;
	values[at]! += sign * v0;
	values[at + length]! += sign * v1;
	values[at + 2 * length]! += sign * v2;
	values[at + 3 * length]! += sign * v3;
}

/** `y += Mᵀ·x`. */
export function addTransposedProduct(m: MatrixView, x: VectorView, y: VectorView): void {
	const { values: a, rows, columns } = m;
	const xs = x.values;
	const ys = y.values;
	for (let i = 0; i < rows; i += 4) {
		// Rows beyond the last count with weight 0, read from the first of the four.
		const r0 = m.at + i * columns;
		const r1 = i + 1 < rows ? r0 + columns : r0;
		const r2 = i + 2 < rows ? r1 + columns : r0;
		const r3 = i + 3 < rows ? r2 + columns : r0;
		for (let v = 0; v < PROBES; v += 2) {
			const at = v * x.length + x.from + i;
			const next = at + x.length;
			const u0 = xs[at] as number;
			const u1 = i + 1 < rows ? (xs[at + 1] as number) : 0;
			const u2 = i + 2 < rows ? (xs[at + 2] as number) : 0;
			const u3 = i + 3 < rows ? (xs[at + 3] as number) : 0;
			const w0 = xs[next] as number;
			const w1 = i + 1 < rows ? (xs[next + 1] as number) : 0;
			const w2 = i + 2 < rows ? (xs[next + 2] as number) : 0;
			const w3 = i + 3 < rows ? (xs[next + 3] as number) : 0;
			const to = v * y.length + y.from;
			const after = to + y.length;
			for (let j = 0; j < columns; j++) {
				const b = a[r0 + j] as number;
				const c = a[r1 + j] as number;
				const d = a[r2 + j] as number;
				const e = a[r3 + j] as number;
				ys[to + j]! += u0 * b + u1 * c + u2 * d + u3 * e;
				ys[after + j]! += w0 * b + w1 * c + w2 * d + w3 * e;
			}
		}
	}
}
