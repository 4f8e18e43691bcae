/** The largest singular value in float64: tridiagonal form by Householder reflections, then bisection. */

/** Of a matrix `[rows, columns]`, row-major. */
export function largestSingularValue64(matrix: ArrayLike<number>, rows: number, columns: number): number {
	return Math.sqrt(Math.max(0, largestEigenvalue64(gram(matrix, rows, columns), Math.min(rows, columns))));
}

function gram(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
	const isTall = rows >= columns;
	const [n, length] = isTall ? [columns, rows] : [rows, columns];
	const at = isTall ? (i: number, k: number) => k * columns + i : (i: number, k: number) => i * columns + k;
	const g = new Float64Array(n * n);
	for (let i = 0; i < n; i++)
		for (let j = 0; j <= i; j++) {
			let sum = 0;
			for (let k = 0; k < length; k++) sum += (a[at(i, k)] as number) * (a[at(j, k)] as number);
			g[i * n + j] = sum;
			g[j * n + i] = sum;
		}
	return g;
}

function largestEigenvalue64(a: Float64Array, n: number): number {
	for (let k = 0; k + 2 < n; k++) reflect(a, n, k);
	const beside = (i: number) => (i >= 0 && i + 1 < n ? (a[(i + 1) * n + i] as number) : 0);
	const diagonal = Array.from({ length: n }, (_, i) => a[i * n + i] as number);
	let high = Math.max(...diagonal.map((d, i) => d + Math.abs(beside(i)) + Math.abs(beside(i - 1))));
	let low = Math.max(...diagonal);
	for (let round = 0; round < 200 && high - low > 1e-14 * high; round++) {
		const middle = (low + high) / 2;
		let pivot = 1;
		const isAbove = diagonal.every((d, i) => {
			pivot = middle - d - (i === 0 ? 0 : beside(i - 1) ** 2 / pivot);
			return pivot > 0;
		});
		if (isAbove) high = middle;
		else low = middle;
	}
	return high;
}

/** Zeros column k below its second entry, and row k likewise. */
function reflect(a: Float64Array, n: number, k: number): void {
	const v = new Float64Array(n);
	for (let i = k + 1; i < n; i++) v[i] = a[i * n + k] as number;
	const length = Math.hypot(...v);
	if (length === 0) return;
	v[k + 1]! += (v[k + 1] as number) >= 0 ? length : -length;
	const squared = v.reduce((sum, x) => sum + x * x, 0);
	const p = new Float64Array(n);
	for (let i = 0; i < n; i++) {
		let sum = 0;
		for (let j = k + 1; j < n; j++) sum += (a[i * n + j] as number) * (v[j] as number);
		p[i] = (2 * sum) / squared;
	}
	const shared = p.reduce((sum, x, i) => sum + x * (v[i] as number), 0) / squared;
	for (let i = 0; i < n; i++)
		for (let j = 0; j < n; j++) {
			const [vi, vj] = [v[i] as number, v[j] as number];
			a[i * n + j]! -= vi * (p[j] as number) + (p[i] as number) * vj - 2 * shared * vi * vj;
		}
}
