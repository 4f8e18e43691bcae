import { describe, expect, it } from "vitest";
import { Random } from "../../../src/compute/math/random.js";
import {
	type BlindTest,
	blindResult,
	drawBlindTest,
	marked,
	nextGrid,
	resultSentence,
} from "../../../src/webviews/probe/blind/blindTest.js";
import { fisherExact } from "../../../src/webviews/probe/blind/fisher.js";
import { sampleReport } from "./sampleReport.js";

describe("Fisher's exact test", () => {
	// Closed forms: the lady tasting tea, 4 cups of each; 1 / C(8, 4), then (1 + 16) / 70 and so on.
	it.each([
		[4, 0, 1 / 70],
		[3, 1, 17 / 70],
		[2, 2, 53 / 70],
		[1, 3, 69 / 70],
		[0, 4, 1],
	])("of %i and %i coherent out of 4 and 4", (unitsCoherent, directionsCoherent, p) => {
		expect(fisherExact({ units: 4, unitsCoherent, directions: 4, directionsCoherent })).toBeCloseTo(p, 12);
	});

	it("of all units and no direction is one over the binomial coefficient", () => {
		const choose = (n: number, k: number) =>
			Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((a, b) => a * b, 1);
		for (const [units, directions] of [
			[1, 1],
			[3, 5],
			[20, 20],
			[7, 30],
		] as const) {
			const p = fisherExact({ units, unitsCoherent: units, directions, directionsCoherent: 0 });
			expect(p * choose(units + directions, units)).toBeCloseTo(1, 9);
		}
	});

	it("is 1 where nothing, or everything, is coherent", () => {
		expect(fisherExact({ units: 5, unitsCoherent: 0, directions: 3, directionsCoherent: 0 })).toBe(1);
		expect(fisherExact({ units: 5, unitsCoherent: 5, directions: 3, directionsCoherent: 3 })).toBeCloseTo(1, 12);
		expect(fisherExact({ units: 0, unitsCoherent: 0, directions: 0, directionsCoherent: 0 })).toBe(1);
	});

	it("is the share of all assignments of the marks that are as extreme, by enumeration", () => {
		const [units, directions] = [5, 4];
		const unit = (at: number) => at < units;
		for (let unitsCoherent = 0; unitsCoherent <= units; unitsCoherent++) {
			for (let directionsCoherent = 0; directionsCoherent <= directions; directionsCoherent++) {
				let [extreme, all] = [0, 0];
				for (let marks = 0; marks < 2 ** (units + directions); marks++) {
					const coherent = [...Array(units + directions).keys()].filter((at) => (marks >> at) & 1);
					if (coherent.length !== unitsCoherent + directionsCoherent) continue;
					all++;
					if (coherent.filter(unit).length >= unitsCoherent) extreme++;
				}
				const p = fisherExact({ units, unitsCoherent, directions, directionsCoherent });
				expect(p).toBeCloseTo(extreme / all, 12);
			}
		}
	});
});

