import type { Slices } from "../backend/slices.js";
import type { ComplexMatrices } from "./complexMatrices.js";
import type { Vectors } from "./doubleProducts.js";

/** Many matrices A of one size, real or complex, of which the largest singular value of all is wanted. */
export interface MatrixBatch {
	readonly count: number;
	/** 0 .. count - 1. */
	readonly indices: readonly number[];
	/** Rows of AᴴA: the smaller of A's two sizes, since a wide A counts as its transpose. */
	readonly size: number;
	readonly isComplex: boolean;
	/** Multiply-adds that `doubleGrams` takes. */
	readonly doubleWork: number;
	/** `AᴴA [indices, size, size]` in float32 on the backend; to be disposed of. */
	gram(indices: readonly number[], slices: Slices): Promise<ComplexMatrices>;
	/** The same in float64. */
	doubleGrams(): DoubleGrams;
	/**
	 * `AᴴA·x` of every matrix in float64 for `PROBES` real vectors x or half as many complex ones, `[PROBES, size]`:
	 * `[count, PROBES, size]`. Of a complex vector the real part comes first, then the imaginary one. Computed from the
	 * weights and not from `gram`, which it is there to check.
	 */
	gramTimes(x: Vectors, slices: Slices): Promise<Float64Array>;
}

export interface DoubleGrams {
	/** What rounding may have added to the largest eigenvalue of any of them, or taken from it. */
	readonly error: number;
	/** Puts the lower triangle of one into `[size, size]`; nothing is imaginary where the batch is real. */
	put(index: number, real: Float64Array, imaginary: Float64Array): void;
}

/** Of float64. */
export const UNIT_ROUNDOFF = 2 ** -53;
