import { describe, expect, it } from "vitest";
import {
	meanOf,
	medianInterval,
	pairedDifference,
	student975,
	wilsonInterval,
} from "../../../src/compute/math/intervals.js";

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

describe("Student's quantile", () => {
	// Printed tables of t.
	it.each([
		[1, 12.706],
		[2, 4.303],
		[3, 3.182],
		[4, 2.776],
		[9, 2.262],
		[29, 2.045],
		[1000, 1.962],
	])("at %i degrees of freedom is %d", (degrees, table) => {
		expect(Math.abs(student975(degrees) / table - 1)).toBeLessThan(0.003);
	});
});

describe("the interval of a mean", () => {
	it("is Student's", () => {
		const { value, interval } = meanOf([1, 2, 3, 4, 5]) ?? { value: 0, interval: [0, 0] };
		expect(value).toBe(3);
		// 3 ± 2.776 · sqrt(2.5/5), to the series' .3%.
		expect(Math.abs(interval[1] - (3 + 2.776 * Math.sqrt(0.5)))).toBeLessThan(0.006);
		expect(meanOf([])).toBeNull();
		expect(meanOf([7])).toEqual({ value: 7, interval: [7, 7] });
	});
});

describe("the sign test's interval of a median", () => {
	it("leaves at most 2.5% on either side, as tables of the binomial have it", () => {
		const values = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
		// P(X <= 1 | 10) = .0107, P(X <= 2 | 10) = .0547: the second smallest and largest.
		expect(medianInterval(values(10))).toEqual([2, 9]);
		expect(medianInterval(values(6))).toEqual([1, 6]);
		expect(medianInterval(values(5))).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
		// P(X <= 39 | 100) = .0176, P(X <= 40 | 100) = .0284.
		expect(medianInterval(values(100))).toEqual([40, 61]);
	});
});

describe("the interval of a paired difference", () => {
	it("is that of unpaired shares where nothing goes together, narrower where it does", () => {
		const apart = pairedDifference({ both: 25, first: 25, second: 25, neither: 25 });
		// Newcombe's hybrid of Wilson's intervals for two shares of .5 of 100: half widths sqrt(2) times .0962.
		expect(apart?.interval[1]).toBeCloseTo(Math.SQRT2 * (0.5 - wilsonInterval(50, 100)[0]), 12);
		const together = pairedDifference({ both: 45, first: 5, second: 5, neither: 45 });
		expect(together?.interval[1] ?? 1).toBeLessThan(0.6 * (apart?.interval[1] ?? 0));
		expect(pairedDifference({ both: 0, first: 0, second: 0, neither: 0 })).toBeNull();
		const { value, interval } = pairedDifference({ both: 10, first: 6, second: 1, neither: 3 }) ?? {
			value: 0,
			interval: [],
		};
		expect(value).toBeCloseTo(0.25, 12);
		expect(interval.every((end) => Math.abs(end) <= 1)).toBe(true);
	});
});
