/**
 * The default method: the nearest adversarial by an augmented Lagrangian from several starts, each ended on the
 * boundary, then refined from the best point with its multipliers.
 */

import type { Effort } from "../attack/methods.js";
import type { KinkKind } from "../network/classifier.js";
import { constraintsFor, minimiseDistance, type Schedule } from "./augmentedLagrangian.js";
import { searchSegment, stepOntoBoundary } from "./boundary.js";
import { type Candidate, findCandidates } from "./candidates.js";
import { PenalisedCrossEntropy } from "./crossEntropy.js";
import { ProjectedLbfgs } from "./lbfgs.js";
import { solveLinear } from "./linearExact.js";
import { type Pass, planFor } from "./plan.js";
import { finishQuadratically } from "./quadraticFinish.js";
import type { Search } from "./search.js";
import { noisy, type Start, startingPoint } from "./start.js";
import type { Steps } from "./steps.js";

/** Pairs of step and gradient change that the solver keeps: fewer than its iterations in a round, which are about ten. */
export const CLOSEST_PAIRS = 6;

const PENALTY = 3;
const GROWTH = 4;
const ANYWHERE = Number.POSITIVE_INFINITY;
const FULL: Schedule = {
	smoothed: null,
	rounds: 6,
	iterations: 10,
	tolerance: 1e-6,
	penalty: PENALTY,
	growth: GROWTH,
	furthest: ANYWHERE,
};
/** For an image that the first runs missed: harder from the start, much harder, and a gentle one. */
const RESCUES: readonly Schedule[] = [
	{ ...FULL, penalty: 30 },
	{ ...FULL, penalty: 100, growth: 10 },
	{ ...FULL, penalty: 1 },
];
/** Weight of the distance, relative to the one that a linear network would need, when any adversarial will do. */
const ALMOST_NO_DISTANCE = 1e-3;
const ANY_ADVERSARIAL_ITERATIONS = 60;
/** Standard deviations of the noise on the starts for that. */
const FAR_STARTS = [0, 0.2, 0.4, 0.4, 0.4];
/** A noisy start's noise: at most this, and in proportion to the best distortion. */
const START_NOISE = 0.1;
const START_NOISE_PER_DISTORTION = 1.7;
/** Labels whose linear estimate is this many times the best distance are not worth a run. */
const HOPELESS = 2;
/** A run for a further label is given up this many times the best distance away. */
const TOO_FAR = 1.25;
const FINISH = { classes: 4, rounds: 2 };

export interface ClosestOptions {
	readonly effort: Effort;
	/** Whether the network is linear in the pixels: then the answer is exact. */
	readonly linear: boolean;
	/** The network's kinks. */
	readonly kinks: readonly KinkKind[];
	/** Standard normal numbers. */
	noise(): number;
}

/**
 * Runs the method for the wanted label, or untargeted for the nearest few. `logits` are those at the original. Returns
 * "box" where it is certain that the box holds no adversarial.
 */
export function* closest(search: Search, logits: Float32Array, options: ClosestOptions): Steps<"box" | null> {
	if (options.linear) {
		const feasible = yield* solveLinear(search, logits);
		yield* searchSegment(search, logits);
		if (search.best !== null) return null;
		if (!feasible) return "box";
	}
	const plan = planFor(options.effort, options.kinks);
	const solver = new ProjectedLbfgs(search.original.length, CLOSEST_PAIRS);
	const spreads = options.kinks.length > 0 ? yield* search.kinkSpreads() : new Float32Array(0);
	const runs: Run[] = [];
	for (const candidate of yield* findCandidates(search, logits, plan.labels)) {
		if (isHopeless(search, candidate)) continue;
		const start = yield* startingPoint(search, logits, candidate, options.noise);
		if (start === null) continue;
		const run = new Run(search, solver, candidate.label, start, options, spreads);
		runs.push(run);
		const furthest = search.best === null ? ANYWHERE : TOO_FAR * Math.sqrt(search.best.squaredDistance);
		for (const pass of plan.first) yield* run.pass(pass, furthest);
	}
	for (const run of runs) if (search.best === null) yield* rescue(search, run, options.noise);
	const winner = runs.find((run) => run.label === search.best?.label) ?? runs[0];
	if (search.best === null || winner === undefined) return null;
	yield* searchSegment(search, logits);
	for (const pass of plan.refine) yield* winner.pass(pass);
	if (plan.finish) yield* finishQuadratically(search, FINISH);
	yield* searchSegment(search, logits);
	return null;
}

