import { describe, expect, it } from "vitest";
import type { FiringReport } from "../../../src/compute/unitReport.js";
import { conditions, firingRows, headline, mostDriven, percentileWords } from "../../../src/webviews/firing/words.js";
import { sampleReport } from "../probe/sampleReport.js";

const { model, backend, layer, preprocessing, data, run } = sampleReport({ units: 20, directions: 10 });
const report: FiringReport = {
	kind: "firing",
	version: 1,
	blindspot: "0.1.0",
	model,
	backend,
	source: "/photos/jay.jpg",
	fileSize: { width: 640, height: 480 },
	predicted: { index: 3, name: "3", probability: 0.942 },
	seed: 1,
	preprocessing,
	data,
	warnings: [],
	layers: [
		{ layer, units: [{ unit: 4, activation: 2, deviations: 1.2, percentile: 0.9 }], deviation: 0.8 },
		{
			layer: { ...layer, layer: "conv2d_3" },
			units: [
				{ unit: 12, activation: 7.5, deviations: 5.14, percentile: 0.9999 },
				{ unit: 2, activation: 0, deviations: -2.5, percentile: 0 },
			],
			deviation: 2.3,
		},
	],
	run,
};

describe("which units fire", () => {
	it("is said of the layer that is driven furthest, and its first unit", () => {
		expect(mostDriven(report.layers)?.layer.layer).toBe("conv2d_3");
		expect(headline(report)).toBe(
			"jay.jpg drives conv2d_3 furthest from the usual, and there most unit 12: +5.1 sd, above 99.9% of images",
		);
		expect(conditions(report)[0]).toBe("Predicted 3, 94.2%.");
		expect(headline({ ...report, layers: [] })).toBe("jay.jpg: the model has no layer with units");
	});

	it("never rounds a share up to all images", () => {
		expect(percentileWords(0.99999)).toBe("above 99.9% of images");
		expect(percentileWords(1)).toBe("above 100.0% of images");
	});

	it("has a row for each unit that is named", () => {
		expect(firingRows(report)).toHaveLength(4);
		expect(firingRows(report)[2]).toEqual(["conv2d_3", 2.3, 12, 7.5, 5.14, 0.9999]);
	});
});
