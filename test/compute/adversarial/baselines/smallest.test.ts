import { expect, it } from "vitest";
import { smallestSize } from "../../../../src/compute/adversarial/baselines/smallest.js";
import type { Steps } from "../../../../src/compute/adversarial/steps.js";

/** Sizes that were tried for an attack which succeeds from `least` on. */
function tried(first: number, most: number, least: number): number[] {
	const sizes: number[] = [];
	// biome-ignore lint/correctness/useYield: asks the network for nothing.
	const steps = smallestSize(first, most, function* (size): Steps<boolean> {
		sizes.push(size);
		return size >= least;
	});
	expect(steps.next().done).toBe(true);
	return sizes;
}

it("the smallest size that succeeds is bracketed by doubling and found by halving", () => {
	for (const least of [0.0001, 0.003, 0.25, 0.77, 1]) {
		const sizes = tried(1 / 1024, 1, least);
		const best = Math.min(...sizes.filter((size) => size >= least));
		// Twelve halvings of a bracket that is as wide as its lower end, or of the first size.
		expect(best - least).toBeLessThanOrEqual(Math.max(least, 1 / 1024) / 2 ** 12);
		const failed = sizes.filter((size) => size < least);
		if (least > 1 / 1024) expect(sizes.slice(0, 2)).toEqual([1 / 1024, 2 / 1024]);
		expect(sizes).toHaveLength(12 + sizes.findIndex((size) => size >= least) + 1);
		expect(failed.every((size) => size < best)).toBe(true);
	}
});

it("an attack that never succeeds is tried up to the largest size, once", () => {
	expect(tried(0.3, 1, 2)).toEqual([0.3, 0.6, 1]);
	expect(tried(0.25, 1, 2)).toEqual([0.25, 0.5, 1]);
});
