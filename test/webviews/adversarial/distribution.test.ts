import { describe, expect, it } from "vitest";
import { bins } from "../../../src/webviews/adversarial/distribution.js";

describe("bins of distortions", () => {
	it("hold every value once, from the smallest to the largest", () => {
		const values = Array.from({ length: 1000 }, (_, at) => 0.01 + ((at * 7919) % 1000) / 1e4);
		const list = bins(values, 8);
		expect(list).toHaveLength(8);
		expect(list[0]?.low).toBe(Math.min(...values));
		expect(list.at(-1)?.high).toBeCloseTo(Math.max(...values), 12);
		expect(list.reduce((sum, { images }) => sum + images, 0)).toBe(1000);
		for (const { low, high, images } of list.slice(0, -1)) {
			expect(images).toBe(values.filter((value) => value >= low && value < high).length);
		}
	});

	it("are none where there is nothing to compare", () => {
		expect(bins([])).toEqual([]);
		expect(bins([0.1, 0.1])).toEqual([]);
	});
});
