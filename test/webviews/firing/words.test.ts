import { describe, expect, it } from "vitest";
import { conditions, firingRows, headline, mostDriven, percentileWords } from "../../../src/webviews/firing/words.js";
import { sampleFiring as report } from "./sampleFiring.js";

describe("which units fire", () => {
	it("is said of the layer that is driven furthest, and its first unit", () => {
		expect(mostDriven(report.layers)?.layer.layer).toBe("conv2d_3");
		expect(headline(report)).toBe(
			"jay.jpg drives conv2d_3 furthest from the usual, and there most unit 12: +5.1 sd, above 99.9% of images",
		);
		expect(conditions(report)[0]).toBe("Predicted 3, 94.2%.");
		expect(headline({ ...report, layers: [] })).toBe("jay.jpg: the model has no layer with units");
	});

	it("says all and none of a share only where it is so", () => {
		expect(percentileWords(0.99999)).toBe("above 99.9% of images");
		expect(percentileWords(1)).toBe("above all images");
		expect(percentileWords(0.00001)).toBe("above 0.0% of images");
		expect(percentileWords(0)).toBe("above none");
	});

	it("has a row for each unit that is named", () => {
		expect(firingRows(report)).toHaveLength(4);
		expect(firingRows(report)[2]).toEqual(["conv2d_3", 2.3, 12, 7.5, 5.14, 0.9999]);
	});
});
