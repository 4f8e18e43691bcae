/** Cholesky factors of single Hermitian matrices, row-major in float64; only lower triangles are read and written. */

/** A lower triangular matrix `[n, n]`. */
export interface Triangle {
	readonly real: Float64Array;
	/** All zeros where the matrix is real. */
	readonly imaginary: Float64Array;
}

export function emptyTriangle(n: number): Triangle {
	return { real: new Float64Array(n * n), imaginary: new Float64Array(n * n) };
}

/** Factors `shift·I - a`; false where that isn't positive definite. */
export function factorBlock(
	a: { readonly real: ArrayLike<number>; readonly imaginary: ArrayLike<number> | null },
	shift: number,
	n: number,
	factor: Triangle,
): boolean {
	return a.imaginary ? factorComplex(a.real, a.imaginary, shift, n, factor) : factorReal(a.real, shift, n, factor.real);
}

function factorReal(a: ArrayLike<number>, shift: number, n: number, l: Float64Array): boolean {
	for (let i = 0; i < n; i++)
		for (let j = 0; j <= i; j++) {
			let sum = (i === j ? shift : 0) - (a[i * n + j] as number);
			for (let k = 0; k < j; k++) sum -= (l[i * n + k] as number) * (l[j * n + k] as number);
			if (i > j) l[i * n + j] = sum / (l[j * n + j] as number);
			else if (sum > 0) l[i * n + i] = Math.sqrt(sum);
			else return false;
		}
	return true;
}

function factorComplex(
	re: ArrayLike<number>,
	im: ArrayLike<number>,
	shift: number,
	n: number,
	{ real: lr, imaginary: li }: Triangle,
): boolean {
	for (let i = 0; i < n; i++) {
		const row = i * n;
		for (let j = 0; j < i; j++) {
			const other = j * n;
			let real = -(re[row + j] as number);
			let imaginary = -(im[row + j] as number);
			for (let k = 0; k < j; k++) {
				const a = lr[row + k] as number;
				const b = li[row + k] as number;
				const c = lr[other + k] as number;
				const d = li[other + k] as number;
				real -= a * c + b * d;
				imaginary -= b * c - a * d;
			}
			const pivot = lr[other + j] as number;
			lr[row + j] = real / pivot;
			li[row + j] = imaginary / pivot;
		}
		let sum = shift - (re[row + i] as number);
		for (let k = 0; k < i; k++) sum -= (lr[row + k] as number) ** 2 + (li[row + k] as number) ** 2;
		if (!(sum > 0)) return false;
		lr[row + i] = Math.sqrt(sum);
		li[row + i] = 0;
	}
	return true;
}

/** The inverse of a factor, which is lower triangular too. */
export function invertBlock(factor: Triangle, isComplex: boolean, n: number, inverse: Triangle): void {
	if (isComplex) invertComplex(factor, n, inverse);
	else invertReal(factor.real, n, inverse.real);
}

function invertReal(l: Float64Array, n: number, inverse: Float64Array): void {
	for (let i = 0; i < n; i++) {
		const pivot = l[i * n + i] as number;
		for (let j = 0; j < i; j++) inverse[i * n + j] = 0;
		for (let k = 0; k < i; k++) {
			const weight = (l[i * n + k] as number) / pivot;
			for (let j = 0; j <= k; j++) inverse[i * n + j]! -= weight * (inverse[k * n + j] as number);
		}
		inverse[i * n + i] = 1 / pivot;
	}
}

function invertComplex({ real: lr, imaginary: li }: Triangle, n: number, { real, imaginary }: Triangle): void {
	for (let i = 0; i < n; i++) {
		const row = i * n;
		const pivot = lr[row + i] as number;
		for (let j = 0; j <= i; j++) {
			real[row + j] = 0;
			imaginary[row + j] = 0;
		}
		for (let k = 0; k < i; k++) {
			const a = (lr[row + k] as number) / pivot;
			const b = (li[row + k] as number) / pivot;
			for (let j = 0; j <= k; j++) {
				const c = real[k * n + j] as number;
				const d = imaginary[k * n + j] as number;
				real[row + j]! -= a * c - b * d;
				imaginary[row + j]! -= a * d + b * c;
			}
		}
		real[row + i] = 1 / pivot;
	}
}