describe("a blind test", () => {
	const report = sampleReport({ units: 30, directions: 60 });
	const draw = (seed: number, perKind = 20): BlindTest => {
		const test = drawBlindTest(report, seed, perKind, Random.stream(seed, "blind test"));
		if (test === null) throw new Error("no test");
		return test;
	};

	it("has as many units as directions, none twice, and only those with a full set of images", () => {
		const { grids } = draw(5);
		for (const kind of ["unit", "direction"] as const) {
			const indices = grids.filter((grid) => grid.kind === kind).map(({ index }) => index);
			expect(indices).toHaveLength(20);
			expect(new Set(indices).size).toBe(20);
			const rows = kind === "unit" ? report.units : report.directions;
			for (const index of indices) {
				const row = rows.find((row) => row.index === index);
				expect(row?.inactive).toBe(false);
				expect(row?.top).toHaveLength(report.options.top);
			}
		}
	});

	it("is the same on the same seed, and another on another", () => {
		expect(draw(5)).toEqual(draw(5));
		expect(draw(6).grids).not.toEqual(draw(5).grids);
	});

	it("has an order that tells nothing: each place holds a unit about as often as a direction", () => {
		const seeds = 400;
		const counts = new Array<number>(40).fill(0);
		for (let seed = 0; seed < seeds; seed++) {
			for (const [at, { kind }] of draw(seed).grids.entries()) if (kind === "unit") counts[at]! += 1;
		}
		// Binomial(400, 1/2) has a standard deviation of 10: five of them over 40 places fail once in 40,000 runs, and seeds are fixed.
		for (const count of counts) expect(Math.abs(count - seeds / 2)).toBeLessThan(50);
	});

	it("is smaller where there are fewer, and none where there is next to nothing", () => {
		expect(draw(1, 7).grids).toHaveLength(14);
		const few = sampleReport({ units: 1, directions: 60 });
		expect(drawBlindTest(few, 1, 20, Random.stream(1))).toBeNull();
	});

	it("goes on at the first grid that wasn't judged, also after going back", () => {
		let test = draw(5, 2);
		expect(nextGrid(test)).toBe(0);
		test = marked(test, 0, "coherent", "  twos with a loop ");
		expect(test.grids[0]).toMatchObject({ mark: "coherent", name: "twos with a loop" });
		expect(nextGrid(test)).toBe(1);
		test = marked(test, 0, null, "");
		expect(nextGrid(test)).toBe(0);
		for (const at of test.grids.keys()) test = marked(test, at, "skipped", "");
		expect(nextGrid(test)).toBeNull();
	});

	it("counts what was marked by kind, leaves out what was skipped or not judged, and tests it", () => {
		let test = draw(5, 5);
		for (const [at, { kind }] of test.grids.entries())
			test = marked(test, at, kind === "unit" ? "coherent" : "incoherent", "");
		expect(blindResult(test)).toMatchObject({
			units: 5,
			unitsCoherent: 5,
			directions: 5,
			directionsCoherent: 0,
			skipped: 0,
			open: 0,
		});
		// 1 / C(10, 5)
		expect(blindResult(test).p).toBeCloseTo(1 / 252, 12);
		expect(resultSentence(blindResult(test))).toBe(
			"Judged blind, units are more often coherent than directions: 5 of 5 units and 0 of 5 directions were marked coherent, p = 0.004",
		);
		const unit = test.grids.findIndex(({ kind }) => kind === "unit");
		const direction = test.grids.findIndex(({ kind }) => kind === "direction");
		test = marked(marked(test, unit, "skipped", ""), direction, null, "");
		expect(blindResult(test)).toMatchObject({ units: 4, directions: 4, skipped: 1, open: 1 });
	});

	it("writes p out down to 0.001, and claims a difference below 0.05", () => {
		const sentence = (p: number): string => resultSentence({ ...blindResult(draw(5, 5)), units: 5, directions: 5, p });
		expect(sentence(0.001)).toContain("p = 0.001");
		expect(sentence(0.00099)).toContain("p = 9.9e-4");
		expect(sentence(0.0499)).toContain("units are more often coherent than directions");
		expect(sentence(0.05)).toContain("units are not shown to be more often coherent");
	});

	it("claims nothing that the test doesn't show", () => {
		let test = draw(5, 5);
		for (const at of test.grids.keys()) test = marked(test, at, "coherent", "");
		expect(blindResult(test).p).toBeCloseTo(1, 12);
		expect(resultSentence(blindResult(test))).toContain("units are not shown to be more often coherent");
		for (const at of test.grids.keys()) test = marked(test, at, "skipped", "");
		expect(resultSentence(blindResult(test))).toBe(
			"Too few grids were marked: with 0 units and 0 directions it can't be told. 4 of each are needed.",
		);
	});
});
