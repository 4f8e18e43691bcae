import { describe, expect, it } from "vitest";
import { mean, median, quantile } from "../../../src/compute/math/statistics.js";

const FURTHER = Number.POSITIVE_INFINITY;

describe("statistics of lists", () => {
	it("have the mean, and none of none", () => {
		expect(mean([1, 2, 6])).toBe(3);
		expect(mean(Float32Array.of(0.5, -0.5, 1, 2))).toBe(0.75);
		expect(mean([])).toBeNaN();
	});

	it("have the middle value as median, or the mean of the two, whatever the order, and leave the list as it is", () => {
		const values = [10, -2, 9, 1];
		expect(median(values)).toBe(5);
		expect(values).toEqual([10, -2, 9, 1]);
		expect(median([3, 1, 2])).toBe(2);
		expect(median([7])).toBe(7);
		expect(median(Float64Array.of(4, 1, 3, 2))).toBe(2.5);
		expect(median([])).toBeNaN();
	});

	// numpy.quantile([0, 1, 4, 9, 16], share)
	it.each([
		[0, 0],
		[0.025, 0.1],
		[0.25, 1],
		[0.3, 1.6],
		[0.5, 4],
		[0.9, 13.2],
		[1, 16],
	])("have NumPy's quantile at %d", (share, value) => {
		expect(quantile([0, 1, 4, 9, 16], share)).toBeCloseTo(value, 14);
	});

	it("have the only value as every quantile, and none of none", () => {
		expect(quantile([5], 0.9)).toBe(5);
		expect(quantile([], 0.5)).toBeNaN();
	});

	it("put nothing between a value and what is further than any", () => {
		expect(median([1, FURTHER])).toBe(FURTHER);
		expect(median([FURTHER, FURTHER])).toBe(FURTHER);
		expect(median([FURTHER, 1, 2])).toBe(2);
		expect(quantile([1, FURTHER], 0.5)).toBe(FURTHER);
		expect(quantile([1, FURTHER], 0)).toBe(1);
		expect(quantile([1, FURTHER, FURTHER], 0.75)).toBe(FURTHER);
	});
});
