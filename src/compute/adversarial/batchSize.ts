/** How many images to attack together. */
import { ProjectedLbfgs } from "./lbfgs.js";
import { SZEGEDY_PAIRS } from "./szegedy.js";

/** Memory for the solvers' vectors. Activations of the network come on top: for large pictures about as much again. */
const SOLVER_BYTES = 128 * 2 ** 20;
/** Points, gradients and draws held beside the solver. */
const OTHER_VECTORS = 10;
const MOST = 100;

/** Images at a time, for pictures of `values` = height·width·channels: 100 digits, 7 photos of 224 × 224. */
export function suggestBatchSize(values: number): number {
	const perImage = ProjectedLbfgs.bytes(values, SZEGEDY_PAIRS) + 4 * OTHER_VECTORS * values;
	return Math.max(1, Math.min(MOST, Math.floor(SOLVER_BYTES / perImage)));
}
