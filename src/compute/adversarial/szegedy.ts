/**
 * The method of Szegedy et al., "Intriguing properties of neural networks" (ICLR 2014), section 4.1: minimise c·|r|² +
 * cross-entropy(x + r, target) in the box by L-BFGS, and search for the largest c at which the minimiser still has
 * the target label.
 */
import { findCandidates } from "./candidates.js";
import { PenalisedCrossEntropy } from "./crossEntropy.js";
import { assess } from "./goal.js";
import { ProjectedLbfgs } from "./lbfgs.js";
import type { Search } from "./search.js";
import { startingPoint } from "./start.js";
import type { Steps } from "./steps.js";

export const SZEGEDY_PAIRS = 8;
const ITERATIONS = 50;
/** Untargeted, this many labels are tried. */
const LABELS = 3;
/** c changes by this factor until it brackets the largest that succeeds. */
const BRACKET_FACTOR = 4;
const BRACKET_TRIALS = 8;
/** Halvings of the bracket on a logarithmic scale: 4^(1/64) leaves 2%. */
const HALVINGS = 6;

/** Runs the method for the wanted label, or untargeted for the nearest few. `logits` are those at the original. Knows of no reason where it fails. */
export function* szegedy(search: Search, logits: Float32Array, noise: () => number): Steps<null> {
	const solver = new ProjectedLbfgs(search.original.length, SZEGEDY_PAIRS);
	for (const candidate of yield* findCandidates(search, logits, LABELS)) {
		const start = yield* startingPoint(search, logits, candidate, noise);
		if (start === null) continue;
		yield* searchWeight(search, solver, candidate.label, start.x, firstWeight(start.slope, start.gap));
	}
	return null;
}

/** The c at which a linear two-class network would be on its boundary: 2cr = s/2 at r = gap/s. */
function firstWeight(slope: number, gap: number): number {
	return slope ** 2 / (4 * Math.max(gap, 1e-3));
}

/** The largest c that succeeds: a bracket, then bisection of its logarithm. Each run starts from the last success. */
function* searchWeight(
	search: Search,
	solver: ProjectedLbfgs,
	target: number,
	start: Float32Array,
	first: number,
): Steps<void> {
	let succeeded: number | null = null;
	let failed: number | null = null;
	let c = first;
	let from = start;
	for (let trial = 0; trial < BRACKET_TRIALS + HALVINGS; trial++) {
		const x = from.slice();
		if (yield* minimiseAt(search, solver, target, c, x)) {
			succeeded = c;
			from = x;
		} else {
			failed = c;
		}
		if (succeeded === null) c /= BRACKET_FACTOR;
		else if (failed === null) c *= BRACKET_FACTOR;
		else if (failed / succeeded < BRACKET_FACTOR ** (1 / 2 ** HALVINGS) * 1.0001) return;
		else c = Math.sqrt(succeeded * failed);
	}
}

/** Whether the minimiser, which is left in `x`, has the target label. */
function* minimiseAt(
	search: Search,
	solver: ProjectedLbfgs,
	target: number,
	c: number,
	x: Float32Array,
): Steps<boolean> {
	solver.forget();
	const { logits } = yield* solver.minimise(new PenalisedCrossEntropy(search, target, c), x, {
		iterations: ITERATIONS,
		gradientTolerance: 1e-4,
		decreaseTolerance: 1e-6,
		firstStep: 0.5,
	});
	return assess({ ...search.goal, target }, logits).adversarial;
}
