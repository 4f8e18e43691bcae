import { describe, expect, it } from "vitest";
import { wilsonInterval } from "../../../src/compute/math/intervals.js";

describe("the interval of a share", () => {
	it.each([
		[0, 100],
		[1, 100],
		[37, 100],
		[99, 100],
		[100, 100],
		[3, 8],
	])("is Wilson's for %i of %i", (changed, samples) => {
		const share = changed / samples;
		// By definition its ends are the p at which the share is 1.96 standard errors of p away.
		for (const p of wilsonInterval(changed, samples)) {
			if (p === share) continue;
			expect(Math.abs(share - p) / Math.sqrt((p * (1 - p)) / samples)).toBeCloseTo(1.959964, 5);
		}
		const [low, high] = wilsonInterval(changed, samples);
		expect(low).toBeLessThanOrEqual(share);
		expect(high).toBeGreaterThanOrEqual(share);
	});

	it("matches published values", () => {
		// Newcombe (1998), table I: 81 of 263 and 0 of 20.
		expect(wilsonInterval(81, 263).map((p) => p.toFixed(4))).toEqual(["0.2553", "0.3662"]);
		expect(wilsonInterval(0, 20).map((p) => p.toFixed(4))).toEqual(["0.0000", "0.1611"]);
	});
});
