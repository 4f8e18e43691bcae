import { describe, expect, it } from "vitest";
import { checkTarget, chooseTarget } from "../../../src/compute/adversarial/targets.js";
import { Random } from "../../../src/compute/math/random.js";

const logits = Float32Array.of(1, 5, 3, 4);

describe("targets", () => {
	it("are chosen from what the model says", () => {
		const choose = (kind: "any" | "next" | "second") => chooseTarget({ kind }, logits, 1, Random.stream(1));
		expect(choose("any")).toBeNull();
		expect(choose("next")).toBe(2);
		expect(choose("second")).toBe(3);
		expect(chooseTarget({ kind: "next" }, logits, 3, Random.stream(1))).toBe(0);
		expect(chooseTarget({ kind: "label", index: 1 }, logits, 1, Random.stream(1))).toBe(1);
	});

	it("at random are all labels but the predicted one, equally often", () => {
		const counts = [0, 0, 0, 0];
		for (let i = 0; i < 3000; i++) counts[chooseTarget({ kind: "random" }, logits, 1, Random.stream(7, i))!]!++;
		expect(counts[1]).toBe(0);
		// Four standard deviations of a binomial count: sqrt(3000 · 1/3 · 2/3) = 26.
		for (const j of [0, 2, 3]) expect(Math.abs(counts[j]! - 1000)).toBeLessThan(104);
	});

	it.each([-1, 4, 1.5])("outside the model's labels are refused: %f", (index) => {
		expect(() => checkTarget({ kind: "label", index }, 4)).toThrow(/There is no label .*: the model has 4 classes/);
	});
});
