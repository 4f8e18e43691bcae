import { describe, expect, it } from "vitest";
import { searchSegment, stepOntoBoundary } from "../../../src/compute/adversarial/boundary.js";
import { acceptedMargin } from "../../../src/compute/adversarial/goal.js";
import { answered, linearNetwork, searchAround } from "./steps.js";

/** z1 - z0 = 3·x + 4·y - 3. */
const line = linearNetwork([{ row: [0, 0], bias: 3 }, { row: [3, 4] }]);
const lead = (x: ArrayLike<number>) => 3 * x[0]! + 4 * x[1]! - 3;
const accepted = acceptedMargin(3, 0);

function stepped(x: readonly number[]) {
	const search = searchAround([0.2, 0.2], { original: 0, target: 1, rounding: 0 });
	const point = Float32Array.from(x);
	answered(line, stepOntoBoundary(search, 1, point));
	return { search, point };
}

describe("a step onto the boundary", () => {
	// Above 0 by the accepted margin, and at most a tenth more; float32 logits near 3 are off by 2e-7.
	it.each([
		[0.25, 0.3],
		[0.9, 0.9],
	])("ends within the slack of the margin, along the gradient, from (%f, %f)", (x, y) => {
		const { search, point } = stepped([x, y]);
		expect(lead(point)).toBeGreaterThan(accepted - 5e-7);
		expect(lead(point)).toBeLessThan(1.1 * accepted + 5e-7);
		expect(3 * (point[1]! - y)).toBeCloseTo(4 * (point[0]! - x), 5);
		expect(search.best?.label).toBe(1);
	});

	it("is done once it is there", () => {
		const { search } = stepped([0.2, 0.6 + (1.05 * accepted) / 4]);
		expect(search.evaluations).toBe(1);
		// One step of a linear network, one since the accepted margin falls with the logit, and a look that it holds.
		expect(stepped([0.9, 0.9]).search.evaluations).toBe(3);
	});

	it("moves the pixels that the box lets go, and stops where it holds all", () => {
		const { point } = stepped([0, 1]);
		expect(point[0]).toBe(0);
		expect(lead(point)).toBeCloseTo(accepted, 4);
		// Towards class 1 from white: nowhere to go.
		const dark = linearNetwork([{ row: [0, 0], bias: 9 }, { row: [3, 4] }]);
		const search = searchAround([0.5, 0.5], { original: 0, target: 1, rounding: 0 });
		const white = Float32Array.of(1, 1);
		answered(dark, stepOntoBoundary(search, 1, white));
		expect(white).toEqual(Float32Array.of(1, 1));
		expect(search.evaluations).toBe(1);
	});

	it("takes the highest other class for the one to pass", () => {
		const three = linearNetwork([{ row: [0], bias: 0.2 }, { row: [1] }, { row: [0], bias: 0.7 }]);
		const search = searchAround([0.1], { original: 0, target: 1, rounding: 0 });
		const x = Float32Array.of(0.3);
		answered(three, stepOntoBoundary(search, 1, x));
		expect(x[0]).toBeCloseTo(0.7, 4);
		expect(x[0]).toBeGreaterThan(0.7);
	});
});

describe("the segment from the original to the best point", () => {
	function searched(bend: (t: number) => number, evaluate = true) {
		// One pixel; class 1 leads by bend(x).
		const network = {
			...linearNetwork([{ row: [0] }, { row: [1] }]),
			logits: (x: Float32Array) => Float32Array.of(0, bend(x[0]!)),
		};
		const search = searchAround([0], { original: 0, target: null, rounding: 0 });
		if (evaluate) answered(network, search.logits(Float32Array.of(1)));
		const first = search.evaluations;
		answered(network, searchSegment(search, network.logits(Float32Array.of(0))));
		return { search, spent: search.evaluations - first };
	}

	it("is searched down to the boundary, wherever that is", () => {
		for (const bend of [
			(t: number) => t - 0.3,
			(t: number) => t ** 3 - 0.4,
			(t: number) => Math.sqrt(t) - 0.5,
			(t: number) => Math.exp(3 * t) - 2,
		]) {
			const { search, spent } = searched(bend);
			const excess = bend(Math.sqrt(search.best!.squaredDistance));
			expect(excess).toBeGreaterThan(0);
			expect(excess).toBeLessThan(1e-3);
			expect(spent).toBeLessThanOrEqual(12);
		}
	});

	it("takes two trials for a straight line, and none without a best point", () => {
		const { search, spent } = searched((t) => t - 0.3);
		// The accepted margin falls with the logit, so that the first is a little too far.
		expect(spent).toBe(2);
		expect(Math.sqrt(search.best!.squaredDistance)).toBeCloseTo(0.3, 4);
		expect(searched((t) => t - 0.3, false).spent).toBe(0);
	});

	it("takes none where the best point is on the boundary", () => {
		const margin = acceptedMargin(0, 0);
		expect(searched((t) => t - 1 + 1.02 * margin).spent).toBe(0);
	});
});
