import { describe, expect, it } from "vitest";
import { confirm } from "../../../src/compute/adversarial/alone.js";
import { explainFailure } from "../../../src/compute/adversarial/failure.js";
import { assess } from "../../../src/compute/adversarial/goal.js";
import { answered, linearNetwork, searchAround } from "./steps.js";

const GOAL = { original: 0, target: null, rounding: 0 };
/** Class 1 leads by x - 0.5. */
const half = linearNetwork([{ row: [0], bias: 0.5 }, { row: [1] }]);

/** Confirms a point that a batch took for adversarial, where alone class 1 begins so much further out. */
function confirmed(at: number, shift: number) {
	const search = searchAround([0], GOAL);
	answered(half, search.logits(Float32Array.of(at)));
	const evaluations = search.evaluations;
	const alone = linearNetwork([{ row: [0], bias: 0.5 + shift }, { row: [1] }]);
	const kinds: boolean[] = [];
	const found = answered(alone, confirm(search), (request) =>
		kinds.push(request.kind === "logits" && request.alone && request.points.length === 1),
	);
	expect(kinds.every(Boolean)).toBe(true);
	expect(search.evaluations).toBe(evaluations);
	return { found, alone, checks: kinds.length };
}

describe("a point by itself", () => {
	it("is taken as it is where it holds", () => {
		const { found, checks } = confirmed(0.6, 0);
		expect(checks).toBe(1);
		expect(found).toMatchObject({ pixels: Float32Array.of(0.6), label: 1 });
		expect(found?.squaredDistance).toBeCloseTo(0.36, 6);
	});

	it("is moved outwards as far as it has to be, and no more than twice that", () => {
		for (const shift of [1e-5, 1e-4, 1e-3]) {
			const { found, alone } = confirmed(0.5 + 4e-5, shift);
			const { pixels, logits, excess, squaredDistance } = found!;
			expect(assess(GOAL, alone.logits(pixels, 1)).adversarial).toBe(true);
			expect(assess(GOAL, logits).excess).toBe(excess);
			expect(pixels[0]!).toBeGreaterThan(0.5 + shift);
			expect(pixels[0]! - (0.5 + 4e-5)).toBeLessThan(2 * shift + 1e-5);
			expect(Math.sqrt(squaredDistance)).toBeCloseTo(pixels[0]!, 6);
		}
	});

	it("is none where 2% further out aren't enough, or there was none", () => {
		expect(confirmed(0.5 + 4e-5, 0.02).found).toBeNull();
		expect(confirmed(0.5 + 4e-5, 0.006).found).not.toBeNull();
		expect(confirmed(0.3, 0).found).toBeNull();
		expect(confirmed(0.3, 0).checks).toBe(0);
	});
});

describe("why nothing was found", () => {
	const because = (
		network: ReturnType<typeof linearNetwork>,
		original: readonly number[],
		attempt?: readonly number[],
	) => {
		const search = searchAround(original, GOAL);
		if (attempt) answered(network, search.logits(Float32Array.from(attempt)));
		return answered(network, explainFailure(search));
	};

	it("is that there is no gradient", () => {
		expect(because(linearNetwork([{ row: [0, 0], bias: 1 }, { row: [0, 0] }]), [0.5, 0.5])).toBe("no gradient");
	});

	it("is the box where the gradient only points out of it, from the nearest attempt", () => {
		const network = linearNetwork([{ row: [0, 0], bias: 9 }, { row: [1, -1] }]);
		expect(because(network, [0.5, 0.5])).toBe("budget");
		expect(because(network, [0.5, 0.5], [1, 0])).toBe("box");
		expect(because(network, [0.5, 0.5], [1, 0.5])).toBe("budget");
		expect(because(network, [0.5, 0.5], [0.5, 0])).toBe("budget");
		// At the other ends of the box the way is free.
		expect(because(network, [0, 1])).toBe("budget");
		expect(because(network, [1, 0])).toBe("box");
	});

	it("is the box where it lets less than a thousandth of the gradient move", () => {
		const network = (slope: number) => linearNetwork([{ row: [0, 0], bias: 9 }, { row: [1, slope] }]);
		expect(because(network(0.0005), [1, 0.5])).toBe("box");
		expect(because(network(0.002), [1, 0.5])).toBe("budget");
	});
});
