import { describe, expect, it } from "vitest";
import { judgedMeasure } from "../../../../src/compute/activations/probe/judgement.js";
import type { ProbedDirection } from "../../../../src/compute/activations/probe/report.js";
import type { CoherenceValues, RotationOutcome } from "../../../../src/compute/activations/probe/rotationTest.js";
import {
	type Evidence,
	probeStatistics,
	singleUnitTests,
} from "../../../../src/compute/activations/probe/statistics.js";

const row = (index: number, purity: number | null, rest: Partial<ProbedDirection> = {}): ProbedDirection => ({
	index,
	name: `unit ${index}`,
	top: [],
	bottom: [],
	inactive: purity === null,
	purity,
	commonest: null,
	similarity: purity,
	featureSimilarity: null,
	active: null,
	sparsity: null,
	selectivity: null,
	mean: null,
	highest: null,
	lowest: null,
	notFinite: 0,
	single: null,
	...rest,
});

const values = (list: readonly number[]): CoherenceValues => ({
	purity: Float64Array.from(list),
	similarity: Float64Array.from(list),
	featureSimilarity: new Float64Array(list.length).fill(Number.NaN),
});

/** What rotations of a frame gave: all its directions, `width` to each rotation. */
function outcome(units: readonly number[], singles: readonly number[], width: number): RotationOutcome {
	const means = Array.from({ length: singles.length / width }, (_, i) => {
		const own = singles.slice(i * width, (i + 1) * width);
		return own.reduce((sum, value) => sum + value, 0) / width;
	});
	const active = units.filter((value) => !Number.isNaN(value));
	const mean = active.reduce((sum, value) => sum + value, 0) / active.length;
	return {
		units: values(units),
		frame: { purity: mean, similarity: mean, featureSimilarity: Number.NaN },
		rotated: values(means),
		singles: values(singles),
		rotations: means.length,
	};
}

function evidence(
	units: readonly (number | null)[],
	rotated: RotationOutcome | null,
	rest: Partial<Evidence> = {},
): Evidence {
	return {
		units: units.map((purity, i) => row(i, purity)),
		directions: [0.2, 0.3, 0.4].map((purity, i) => row(i, purity)),
		chance: 0.1,
		rotation: rotated && { outcome: rotated, frame: units.map((_, i) => i), images: 500, redrawn: null },
		seed: 1,
		...rest,
	};
}

const tests = (of: Evidence) => singleUnitTests(of, probeStatistics(of));

describe("tests of single units", () => {
	// 39 directions of rotated frames below the units 0 and 2, and above unit 1.
	const singles = Array.from({ length: 39 }, (_, i) => 0.4 + i / 1000);

	it("rank each unit among the directions of the rotated frames, with q over all units", () => {
		const { tests: found, words } = tests(evidence([0.9, 0.1], outcome([0.9, 0.1], singles, 3)));
		expect(found).toEqual([
			{ p: 1 / 40, q: 2 / 40 },
			{ p: 1, q: 1 },
		]);
		expect(words).toMatchObject({ measure: "purity", directions: 39 });
		// A q of 0.05 is no finding.
		expect(words?.words).toContain("0 of 2 units more coherent than random directions at q < 0.05");
	});

	it("count as found what has a q below 0.05, of the units that can be ranked", () => {
		const many = Array.from({ length: 99 }, (_, i) => 0.4 + i / 1000);
		const of = evidence([0.9, null, 0.8, 0.1], outcome([0.9, Number.NaN, 0.8, 0.1], many, 3));
		const { tests: found, words } = tests(of);
		expect(found[0]).toEqual({ p: 1 / 100, q: expect.closeTo(1.5 / 100, 12) });
		expect(found[1]).toBeNull();
		expect(found[2]).toEqual(found[0]);
		expect(found[3]).toEqual({ p: 1, q: 1 });
		expect(words?.words).toContain("2 of 3 units more coherent");
	});

	it("aren't done where no unit could be found, and say so", () => {
		// One unit's least p is 1 in 20: a q of 0.05 is reached, but with one direction fewer it isn't.
		const twenty = singles.slice(0, 19);
		expect(tests(evidence([0.9], outcome([0.9], twenty, 1))).tests).toEqual([{ p: 1 / 20, q: 1 / 20 }]);
		const { tests: found, words } = tests(evidence([0.9], outcome([0.9], twenty.slice(1), 1)));
		expect(found).toEqual([null]);
		expect(words?.words).toBe("not resolvable with 18 directions");
	});

	it("take the directions that are shown where there are no rotations", () => {
		const directions = Array.from({ length: 60 }, (_, i) => row(i, i / 100));
		const { tests: found, words } = tests(evidence([0.9, 0.3], null, { directions }));
		expect(found[0]).toMatchObject({ p: 1 / 61 });
		expect(found[1]).toMatchObject({ p: (1 + 30) / 61 });
		expect(words?.directions).toBe(60);
		const stopped = evidence([0.9, 0.3], { ...outcome([0.9, 0.3], [], 1), rotations: 0 }, { directions });
		expect(tests(stopped).words?.directions).toBe(60);
	});

	it("take the unit's own place in the layer where only some are shown", () => {
		const shown = { ...evidence([0.1], outcome([0.1, 0.2, 0.95], singles, 3)), units: [row(2, 0.95)] };
		expect(tests(shown).tests).toEqual([{ p: 1 / 40, q: 1 / 40 }]);
	});

	it("are none where no unit is active or nothing is known of directions", () => {
		expect(tests(evidence([null, null], outcome([Number.NaN, Number.NaN], singles, 3)))).toEqual({
			tests: [null, null],
			words: null,
		});
		expect(tests(evidence([0.5], null, { directions: [] }))).toEqual({ tests: [null], words: null });
	});
});

