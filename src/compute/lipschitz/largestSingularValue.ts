/** The largest singular value of many matrices, by the way that suits their number and size. */
import type { Slices } from "../backend/slices.js";
import type { MatrixBatch } from "./matrixBatch.js";
import { estimatedNorm, provedNorm } from "./proof.js";
import { sweepWork, sweptNorm } from "./sweep.js";

/** Multiply-adds in float64 below which the backend has no advantage. */
const SMALL = 5e8;

/** A bound of all singular values, usually less than 0.02% above the largest; 0 where all values are zeros. */
export async function boundedSingularValue(batch: MatrixBatch, slices: Slices): Promise<number> {
	return sweepWork(batch) <= SMALL ? sweptNorm(batch, slices) : provedNorm(batch, slices);
}

/** The same without a proof. */
export async function estimatedSingularValue(batch: MatrixBatch, slices: Slices): Promise<number> {
	return sweepWork(batch) <= SMALL ? sweptNorm(batch, slices) : estimatedNorm(batch, slices);
}
