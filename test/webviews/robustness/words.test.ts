import { describe, expect, it } from "vitest";
import { robustnessRows } from "../../../src/webviews/robustness/rows.js";
import {
	copiedFigures,
	figureRows,
	histogram,
	modelNames,
	outstanding,
	pairs,
	roundLevels,
} from "../../../src/webviews/robustness/words.js";
import { FIRST, IMAGES, robustnessReport, SECOND } from "./sampleReport.js";

const two = robustnessReport([FIRST, SECOND]);
const one = robustnessReport([FIRST]);
const named = (path: string) => ({ ...FIRST, model: { ...FIRST.model, path } });

describe("names of models", () => {
	it("are the file's, without its ending", () => {
		expect(modelNames([FIRST, SECOND])).toEqual(["mnist-mlp", "mnist-mlp-adv"]);
	});

	it("are the folder's for files that are all called the same", () => {
		expect(modelNames([named("/a/mlp/model.json"), named("/a/saved/saved_model.pb")])).toEqual(["mlp", "saved"]);
	});

	it("have as much of the path as tells them apart", () => {
		expect(modelNames([named("/run1/best.h5"), named("/run2/best.h5")])).toEqual(["run1/best", "run2/best"]);
	});

	it("end where two are one file", () => {
		expect(modelNames([named("/a/b.h5"), named("/a/b.h5")])).toEqual(["/a/b", "/a/b"]);
	});
});

describe("figures", () => {
	it.each([
		[0.12, [0.02, 0.05, 0.1]],
		[0.1, [0.02, 0.05, 0.1]],
		[0.0048, [0.0005, 0.001, 0.002]],
		[7, [1, 2, 5]],
		[0, []],
	])("are read off at round distortions below %d", (end, levels) => {
		expect(roundLevels(end)).toEqual(levels);
	});

	it("stand for both models, with the line that is pointed at", () => {
		const rows = figureRows(two, 0.043);
		const of = (name: string) => rows.find((row) => row.name === name)?.values.map(({ value }) => value);
		expect(of("Accuracy")).toEqual(["97.5%", "97.5%"]);
		expect(of("Found an adversarial")).toEqual(["39 of 39", "38 of 39"]);
		expect(of("Evaluations per image")).toEqual(["120", "120"]);
		expect(rows.filter(({ pointed }) => pointed).map(({ name }) => name)).toEqual([
			"No adversarial found below 0.0430",
		]);
		const still = SECOND.images.filter(({ right, distortion }) => right && (distortion ?? 1) > 0.043).length / IMAGES;
		expect(of("No adversarial found below 0.0430")?.[1]).toBe(`${(still * 100).toFixed(1)}%`);
	});

	it("are copied with tabs", () => {
		const lines = copiedFigures(two).split("\n");
		expect(lines[0]).toBe("\tmnist-mlp\tmnist-mlp-adv");
		expect(lines.every((line) => line.split("\t").length === 3)).toBe(true);
	});
});

describe("images", () => {
	it("are pairs where both models have an adversarial", () => {
		expect(pairs(two)).toHaveLength(IMAGES - 2);
		expect(pairs(one)).toEqual([]);
	});

	it("that are outstanding differ most, in either direction", () => {
		const { heading, rows } = outstanding(two);
		expect(heading).toBe("Largest differences");
		expect(rows.map(({ index }) => index)).not.toContain(9);
		const apart = rows.map(({ ratio }) => Math.abs(Math.log(ratio ?? 1)));
		expect(apart).toEqual(apart.toSorted((a, b) => b - a));
	});

	it("that are outstanding are nearest to a mistake where there is one model", () => {
		const { heading, rows } = outstanding(one);
		expect(heading).toBe("Nearest to a mistake");
		const distortions = rows.map(({ index }) => FIRST.images[index]?.distortion ?? 0);
		expect(distortions).toEqual(distortions.toSorted((a, b) => a - b));
		expect(rows.every(({ ratio }) => ratio === null)).toBe(true);
	});

	it("are counted in bins, the largest in the last", () => {
		expect(histogram([0, 0.5, 1, 1], 2).map(({ count }) => count)).toEqual([1, 3]);
		expect(histogram([])).toEqual([]);
	});

	it("have a row each, with both models' results", () => {
		const [headings, ...rows] = robustnessRows(two);
		expect(headings).toContain("model 2: distortion");
		expect(rows).toHaveLength(IMAGES);
		expect(rows.every((row) => row.length === headings?.length)).toBe(true);
		expect(rows[9]?.[headings?.indexOf("model 2: failure") ?? 0]).toBe("budget");
		expect(robustnessRows(one)[0]).toContain("distortion");
	});
});
