import { describe, expect, it } from "vitest";
import {
	arePlaceholders,
	columnDecimals,
	displayNames,
	distortion,
	duration,
	fittingNoiseFactor,
	percent,
	plural,
	predictionRows,
	significant,
	targetName,
} from "../../../src/webviews/ui/format.js";

describe("figures as words", () => {
	it("keeps significant digits, trailing zeros too, without an exponent", () => {
		expect(distortion(0.002142)).toBe("0.00214");
		expect(distortion(0.0505)).toBe("0.0505");
		expect(distortion(0.1)).toBe("0.100");
		expect(significant(0.00996, 2)).toBe("0.010");
		expect(significant(793.4, 3)).toBe("793");
		expect(significant(12345, 3)).toBe("12300");
		expect(significant(-0.19, 2)).toBe("−0.19");
		expect(significant(0, 3)).toBe("0");
		expect(significant(3.2e-9, 2)).toBe("3.2e−9");
	});

	it("never says 0.0% of what is more than nothing", () => {
		expect(percent(0.942)).toBe("94.2%");
		expect(percent(0.0005)).toBe("0.1%");
		expect(percent(0.00049)).toBe("<0.1%");
		expect(percent(0)).toBe("<0.1%");
		expect(percent(1)).toBe("100.0%");
		expect(percent(0.49963, 2)).toBe("49.96%");
	});

	it("gives a column the decimals that its smallest figure needs", () => {
		expect(columnDecimals([0.0193, 0.083])).toBe(3);
		expect(columnDecimals([0.0021, 0.5])).toBe(4);
		expect(columnDecimals([54, 12])).toBe(2);
		expect(columnDecimals([])).toBe(2);
		expect(columnDecimals([1e-12])).toBe(6);
	});

	it("counts and lasts", () => {
		expect(plural(1, "image")).toBe("1 image");
		expect(plural(1400, "image")).toBe("1,400 images");
		expect(duration(0.421)).toBe("0.42 s");
		expect(duration(6.63)).toBe("6.6 s");
		expect(duration(185)).toBe("3 min 5 s");
	});

	it("finds the noise factor for a distortion", () => {
		expect(fittingNoiseFactor(0.00214)).toBe(32);
		expect(fittingNoiseFactor(0.0505)).toBe(2);
		expect(fittingNoiseFactor(0.9)).toBe(1);
		expect(fittingNoiseFactor(1e-9)).toBe(512);
	});

	it("names files by their folder only where it takes that", () => {
		expect(displayNames(["/a/jay.jpg", "/a/7/x.png", "/a/8/x.png"])).toEqual(["jay.jpg", "7/x.png", "8/x.png"]);
		expect(displayNames(["C:\\a\\jay.jpg"])).toEqual(["jay.jpg"]);
		expect(displayNames(["/a/t10k.gz#7", "/a/t10k.gz#12"])).toEqual(["#7 t10k.gz", "#12 t10k.gz"]);
		expect(displayNames(["/a/king_penguin/jay.jpg"], true)).toEqual(["king_penguin/jay.jpg"]);
		expect([[], ["class 0", "class 1"], ["class 0", "cat"]].map(arePlaceholders)).toEqual([false, true, false]);
	});

	it("names targets", () => {
		expect(targetName({ kind: "any" }, [])).toBe("Any other label");
		expect(targetName({ kind: "label", index: 1 }, ["jay", "toaster"])).toBe("toaster");
		expect(targetName({ kind: "label", index: 7 }, [])).toBe("label 7");
	});
});

describe("prediction rows", () => {
	const label = (index: number, before: number, after: number) => ({ index, name: `label ${index}`, before, after });
	const roles = { before: 0, after: 1 };

	it("adds a row for the others, so that columns add to one", () => {
		const rows = predictionRows([label(0, 0.9, 0.3), label(1, 0.05, 0.6)], 1000, roles, true);
		expect(rows.map((row) => row.role)).toEqual(["before", "after", "rest"]);
		expect(rows[2]?.name).toBe("998 others");
		expect(rows.reduce((sum, row) => sum + row.before.share, 0)).toBeCloseTo(1, 12);
		expect(rows.reduce((sum, row) => sum + (row.after?.share ?? 0), 0)).toBeCloseTo(1, 12);
	});

	it("says one other of one, and nothing where all labels have a row", () => {
		expect(predictionRows([label(0, 0.9, 0.4), label(1, 0.05, 0.5)], 3, roles, true).at(-1)?.name).toBe("1 other");
		expect(predictionRows([label(0, 0.6, 0.4), label(1, 0.4, 0.6)], 2, roles, true)).toHaveLength(2);
	});

	it("gives two decimals to the two leading labels where one would not tell them apart", () => {
		const rows = predictionRows(
			[label(0, 0.942, 0.4994), label(1, 0.017, 0.4996), label(2, 0.02, 0.0004)],
			9,
			roles,
			true,
		);
		expect(rows.map((row) => row.after?.words)).toEqual(["49.94%", "49.96%", "<0.1%", "0.1%"]);
		expect(rows[0]?.before.words).toBe("94.2%");
	});

	it("keeps one decimal where the leading labels are apart", () => {
		const rows = predictionRows([label(0, 0.986, 0.471), label(1, 0.008, 0.523)], 9, roles, true);
		expect(rows.slice(0, 2).map((row) => row.after?.words)).toEqual(["47.1%", "52.3%"]);
	});

	it("has no second column before anything was tried, and no rows before a prediction", () => {
		expect(predictionRows([label(0, 1, 1)], 9, roles, false).every((row) => row.after === null)).toBe(true);
		expect(predictionRows([], 9, roles, true)).toEqual([]);
	});
});
