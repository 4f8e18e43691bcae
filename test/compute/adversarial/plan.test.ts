import { describe, expect, it } from "vitest";
import { suggestBatchSize } from "../../../src/compute/adversarial/batchSize.js";
import { planFor } from "../../../src/compute/adversarial/plan.js";
import type { Effort } from "../../../src/compute/attack/methods.js";
import type { KinkKind } from "../../../src/compute/network/classifier.js";

const EFFORTS: readonly Effort[] = ["quick", "normal", "thorough"];
const NETWORKS: Readonly<Record<string, readonly KinkKind[]>> = {
	smooth: [],
	hinged: ["hinge"],
	pooled: ["hinge", "pool"],
};

describe.each(Object.entries(NETWORKS))("the plan for a %s network", (name, kinks) => {
	it("does with more effort what less effort does, and more", () => {
		const [quick, normal, thorough] = EFFORTS.map((effort) => planFor(effort, kinks));
		for (const [less, more] of [
			[quick!, normal!],
			[normal!, thorough!],
		] as const) {
			expect(more.first).toEqual(less.first);
			expect(more.labels).toBeGreaterThanOrEqual(less.labels);
			expect(more.refine.length).toBeGreaterThan(less.refine.length);
		}
		expect(thorough!.refine.slice(0, normal!.refine.length)).toEqual(normal!.refine);
	});

	it("begins at the original, with rounded kinks where there are any", () => {
		for (const effort of EFFORTS) {
			const { first, refine, finish } = planFor(effort, kinks);
			expect(first[0]?.from).toBe("original");
			for (const pass of [...first, ...refine]) expect(pass.smoothed !== null).toBe(kinks.length > 0);
			// The linearisation is that of a network without kinks.
			expect(finish).toBe(name === "smooth" && effort !== "quick");
		}
	});
});

it("as many images are attacked together as the solvers' memory holds", () => {
	expect(suggestBatchSize(28 * 28)).toBe(100);
	expect(suggestBatchSize(224 * 224 * 3)).toBe(7);
	expect(suggestBatchSize(1e8)).toBe(1);
});
