import { describe, expect, it } from "vitest";
import { acceptedMargin, assess, highest, highestBut } from "../../../src/compute/adversarial/goal.js";

describe("what counts as adversarial", () => {
	it("is the wanted label, or any but the original, with the least accepted margin", () => {
		const margin = acceptedMargin(3, 0);
		expect(margin).toBeCloseTo(8e-5, 12);
		expect(acceptedMargin(-3, 0)).toBe(margin);
		const by = (lead: number, target: number | null = null) =>
			assess({ original: 0, target, rounding: 0 }, Float32Array.of(3 - lead, 3, 1));
		expect(by(0.5)).toMatchObject({ label: 1, margin: 0.5, adversarial: true });
		expect(by(0.5).excess).toBeCloseTo(0.5 - margin, 12);
		expect(by(2 * margin).adversarial).toBe(true);
		// Ahead, but by less than a batch's rounding may turn.
		expect(by(margin / 2)).toMatchObject({ label: 1, adversarial: false });
		expect(by(-1)).toMatchObject({ label: 1, margin: -1, adversarial: false });
		expect(by(0.5, 2)).toMatchObject({ label: 2, margin: -2, adversarial: false });
		expect(by(0.5, 1).adversarial).toBe(true);
	});

	it("is kept outside of ten deviations of the network's rounding, where that is more", () => {
		expect(acceptedMargin(3, 1e-6)).toBe(acceptedMargin(3, 0));
		expect(acceptedMargin(3, 1e-4)).toBeCloseTo(1e-3, 12);
		const goal = { original: 0, target: 1, rounding: 1e-4 };
		expect(assess(goal, Float32Array.of(0, 0.0009)).adversarial).toBe(false);
		expect(assess(goal, Float32Array.of(0, 0.0011)).adversarial).toBe(true);
	});

	it("counts a margin that is just the least accepted one", () => {
		// 2e-5 · (1 + 0): in float64, as margins are.
		const { excess, adversarial } = assess({ original: 0, target: 1, rounding: 0 }, Float32Array.of(-1, 0));
		expect(adversarial).toBe(true);
		expect(excess).toBe(1 - acceptedMargin(0, 0));
		expect(assess({ original: 1, target: 0, rounding: 0 }, Float32Array.of(0, -0)).adversarial).toBe(false);
	});
});

it("the highest logit is the first of equals, one left out or none", () => {
	const logits = Float32Array.of(2, 5, 5, 1);
	expect(highest(logits)).toBe(1);
	expect([0, 1, 2, 3].map((excluded) => highestBut(logits, excluded))).toEqual([1, 2, 1, 1]);
	expect(highestBut(Float32Array.of(7, 1, 2), 0)).toBe(2);
	expect(highest(Float32Array.of(7, 1, 7))).toBe(0);
});
