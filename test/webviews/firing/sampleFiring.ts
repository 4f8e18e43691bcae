/** An invented report on the units that a picture drives, with the shapes that real ones have. */
import type { FiringReport } from "../../../src/compute/activations/unit/report.js";
import { sampleReport } from "../probe/sampleReport.js";

const { model, backend, layer, preprocessing, data, run } = sampleReport({ units: 20, directions: 10 });

export const sampleFiring: FiringReport = {
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