function isHopeless(search: Search, { estimate }: Candidate): boolean {
	return search.best !== null && estimate > HOPELESS * Math.sqrt(search.best.squaredDistance);
}

/** Until there is an adversarial: harder schedules, then the cross-entropy alone; what it finds is pulled in. */
function* rescue(search: Search, run: Run, noise: () => number): Steps<void> {
	for (const schedule of RESCUES) {
		yield* run.from(run.start.x, schedule);
		if (search.best !== null) return;
	}
	for (const deviation of FAR_STARTS) {
		yield* run.anyAdversarial(deviation === 0 ? run.start.x : noisy(search.original, deviation, noise));
		if (search.best !== null) break;
	}
	for (let cycle = 0; cycle < 2 && search.best !== null; cycle++) {
		yield* searchSegment(search, run.start.logits);
		yield* run.fromBest(FULL);
	}
}

/** Runs towards one label. */
class Run {
	constructor(
		private readonly search: Search,
		private readonly solver: ProjectedLbfgs,
		readonly label: number,
		readonly start: Start,
		private readonly options: ClosestOptions,
		/** How much each kink's input varies at the original. */
		private readonly spreads: Float32Array,
	) {}

	/** One run of a plan; one from the best point is left out where there is none. */
	*pass({ from, smoothed, ...rest }: Pass, furthest = ANYWHERE): Steps<void> {
		const widths = smoothed && this.#widths(smoothed.width, smoothed.poolWidth);
		const schedule = {
			...rest,
			smoothed: smoothed && widths && { ...smoothed, widths },
			penalty: PENALTY,
			growth: GROWTH,
			furthest,
		};
		switch (from) {
			case "original":
				return yield* this.from(this.start.x, schedule);
			case "noisy original":
				return yield* this.from(noisy(this.search.original, this.#startNoise(), this.options.noise), schedule);
			case "best":
				return yield* this.fromBest(schedule);
		}
	}

	#widths(width: number, poolWidth: number): Float32Array {
		return this.spreads.map((spread, k) => spread * width * (this.options.kinks[k] === "pool" ? poolWidth : 1));
	}

	#startNoise(): number {
		const { best, original } = this.search;
		if (best === null) return START_NOISE;
		return Math.min(START_NOISE, START_NOISE_PER_DISTORTION * Math.sqrt(best.squaredDistance / original.length));
	}

	/** A schedule from `start`, ended on the boundary. */
	*from(start: Float32Array, schedule: Schedule, multipliers: Float64Array | null = null): Steps<void> {
		const x = start.slice();
		const { logits, slope, furthest } = this.start;
		const constraints = constraintsFor(logits, this.label, slope, furthest, this.search.goal.rounding);
		const warm = multipliers === null ? constraints : { ...constraints, multipliers };
		const ended = yield* minimiseDistance(this.search, this.solver, warm, schedule, x);
		if (ended !== null) yield* stepOntoBoundary(this.search, this.label, x);
	}

	/** A schedule from the best point with its multipliers. */
	*fromBest(schedule: Schedule): Steps<void> {
		const { best } = this.search;
		if (best !== null) yield* this.from(best.pixels, schedule, best.multipliers?.weights ?? null);
	}

	/** Minimises the cross-entropy from `from`, with hardly a care for the distance. */
	*anyAdversarial(from: Float32Array): Steps<void> {
		const { slope, gap } = this.start;
		const c = (ALMOST_NO_DISTANCE * slope ** 2) / (4 * Math.max(gap, 1e-3));
		this.solver.forget();
		yield* this.solver.minimise(new PenalisedCrossEntropy(this.search, this.label, c), from.slice(), {
			iterations: ANY_ADVERSARIAL_ITERATIONS,
			gradientTolerance: 1e-6,
			decreaseTolerance: 1e-6,
			firstStep: c,
		});
	}
}
