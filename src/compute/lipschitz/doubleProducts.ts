/** Products of a float32 matrix with several float64 vectors, in float64: what float32 results are checked against. */

/** Vectors one after the other: value j of vector v is at `v·length + j`. */
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

/** `y += sign·M·x` for `count` vectors. */
export function addProduct(m: MatrixView, x: VectorView, y: VectorView, count: number, sign: 1 | -1 = 1): void {
	const { values: a, rows, columns } = m;
	const [xs, ys] = [x.values, y.values];
	for (let v = 0; v < count; v += 2) {
		const isPair = v + 1 < count;
		const x0 = v * x.length + x.from;
		const x1 = isPair ? x0 + x.length : x0;
		const y0 = v * y.length + y.from;
		for (let i = 0; i < rows; i++) {
			const row = m.at + i * columns;
			let [s0, s1] = [0, 0];
			for (let j = 0; j < columns; j++) {
				const value = a[row + j] as number;
				s0 += value * (xs[x0 + j] as number);
				s1 += value * (xs[x1 + j] as number);
			}
			ys[y0 + i]! += sign * s0;
			if (isPair) ys[y0 + y.length + i]! += sign * s1;
		}
	}
}

/** `y += sign·Mᵀ·x` for `count` vectors. */
export function addTransposedProduct(
	m: MatrixView,
	x: VectorView,
	y: VectorView,
	count: number,
	sign: 1 | -1 = 1,
): void {
	const { values: a, rows, columns } = m;
	const [xs, ys] = [x.values, y.values];
	for (let i = 0; i < rows; i += 4) {
		// Rows beyond the last count with weight 0, read from the last.
		const r0 = m.at + i * columns;
		const r1 = i + 1 < rows ? r0 + columns : r0;
		const r2 = i + 2 < rows ? r1 + columns : r0;
		const r3 = i + 3 < rows ? r2 + columns : r0;
		for (let v = 0; v < count; v++) {
			const at = v * x.length + x.from + i;
			const w0 = sign * (xs[at] as number);
			const w1 = i + 1 < rows ? sign * (xs[at + 1] as number) : 0;
			const w2 = i + 2 < rows ? sign * (xs[at + 2] as number) : 0;
			const w3 = i + 3 < rows ? sign * (xs[at + 3] as number) : 0;
			const to = v * y.length + y.from;
			for (let j = 0; j < columns; j++)
				ys[to + j]! +=
					w0 * (a[r0 + j] as number) +
					w1 * (a[r1 + j] as number) +
					w2 * (a[r2 + j] as number) +
					w3 * (a[r3 + j] as number);
		}
	}
}
