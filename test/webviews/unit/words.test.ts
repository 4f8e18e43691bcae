import { describe, expect, it } from "vitest";
import { standings } from "../../../src/webviews/probe/standings.js";
import type { Standings } from "../../../src/webviews/unit/question.js";
import { weightBytes } from "../../../src/webviews/unit/weights.js";
import { conditions, headline, unitRows } from "../../../src/webviews/unit/words.js";
import { sampleReport } from "../probe/sampleReport.js";
import { sampleUnit } from "./sampleUnit.js";

const probe = sampleReport({ units: 20, directions: 100 });

describe("how a unit stands", () => {
	it("counts the directions that are as coherent or more", () => {
		const unit = probe.units[3]!;
		const found = standings(probe);
		const as = probe.directions.filter(({ purity }) => purity !== null && purity >= unit.purity!).length;
		expect(found).toMatchObject({ directions: 100, measure: "purity" });
		expect(found.units[3]).toEqual({ index: 3, asCoherent: as, p: unit.single?.p, q: 1 });
		// Those that are inactive have no figure.
		expect(found.units.map(({ index }) => index)).not.toContain(9);
		expect(found.units).toHaveLength(18);
	});
});

describe("the finding of a unit", () => {
	const unit = sampleUnit();

	it("says what its images share and how it stands, no more than the test", () => {
		const standing = { index: 1, asCoherent: 58, p: 0.58, q: 1 };
		const found: Standings = { directions: 100, measure: "purity", words: null, units: [standing] };
		expect(headline(unit, found)).toBe(
			"unit 1: 17 of its top 24 are “9”; 58% of the probe’s random directions are as pure or purer",
		);
		expect(conditions(unit, found)[0]).toBe(
			"Not shown to be special: p = 0.580 against random directions, q = 1.000 after correction for all units (Benjamini-Hochberg).",
		);
		expect(conditions(unit, { ...found, units: [{ ...standing, p: 0.0001, q: 0.01 }] })[0]).toMatch(
			/^Special: p = <0.001/,
		);
		expect(headline(unit, { ...found, units: [] })).toBe("unit 1: 17 of its top 24 are “9”");
		expect(headline(unit, null)).toBe("unit 1: 17 of its top 24 are “9”");
		expect(conditions(unit, null)).toEqual([
			"Active on 19.7% of images.",
			"dense_1, post-activation, 10,000 of 10,000 images, seed 1.",
			"8,034 images at its floor.",
		]);
	});

	it("names the measure that p and q are of, at the border of .05 as the tests do", () => {
		const figures = { ...unit.figures, commonest: null, similarity: 0.4, featureSimilarity: 0.7 };
		const standing = { index: 1, asCoherent: 3, p: 0.03, q: 0.05 };
		const found: Standings = { directions: 100, measure: "featureSimilarity", words: null, units: [standing] };
		expect(headline({ ...unit, figures }, found)).toBe(
			"unit 1: its top 24 have a mean feature similarity of 0.70; 3% of the probe’s random directions are as similar in features or more so",
		);
		expect(headline({ ...unit, figures }, { ...found, measure: "similarity" })).toContain("pixel similarity of 0.40");
		expect(conditions(unit, found)[0]).toMatch(/^Not shown to be special/);
		expect(conditions(unit, { ...found, units: [{ ...standing, q: 0.049 }] })[0]).toMatch(/^Special/);
	});

	it("says that it is inactive", () => {
		expect(headline({ ...unit, figures: { ...unit.figures, inactive: true } }, null)).toBe(
			"unit 1 is inactive on this data",
		);
	});

	it("has a table of its images from either end", () => {
		const rows = unitRows(unit);
		expect(rows[0]).toEqual(["end", "rank", "image", "label", "score"]);
		expect(rows).toHaveLength(1 + unit.figures.top.length + unit.figures.bottom.length);
	});
});

describe("weights as a picture", () => {
	it("have zero at mid grey, the largest white or black", () => {
		const { data, channels } = weightBytes({ width: 2, height: 2, channels: 1, values: [0, 0.5, -1, 1] });
		expect([...data]).toEqual([128, 192, 1, 255]);
		expect(channels).toBe(1);
	});

	it("are grey for other than one or three channels, and plain where all are zero", () => {
		expect(weightBytes({ width: 1, height: 1, channels: 2, values: [1, 3] })).toMatchObject({ channels: 1 });
		expect([...weightBytes({ width: 2, height: 1, channels: 1, values: [0, 0] }).data]).toEqual([128, 128]);
	});
});
