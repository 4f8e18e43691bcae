import { describe, expect, it } from "vitest";
import { conditionsOf, findingOf } from "../../../../src/compute/activations/probe/finding.js";
import {
	DEFAULT_PROBE_OPTIONS,
	type ProbeComparison,
	type ProbedDirection,
	type ProbeReport,
	type ProbeStatistics,
} from "../../../../src/compute/activations/probe/report.js";

type Judged = Parameters<typeof findingOf>[0];

/** Units at 0.89, directions at 0.78; p as given, after 999 rotations. */
function compared(p: number, rest: Partial<ProbeComparison> = {}): ProbeComparison & { readonly chance: number } {
	const rotation = { frame: 0.88, rotations: 0.79, advantage: 0.09, p };
	return {
		units: 0.89,
		directions: 0.78,
		delta: 0.3,
		interval: [0.1, 0.5],
		p,
		permutations: 999,
		rotation,
		redrawn: null,
		excess: null,
		chance: 0.29,
		...rest,
	};
}

function judged(purity: ProbeStatistics["purity"], data: Partial<ProbeReport["data"]> = {}): Judged {
	const rows = [] as readonly ProbedDirection[];
	return {
		statistics: {
			purity,
			similarity: null,
			featureSimilarity: null,
			inactive: 0,
			test: { images: 500, units: 8 },
			singleUnits: null,
		},
		data: {
			name: "d",
			total: 500,
			scored: 500,
			unreadable: 0,
			unreadableExamples: [],
			stopped: false,
			perClass: null,
			...data,
		},
		options: DEFAULT_PROBE_OPTIONS,
		layer: { node: "n", layer: "n", layerType: "Dense", shape: [8], units: 8, places: 1 },
		units: rows,
		directions: rows,
		seed: 1,
	};
}

const redrawn = { frame: 0.8, rotations: 0.78, advantage: 0.02, p: 0.3 };
const MEANS = "mean purity 0.88 and 0.79";

describe("the finding", () => {
	it.each<[string, Judged, string]>([
		[
			"no test",
			judged(compared(0, { p: null, rotation: null, permutations: 0 })),
			"By label purity, units have a median purity 0.89, directions 0.78; whether they differ was not tested.",
		],
		[
			"too few rotations for any p below 0.05",
			judged(compared(1 / 11, { permutations: 10 })),
			`By label purity, whether units are more coherent than random directions can't be told: ${MEANS}; with 10 rotations p is 0.091 at least.`,
		],
		[
			"a p of 0.05",
			judged(compared(0.05)),
			`By label purity, units are not shown to be more coherent than random directions: ${MEANS}, p = 0.050.`,
		],
		[
			"a small p alone",
			judged(compared(0.001)),
			`By label purity, units are more coherent than random directions: ${MEANS}, p = 0.001; whether that is learned was not tested.`,
		],
		[
			"as much with re-drawn weights",
			judged(compared(0.001, { redrawn, excess: { difference: 0.07, interval: [-0.01, 0.15] } })),
			`By label purity, units are more coherent than random directions: ${MEANS}, p = 0.001, but not shown to be more so than with re-drawn weights (advantage +0.090, with re-drawn weights +0.020).`,
		],
		[
			"more than with re-drawn weights",
			judged(compared(0.001, { redrawn, excess: { difference: 0.07, interval: [0.01, 0.15] } })),
			`By label purity, units are more coherent than random directions: ${MEANS}, p = 0.001, and more so than with re-drawn weights (advantage +0.090, with re-drawn weights +0.020).`,
		],
		[
			"a p just below 0.05",
			judged(compared(0.0499)),
			`By label purity, units are more coherent than random directions: ${MEANS}, p = 0.050; whether that is learned was not tested.`,
		],
		[
			"19 rotations, with which no p is below 0.05",
			judged(compared(0.05, { permutations: 19 })),
			`By label purity, whether units are more coherent than random directions can't be told: ${MEANS}; with 19 rotations p is 0.050 at least.`,
		],
		[
			"20 rotations, with which one is",
			judged(compared(1 / 21, { permutations: 20 })),
			`By label purity, units are more coherent than random directions: ${MEANS}, p = 0.048; whether that is learned was not tested.`,
		],
		[
			"an excess over re-drawn weights whose interval begins at 0",
			judged(compared(0.001, { redrawn, excess: { difference: 0.07, interval: [0, 0.15] } })),
			`By label purity, units are more coherent than random directions: ${MEANS}, p = 0.001, but not shown to be more so than with re-drawn weights (advantage +0.090, with re-drawn weights +0.020).`,
		],
		[
			"units that are less pure than nearly all rotations",
			judged(compared(0.99)),
			`By label purity, units are less coherent than random directions: ${MEANS}, p = 0.011 for less.`,
		],
		[
			"units that are less pure than most rotations",
			judged(compared(0.95)),
			`By label purity, units are not shown to be more coherent than random directions: ${MEANS}, p = 0.95.`,
		],
		[
			"as many images as are ranked",
			judged(null, { scored: 9 }),
			"Nothing can be compared: with 9 images, every direction ranks all of them among its top 9.",
		],
		["no image", judged(null, { scored: 0 }), "No image was scored, so nothing can be said."],
		[
			"fewer images than are ranked, after a stop",
			judged(null, { scored: 9, stopped: true }),
			"Over the first 9 images: Nothing can be compared: with 9 images, every direction ranks all of them among its top 9.",
		],
		["no active unit", judged(null), "Nothing can be compared: 0 of 0 units have 9 images above their floor."],
	])("says no more than the tests do: %s", (_, report, words) => {
		expect(findingOf(report)).toBe(words);
	});

	it("doesn't compare units with directions that the test is not about", () => {
		const report = judged(compared(0.001));
		const other = { ...report, options: { ...report.options, control: "components" as const } };
		expect(findingOf(other)).toBe(
			"By label purity, units are more coherent than random rotations of their frame: mean purity 0.88 and 0.79, p = 0.001; whether that is learned was not tested.",
		);
	});

	it("rests on what was done: rotations, images, chance", () => {
		const words = conditionsOf(judged(compared(0.001)));
		expect(words).toContain("p: 999 rotations of all units over 500 images, one-sided.");
		expect(words).toContain("Purity by chance 0.29.");
		expect(words).toContain("Cliff's delta 0.30 [0.10, 0.50].");
	});
});
