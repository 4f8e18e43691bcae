/**
 * The nearest point at which the model gives a target label, by an augmented Lagrangian:
 * min ½|x - x0|² subject to c_j(x) = (z_j - z_t + κ)/s <= 0 for every class j but the target t, in the box. The scale s makes
 * c_j a distance, so that multipliers and penalties mean the same for every model
 * (Powell 1969, Hestenes 1969; Nocedal and Wright, Numerical Optimization, chapter 17).
 */

import { squaredDistance } from "../math/vectors.js";
import { acceptedMargin, highestBut } from "./goal.js";
import type { Objective, ProjectedLbfgs } from "./lbfgs.js";
import type { Multipliers, Search } from "./search.js";
import type { Steps } from "./steps.js";

/** The constraints for one target, fixed by what was seen at the point where the search starts. */
export interface Constraints {
	readonly target: number;
	/** Norm of the gradient of the most violated gap: divides the gaps. */
	readonly scale: number;
	/** κ: added to the gaps, so that the solution has a margin. */
	readonly kappa: number;
	/** Multipliers to begin with, one per class. */
	readonly multipliers: Float64Array;
}

/** How long a run is and how hard it pushes. */
export interface Schedule {
	/** Rounds with the kinks rounded off; the widths of the first, which each later one halves; null for none. */
	readonly smoothed: { readonly widths: Float32Array; readonly rounds: number; readonly iterations: number } | null;
	/** Rounds on the network itself. */
	readonly rounds: number;
	/** L-BFGS iterations per round. */
	readonly iterations: number;
	/** A round ends where a step's decrease, relative to the value, is below this. */
	readonly tolerance: number;
	/** Penalty ρ of the first round. */
	readonly penalty: number;
	/** Factor of the penalty after a round that hardly reduced the violation. */
	readonly growth: number;
	/** The run is given up where it is further away than this after a round. */
	readonly furthest: number;
}

/** A first multiplier above this would throw the first step far out where gradients are small. */
const HIGHEST_FIRST_MULTIPLIER = 6;
/** A violation that is this share of the last one's is too slow. */
const SLOW = 0.3;
/** Violations, as distances, that are as good as none. */
const SATISFIED = 1e-5;
const GRADIENT_TOLERANCE = 1e-4;

/**
 * Constraints for `target`, from the logits at the original and the norm of the gradient of its most violated gap.
 * `furthest` is the longest way that the box leaves from there: where the linear model of a saturated network says
 * that a label is further away than that, its gradient is no measure, and the scale is kept above it.
 */
export function constraintsFor(
	logits: Float32Array,
	target: number,
	gradientNorm: number,
	furthest: number,
	rounding: number,
): Constraints {
	const rival = highestBut(logits, target);
	const gap = logits[rival]! - logits[target]!;
	const kappa = 2 * acceptedMargin(Math.max(Math.abs(logits[target]!), Math.abs(logits[rival]!)), rounding);
	const scale = Math.max(gradientNorm, (4 * Math.max(0, gap)) / furthest);
	const multipliers = new Float64Array(logits.length);
	multipliers[rival] = Math.min(HIGHEST_FIRST_MULTIPLIER, Math.max(0, (gap + kappa) / scale));
	return { target, scale, kappa, multipliers };
}

/**
 * Runs the schedule from `x`, which ends at the last point; returns the multipliers there, or null where it was given up. Points
 * of the network itself are offered to the search.
 */
export function* minimiseDistance(
	search: Search,
	solver: ProjectedLbfgs,
	constraints: Constraints,
	schedule: Schedule,
	x: Float32Array,
): Steps<Multipliers | null> {
	const lagrangian = new AugmentedLagrangian(search, constraints, schedule.penalty);
	const smoothRounds = schedule.smoothed?.rounds ?? 0;
	let lastViolation = Number.POSITIVE_INFINITY;
	solver.forget();
	for (let round = 0; round < smoothRounds + schedule.rounds; round++) {
		const isSharp = round >= smoothRounds;
		lagrangian.widths = isSharp ? null : halved(schedule.smoothed?.widths, round);
		const inner = yield* solver.minimise(lagrangian, x, {
			iterations: (isSharp ? schedule.iterations : schedule.smoothed?.iterations) ?? 0,
			gradientTolerance: GRADIENT_TOLERANCE,
			decreaseTolerance: schedule.tolerance,
			firstStep: 1 / (1 + lagrangian.penalty),
		});
		const violation = lagrangian.updateMultipliers(inner.logits);
		if (squaredDistance(x, search.original) > schedule.furthest ** 2) return null;
		if (isSharp && violation <= SATISFIED && inner.iterations <= 1) break;
		if (violation > SLOW * lastViolation && violation > SATISFIED) {
			lagrangian.penalty *= schedule.growth;
			solver.forget();
		}
		lastViolation = violation;
	}
	return { target: constraints.target, weights: lagrangian.multipliers };
}

function halved(widths: Float32Array | undefined, times: number): Float32Array | null {
	return widths?.map((width) => width / 2 ** times) ?? null;
}

/** ½|x - x0|² + Σ_j max(0, λ_j + ρ c_j)² / 2ρ. */
class AugmentedLagrangian implements Objective {
	readonly multipliers: Float64Array;
	/** Of the rounded kinks; null for the network itself. */
	widths: Float32Array | null = null;
	/** max(0, λ_j + ρ c_j) at the point evaluated last: the multipliers that fit there. */
	readonly #weights: Float64Array;
	#penaltyTerm = 0;

	constructor(
		private readonly search: Search,
		private readonly constraints: Constraints,
		public penalty: number,
	) {
		this.multipliers = constraints.multipliers.slice();
		this.#weights = new Float64Array(this.multipliers.length);
	}

	*evaluate(x: Float32Array, gradient: Float32Array): Steps<{ value: number; logits: Float32Array }> {
		const { original } = this.search;
		const multipliers = { target: this.constraints.target, weights: this.#weights };
		const answer = yield* this.search.gradient(x, (logits, out) => this.#weigh(logits, out), multipliers, this.widths);
		for (let i = 0; i < x.length; i++) gradient[i] = x[i]! - original[i]! + answer.gradient[i]!;
		return { value: squaredDistance(x, original) / 2 + this.#penaltyTerm, logits: answer.logits };
	}

	/** λ = max(0, λ + ρ c); returns how far the old ones were from solving the problem. */
	updateMultipliers(logits: Float32Array): number {
		let violation = 0;
		for (let j = 0; j < logits.length; j++) {
			if (j === this.constraints.target) continue;
			const constraint = this.#constraint(logits, j);
			const multiplier = this.multipliers[j]!;
			violation = Math.max(violation, Math.abs(Math.max(constraint, -multiplier / this.penalty)));
			this.multipliers[j] = Math.max(0, multiplier + this.penalty * constraint);
		}
		return violation;
	}

	#weigh(logits: Float32Array, out: Float32Array): void {
		const { target, scale } = this.constraints;
		let sum = 0;
		let squares = 0;
		for (let j = 0; j < logits.length; j++) {
			if (j === target) continue;
			const weight = Math.max(0, this.multipliers[j]! + this.penalty * this.#constraint(logits, j));
			this.#weights[j] = weight;
			out[j] = weight / scale;
			sum += weight;
			squares += weight * weight;
		}
		out[target] = -sum / scale;
		this.#penaltyTerm = squares / (2 * this.penalty);
	}

	#constraint(logits: Float32Array, j: number): number {
		const { target, scale, kappa } = this.constraints;
		return (logits[j]! - logits[target]! + kappa) / scale;
	}
}
