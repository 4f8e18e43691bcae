import { describe, expect, it } from "vitest";
import {
	constraintsFor,
	minimiseDistance,
	type Schedule,
} from "../../../src/compute/adversarial/augmentedLagrangian.js";
import { acceptedMargin } from "../../../src/compute/adversarial/goal.js";
import { type MinimiseOptions, type Objective, ProjectedLbfgs } from "../../../src/compute/adversarial/lbfgs.js";
import { type Multipliers, Search } from "../../../src/compute/adversarial/search.js";
import type { Steps } from "../../../src/compute/adversarial/steps.js";
import { denseNetwork, type Layer } from "./networks.js";
import { answered } from "./steps.js";

/** Two classes of two pixels, told apart by a line: z1 - z0 = 3·x + 4·y - 3, so that it rises by 5 a unit of length. */
const layer: Layer = {
	inputs: 2,
	outputs: 2,
	weights: Float32Array.of(0, 3, 0, 4),
	biases: Float32Array.of(3, 0),
	activation: "linear",
};
const network = denseNetwork([1, 2, 1], [layer]);
const SLOPE = 5;
const ORIGINAL = Float32Array.of(0.2, 0.2);
/** From the original to the line: (3 - 7·0.2) / 5. */
const DISTANCE = 0.32;

const SCHEDULE: Schedule = {
	smoothed: null,
	rounds: 12,
	iterations: 20,
	tolerance: 1e-9,
	penalty: 3,
	growth: 4,
	furthest: Number.POSITIVE_INFINITY,
};

/** A solver that writes down the penalty of each round, which its first step tells, and whether it was told to forget. */
class Rounds extends ProjectedLbfgs {
	readonly penalties: number[] = [];
	readonly isFresh: boolean[] = [];
	#forgot = false;

	override forget(): void {
		this.#forgot = true;
		super.forget();
	}

