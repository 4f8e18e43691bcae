import { expect, it } from "vitest";
import { greatestOf, leastOf } from "../../../src/compute/math/extremes.js";

it("extremes are those of Math, of any number of values", () => {
	for (const values of [[], [3], [2, -7, 5, 5], [Number.NaN, 1], [Number.POSITIVE_INFINITY, 0]]) {
		expect(greatestOf(values)).toBe(Math.max(...values));
		expect(leastOf(new Float64Array(values))).toBe(Math.min(...values));
	}
	const many = Float64Array.from({ length: 1_000_000 }, (_, i) => (i * 7_919) % 1_000_003);
	expect([leastOf(many), greatestOf(many)]).toEqual([0, 1_000_002]);
});
