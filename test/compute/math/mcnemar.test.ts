import { describe, expect, it } from "vitest";
import { leastPairs, mcnemarBetter } from "../../../src/compute/math/mcnemar.js";

/** P(X >= better) in whole numbers: the subsets of `pairs` pairs with at least so many, over all subsets. */
function enumerated(better: number, worse: number): number {
	const pairs = better + worse;
	let choose = 1n;
	let upper = 0n;
	for (let k = 0; k <= pairs; k++) {
		if (k >= better) upper += choose;
		choose = (choose * BigInt(pairs - k)) / BigInt(k + 1);
	}
	// To 60 bits, which is more than a float64 holds.
	return Number((upper << 60n) / (1n << BigInt(pairs))) / 2 ** 60;
}

describe("the exact one-sided McNemar test", () => {
	it("is the count of all outcomes as extreme, for every table of up to 60 pairs", () => {
		for (let better = 0; better <= 60; better++) {
			for (let worse = 0; better + worse <= 60; worse++) {
				// Logarithms and sums of up to 60 terms lose some bits.
				expect(mcnemarBetter(better, worse)).toBeCloseTo(enumerated(better, worse), 13);
			}
		}
	});

	it("keeps its relative accuracy where it is tiny", () => {
		expect(mcnemarBetter(20, 0) * 2 ** 20).toBeCloseTo(1, 10);
		expect(mcnemarBetter(500, 0) / 2 ** -500).toBeCloseTo(1, 9);
		expect(mcnemarBetter(600, 400)).toBeCloseTo(enumerated(600, 400), 15);
	});

	it("leastPairs is the fewest that can reach a level", () => {
		for (const level of [0.05, 0.05 / 3, 0.05 / 18, 0.05 / 39]) {
			const fewest = leastPairs(level);
			expect(mcnemarBetter(fewest, 0)).toBeLessThanOrEqual(level);
			expect(mcnemarBetter(fewest - 1, 0)).toBeGreaterThan(level);
		}
	});
});