	override minimise(objective: Objective, x: Float32Array, options: MinimiseOptions) {
		this.penalties.push(1 / options.firstStep - 1);
		this.isFresh.push(this.#forgot);
		this.#forgot = false;
		return super.minimise(objective, x, options);
	}
}

function run(change: Partial<Schedule> = {}, x = ORIGINAL.slice()) {
	const search = new Search(
		ORIGINAL,
		{ original: 0, target: 1, rounding: 0 },
		{ budget: null, stopped: () => false, onBetter() {} },
	);
	const logits = network.logits(ORIGINAL, 1);
	const constraints = constraintsFor(logits, 1, SLOPE, 2, 0);
	const solver = new Rounds(2, 4);
	// From no multipliers, so that the rounds have to find them.
	const cold = { ...constraints, multipliers: new Float64Array(2) };
	const steps: Steps<Multipliers | null> = minimiseDistance(search, solver, cold, { ...SCHEDULE, ...change }, x);
	return { multipliers: answered(network, steps), search, solver, x, constraints };
}

const distanceTo = (x: Float32Array) => Math.hypot(x[0]! - ORIGINAL[0]!, x[1]! - ORIGINAL[1]!);

describe("the constraints for a label", () => {
	it("are distances: the gap by the length of its gradient, and a multiplier that a linear network would end with", () => {
		const logits = network.logits(ORIGINAL, 1);
		const { target, scale, kappa, multipliers } = constraintsFor(logits, 1, SLOPE, 2, 0);
		expect([target, scale]).toEqual([1, SLOPE]);
		expect(kappa).toBe(2 * acceptedMargin(3, 0));
		expect(multipliers[0]).toBeCloseTo(DISTANCE + kappa / SLOPE, 6);
		expect(multipliers[1]).toBe(0);
	});

	it("take no gradient for a measure that would lead far out of the box", () => {
		const far = constraintsFor(Float32Array.of(8, 0), 1, 0.001, 2, 0);
		// A quarter of the longest way.
		expect(far.scale).toBe(16);
		expect(far.multipliers[0]).toBeCloseTo(0.5, 3);
		expect(constraintsFor(Float32Array.of(80, 0), 1, 1, 1e6, 0).multipliers[0]).toBe(6);
		const there = constraintsFor(Float32Array.of(0, 8), 1, 0.5, 2, 0);
		expect(there).toMatchObject({ scale: 0.5, multipliers: Float64Array.of(0, 0) });
	});
});

describe("the augmented Lagrangian", () => {
	it("ends on the line, straight below the original, with the distance as multiplier", () => {
		const { x, multipliers, constraints } = run();
		const wanted = DISTANCE + constraints.kappa / SLOPE;
		expect(distanceTo(x)).toBeCloseTo(wanted, 4);
		expect((x[1]! - 0.2) / (x[0]! - 0.2)).toBeCloseTo(4 / 3, 3);
		expect(multipliers?.target).toBe(1);
		// The Lagrangian's gradient is 0 where λ is the distance, since the constraint is one.
		expect(multipliers?.weights[0]).toBeCloseTo(wanted, 4);
		expect(multipliers?.weights[1]).toBe(0);
	});

	it("pushes harder after a round that hardly came nearer, by the schedule's factor", () => {
		// A round with penalty ρ leaves 1/(1 + ρ) of the violation: more than 0.3 of it until ρ is above 2.3.
		const { solver } = run({ penalty: 0.1 });
		const close = (value: number) => expect.closeTo(value, 9);
		expect(solver.penalties.slice(0, 6)).toEqual([0.1, 0.1, 0.4, 1.6, 6.4, 6.4].map(close));
		// At the start, and wherever the function becomes another one.
		expect(solver.isFresh.slice(0, 5)).toEqual([true, false, true, true, true]);
	});

	it("leaves the penalty alone where rounds come nearer, and ends where nothing is left to come nearer to", () => {
		const { solver, x } = run({ penalty: 9 });
		// Later ones are down at what float32 can tell.
		expect(solver.penalties.slice(0, 4)).toEqual(Array(4).fill(expect.closeTo(9, 9)));
		expect(solver.isFresh.slice(0, 4)).toEqual([true, false, false, false]);
		// It ends before its last round, once a round changes nothing.
		expect(solver.penalties.length).toBeLessThan(SCHEDULE.rounds);
		expect(distanceTo(x)).toBeCloseTo(DISTANCE, 3);
	});

	it("lets go of a label that isn't violated", () => {
		// From the far side of the line back to it: what is satisfied has no weight.
		const { x, multipliers, search } = run({}, Float32Array.of(0.9, 0.9));
		expect(distanceTo(x)).toBeCloseTo(DISTANCE, 3);
		expect(multipliers?.weights[0]).toBeCloseTo(DISTANCE, 3);
		expect(search.best?.label).toBe(1);
	});

	it("is given up where it is further away than it may be, and not just before", () => {
		expect(run({ furthest: 0.9 * DISTANCE }).multipliers).toBeNull();
		expect(run({ furthest: 1.1 * DISTANCE }).multipliers).not.toBeNull();
	});

	it("offers the points of the network itself to the search, with their multipliers", () => {
		const { search } = run();
		const { best } = search;
		expect(best?.label).toBe(1);
		expect(Math.sqrt(best!.squaredDistance)).toBeLessThan(1.01 * DISTANCE);
		expect(best?.multipliers?.target).toBe(1);
		expect(best?.multipliers?.weights[0]).toBeCloseTo(DISTANCE, 2);
	});

	it("halves the widths of the rounded rounds, and ends with rounds of the network itself", () => {
		const widths: (readonly number[] | null)[] = [];
		const search = new Search(
			ORIGINAL,
			{ original: 0, target: 1, rounding: 0 },
			{ budget: null, stopped: () => false, onBetter() {} },
		);
		const smoothed = { widths: Float32Array.of(0.8, 0.4), rounds: 3, iterations: 2 };
		const constraints = constraintsFor(network.logits(ORIGINAL, 1), 1, SLOPE, 2, 0);
		const schedule = { ...SCHEDULE, smoothed, rounds: 2, iterations: 2 };
		answered(
			network,
			minimiseDistance(search, new ProjectedLbfgs(2, 4), constraints, schedule, ORIGINAL.slice()),
			(request) => {
				if (request.kind !== "gradient") return;
				const seen = request.widths === null ? null : [...request.widths].map((width) => Number(width.toFixed(6)));
				if (widths.length === 0 || JSON.stringify(widths.at(-1)) !== JSON.stringify(seen)) widths.push(seen);
			},
		);
		expect(widths).toEqual([[0.8, 0.4], [0.4, 0.2], [0.2, 0.1], null]);
	});
});