describe("the statistics of a probe", () => {
	const rotated = outcome([0.9, 0.7], [0.1, 0.3, 0.2, 0.4, 0.3, 0.5], 2);

	it("hold the frame against its rotations", () => {
		const { purity, similarity, featureSimilarity, inactive, test } = probeStatistics(evidence([0.9, 0.7], rotated));
		expect(purity?.rotation).toEqual({
			frame: expect.closeTo(0.8, 12),
			rotations: expect.closeTo(0.3, 12),
			advantage: expect.closeTo(0.5, 12),
			p: 1 / 4,
		});
		expect(purity).toMatchObject({ permutations: 3, p: 1 / 4, units: 0.8, directions: 0.3, delta: 1, chance: 0.1 });
		expect(similarity?.rotation).toEqual(purity?.rotation);
		expect([purity?.redrawn, purity?.excess]).toEqual([null, null]);
		expect(featureSimilarity).toBeNull();
		expect(inactive).toBe(0);
		expect(test).toEqual({ images: 500, units: 2 });
	});

	it("leave out what wasn't done: labels, rotations, active units", () => {
		const { purity, similarity, inactive } = probeStatistics(evidence([0.9, null], null, { chance: null }));
		expect(purity).toBeNull();
		expect(similarity).toMatchObject({ rotation: null, p: null, permutations: 0, units: 0.9 });
		expect(inactive).toBe(1);
		const stopped = { ...rotated, rotations: 0 };
		expect(probeStatistics(evidence([0.9, 0.7], stopped)).purity?.rotation).toBeNull();
		const none = outcome([Number.NaN, Number.NaN], [0.1, 0.2], 2);
		expect(probeStatistics(evidence([0.9, 0.7], none)).purity?.rotation).toBeNull();
		expect(probeStatistics(evidence([null], rotated)).purity).toBeNull();
		expect(probeStatistics(evidence([0.9], rotated, { directions: [] })).purity).toBeNull();
	});

	it("hold the advantage against that of re-drawn weights, with an interval of the difference", () => {
		const redrawn = outcome([0.5, 0.3], [0.2, 0.2, 0.3, 0.3, 0.4, 0.4], 2);
		const of = evidence([0.9, 0.7], rotated, {
			rotation: { outcome: rotated, frame: [0, 1], images: 500, redrawn },
		});
		const { redrawn: other, excess } = probeStatistics(of).purity!;
		expect(other).toMatchObject({ frame: expect.closeTo(0.4, 12), advantage: expect.closeTo(0.1, 12) });
		expect(excess?.difference).toBeCloseTo(0.4, 12);
		// Both lists have two values: resampled means lie between 0.2 and 0.6 apart, and the rotations' means are alike.
		const [low, high] = excess!.interval;
		expect(low).toBeCloseTo(0.2, 6);
		expect(high).toBeCloseTo(0.6, 6);
	});
});

it("units are judged by purity, else by similarity in the penultimate layer, else of pixels", () => {
	const statistics = probeStatistics(evidence([0.9], null));
	expect(judgedMeasure(statistics)).toBe("purity");
	expect(judgedMeasure({ ...statistics, purity: null })).toBe("similarity");
	expect(judgedMeasure({ ...statistics, purity: null, featureSimilarity: statistics.similarity })).toBe(
		"featureSimilarity",
	);
});
