import { describe, expect, it } from "vitest";
import type { ProbedDirection, ProbeReport } from "../../../src/compute/activations/probe/report.js";
import { measureShares, purityShares } from "../../../src/webviews/probe/histograms.js";
import { probeRows } from "../../../src/webviews/probe/table.js";
import {
	columnCount,
	comparisonRows,
	decimals,
	footnote,
	pValue,
	rowShare,
	rowWords,
	stateSentences,
} from "../../../src/webviews/probe/words.js";
import { sampleReport } from "./sampleReport.js";

const report = sampleReport({ units: 20, directions: 40 });
const unit = report.units[0]!;
const names = report.model.classNames;
const having = (change: Partial<ProbedDirection>): ProbedDirection => ({ ...unit, ...change });
const withData = (change: Partial<ProbeReport["data"]>): ProbeReport => ({
	...report,
	data: { ...report.data, ...change },
});

describe("a row", () => {
	it("says how many of its images have the commonest label", () => {
		expect(rowWords(having({ commonest: { label: 9, count: 7 } }), names)).toBe("7 of 9 “9”");
		expect(rowShare(having({ purity: 7 / 9 }))).toBeCloseTo(7 / 9);
	});

	it("says the similarity where there are no labels, and that it is inactive or has no finite value", () => {
		expect(rowWords(having({ commonest: null, purity: null, similarity: 0.713 }), names)).toBe("similarity 0.71");
		expect(rowShare(having({ purity: null, similarity: 0.713 }))).toBe(0.713);
		expect(rowWords(having({ inactive: true }), names)).toBe("inactive");
		expect(rowShare(having({ inactive: true }))).toBeNull();
		expect(rowWords(having({ notFinite: 40, top: [] }), names)).toBe("no finite value");
	});
});

describe("figures", () => {
	it("have a typographic minus, and a dash where there are none", () => {
		expect(decimals(-0.114, 2)).toBe("−0.11");
		expect(decimals(null, 2)).toBe("–");
		expect([pValue(0.0531), pValue(0.0004), pValue(null)]).toEqual(["0.053", "<0.001", "–"]);
		// What 999 rotations give at least is no less than that.
		expect([pValue(0.001), pValue(0.00099)]).toEqual(["0.001", "<0.001"]);
		expect([columnCount(100, 100), columnCount(12, 1000)]).toEqual(["100", "12 of 1,000"]);
	});

	it("compare units with directions, a row for each measure that there is", () => {
		const rows = comparisonRows(report);
		expect(rows.map(({ measure }) => measure)).toEqual(["purity", "similarity", "featureSimilarity"]);
		expect(rows[0]).toMatchObject({ units: "0.89", directions: "0.78", p: "0.053", redrawn: "0.200" });
		expect(rows[2]?.delta.words).toBe("−0.11 [−0.20, −0.02]");
		const without = comparisonRows({ ...report, statistics: { ...report.statistics, purity: null } });
		expect(without.map(({ measure }) => measure)).toEqual(["similarity", "featureSimilarity"]);
	});

	it("say below the table where p comes from", () => {
		expect(footnote(report)).toBe(
			"p: 999 rotations of all units, one-sided. Test on 10,000 images and 20 units. Purity by chance: 0.29. Inactive units: 2 of 20. Unreadable images: 0.",
		);
	});
});

describe("states of the data", () => {
	it("are nothing to speak of where all is well", () => {
		expect(stateSentences(report)).toEqual([]);
	});

	it("are no labels, which the report doesn't warn of", () => {
		expect(stateSentences(withData({ perClass: null }))).toEqual(["The images have no labels, so there is no purity."]);
	});
});

describe("histograms", () => {
	const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

	it("of purity have a step for each count, and shares of each column", () => {
		const shares = purityShares(report.units, report.directions, 9)!;
		expect(shares.steps.at(-1)).toBe("9");
		expect(sum(shares.units)).toBeCloseTo(1);
		expect(sum(shares.directions)).toBeCloseTo(1);
		const full = report.directions.filter(({ commonest }) => commonest?.count === 9).length;
		expect(shares.directions.at(-1)).toBeCloseTo(full / 40);
		expect(purityShares([having({ purity: null, commonest: null })], [], 9)).toBeNull();
	});

	it("of a measure cover the range of both, the highest value in the last step", () => {
		const column = (...values: readonly number[]) => values.map((similarity) => having({ similarity }));
		const shares = measureShares(column(0, 0.5), column(1, 1, 1), "similarity")!;
		expect(shares.steps[0]).toBe("0.00");
		expect([shares.units[0], shares.units[8], shares.directions.at(-1)]).toEqual([0.5, 0.5, 1]);
		expect(measureShares(column(0.4), column(0.4), "similarity")).toBeNull();
	});
});

it("the table has a row for each unit and direction, each with all columns", () => {
	const rows = probeRows(report);
	expect(rows).toHaveLength(1 + 20 + 40);
	for (const row of rows) expect(row).toHaveLength(rows[0]!.length);
	expect(rows[1]!.slice(0, 4)).toEqual(["unit", 0, "unit 0", unit.purity]);
	expect(rows[21]!.slice(0, 3)).toEqual(["direction", 0, "direction 0"]);
});
