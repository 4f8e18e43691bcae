import { describe, expect, it } from "vitest";
import { AS_DRAWN, arranged, commonestLabels, imagesOf, ORDERS, rankings } from "../../../src/webviews/probe/view.js";
import { sampleReport } from "./sampleReport.js";

const report = sampleReport({ units: 100, directions: 250 });

describe("the rows of a column", () => {
	it("are as drawn by default", () => {
		expect(arranged(report.units, AS_DRAWN)).toEqual(report.units);
		expect(arranged(report.directions, AS_DRAWN)).toEqual(report.directions);
	});

	it.each(ORDERS.slice(1))("sorted by %s fall, by the same rule for both, without figures last", (order) => {
		if (order === "drawn") return;
		for (const column of [report.units, report.directions]) {
			const rows = arranged(column, { ...AS_DRAWN, order });
			expect(rows.map(({ index }) => index).toSorted((a, b) => a - b)).toEqual(column.map(({ index }) => index));
			const figures = rows.map((row) => row[order]);
			const firstMissing = figures.indexOf(null);
			const there = figures.slice(0, firstMissing < 0 ? undefined : firstMissing);
			expect(figures.slice(there.length).every((figure) => figure === null)).toBe(true);
			for (const [at, figure] of there.entries()) {
				const next = there[at + 1];
				if (figure === null || next == null) continue;
				expect(figure).toBeGreaterThanOrEqual(next);
				if (figure === next) expect(rows[at]!.index).toBeLessThan(rows[at + 1]!.index);
			}
		}
	});

	it("are those whose commonest label was asked for", () => {
		const seven = arranged(report.units, { ...AS_DRAWN, label: 7 });
		expect(seven.length).toBeGreaterThan(0);
		expect(seven).toEqual(report.units.filter(({ commonest }) => commonest?.label === 7));
	});

	it("show the images of either end", () => {
		const [unit] = report.units;
		expect(imagesOf(unit!, "most")).toBe(unit!.top);
		expect(imagesOf(unit!, "least")).toBe(unit!.bottom);
	});
});

describe("an image", () => {
	it("is ranked by those that have it among their top ones, best rank first", () => {
		const index = report.units[0]!.top[3]!.index;
		const all = rankings(report.units, index);
		const holders = report.units.filter(({ top }) => top.some((image) => image.index === index));
		expect(all.map(({ direction }) => direction.index).toSorted()).toEqual(
			holders.map((unit) => unit.index).toSorted(),
		);
		expect(all.map(({ rank }) => rank)).toEqual(all.map(({ rank }) => rank).toSorted((a, b) => a - b));
		for (const { direction, rank, image } of all) expect(direction.top[rank - 1]).toBe(image);
		expect(rankings(report.units, -1)).toEqual([]);
	});
});

it("the filter offers the labels that occur, ascending", () => {
	const labels = commonestLabels([report.units, report.directions]);
	expect(labels).toEqual(labels.toSorted((a, b) => a - b));
	expect(new Set(labels).size).toBe(labels.length);
	expect(labels).toContain(report.units[0]!.commonest!.label);
});
