import type * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../slices.js";
import type { Vectors } from "./doubleProducts.js";

/**
 * Many matrices A of one size, of which the largest singular value of all is wanted. Complex ones stand as real ones
 * of twice the size, `[[R, -I], [I, R]]`, which have the same singular values.
 */
export interface MatrixBatch {
	readonly count: number;
	/** The larger size. */
	readonly rows: number;
	/** The smaller size. */
	readonly columns: number;
	/** Transposed, `[indices, columns, rows]`, in float32. To be called within `tf.tidy`. */
	transposed(indices: readonly number[]): tf.Tensor3D;
	/**
	 * `AᵀA·x` of every matrix in float64 for `vectors` vectors `x [vectors, columns]`: `[count, vectors, columns]`.
	 * Computed from the weights and not from `transposed`, which it is there to check.
	 */
	gramTimes(x: Vectors, vectors: number, slices: Slices): Promise<Float64Array>;
}
