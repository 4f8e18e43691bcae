import { describe, expect, it } from "vitest";
import { keptUnits } from "../../../../src/compute/activations/unit/layerScores.js";

describe("the units whose scores are kept", () => {
	it("are all of a layer where there is room", () => {
		expect(keptUnits(7, 100, 10_000)).toEqual(Array.from({ length: 100 }, (_, unit) => unit));
	});

	it.each([
		[50_000, 49_496, 50_503],
		[3, 0, 1007],
		[99_999, 98_992, 99_999],
	])("are as many around unit %i of 100,000 as fit into 2^24 scores of 16,640 images", (unit, first, last) => {
		const units = keptUnits(unit, 100_000, 16_640);
		expect([units[0], units.at(-1), units.length]).toEqual([first, last, 1008]);
		expect(units).toContain(unit);
	});

	it("are the unit alone where not even two fit, and of no data too", () => {
		expect(keptUnits(5, 10, 2 ** 24)).toEqual([5]);
		expect(keptUnits(5, 10, 0)).toHaveLength(10);
	});
});
