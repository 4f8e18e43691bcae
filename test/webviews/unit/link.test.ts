import { describe, expect, it } from "vitest";
import { UNIT_IMAGES } from "../../../src/webviews/unit/analysis.js";
import { linkedUnit, unitLink } from "../../../src/webviews/unit/link.js";
import type { UnitQuestion } from "../../../src/webviews/unit/question.js";

const UNIT: UnitQuestion = {
	model: "/work/models/my model.keras",
	layer: "conv2d/1 & more",
	data: { path: "/work/data/test", take: 200 },
	pre: true,
	reduce: "mean",
	unit: { kind: "unit", index: 12 },
	top: UNIT_IMAGES,
	seed: 7,
	standings: { directions: 10, measure: "purity", words: null, units: [{ index: 12, asCoherent: 3, p: 0.3, q: 1 }] },
};
const relative = (path: string) => path.replace("/work/", "");

describe("a link to a unit", () => {
	it("leads back to what it was made of, with paths of the workspace", () => {
		const link = unitLink("vscode", UNIT, relative);
		expect(link.startsWith("vscode://blindspot.blindspot/unit?model=models%2Fmy+model.keras&")).toBe(true);
		expect(linkedUnit(link)).toEqual({
			...UNIT,
			model: "models/my model.keras",
			data: { path: "data/test", take: 200 },
			standings: null,
		});
	});

	it("leads to directions by their values, and to all of a data set", () => {
		const direction: UnitQuestion = {
			...UNIT,
			data: { path: "/work/data/test", take: null },
			pre: false,
			reduce: "max",
			unit: { kind: "direction", name: "round things", values: [0.5, -1, 1e-7] },
		};
		const back = linkedUnit(unitLink("code-oss", direction, relative));
		expect(back.unit).toEqual(direction.unit);
		expect(back.data).toEqual({ path: "data/test", take: null });
		expect([back.pre, back.reduce]).toEqual([false, "max"]);
	});

	it("leads to directions that a probe drew, by its seed", () => {
		const unit = { kind: "drawn", control: "rotation", index: 140, seed: 3 } as const;
		expect(linkedUnit(unitLink("vscode", { ...UNIT, unit }, relative)).unit).toEqual(unit);
	});

	it.each([
		["vscode://blindspot.blindspot/unit?model=a&layer=b&drawn=1&control=whitened", "'whitened'"],
		["nonsense", "begin like"],
		["vscode://blindspot.blindspot/other?model=a&layer=b&unit=1", "begin like"],
		["vscode://somebody.else/unit?model=a&layer=b&unit=1", "begin like"],
		["vscode://blindspot.blindspot/unit?layer=b&unit=1", "names no model"],
		["vscode://blindspot.blindspot/unit?model=a&unit=1", "names no layer"],
		["vscode://blindspot.blindspot/unit?model=a&layer=b", "names no unit"],
		["vscode://blindspot.blindspot/unit?model=a&layer=b&unit=-1", "no whole number: '-1'"],
		["vscode://blindspot.blindspot/unit?model=a&layer=b&unit=1e3", "no whole number"],
		["vscode://blindspot.blindspot/unit?model=a&layer=b&unit=1&reduce=sum", "'sum'"],
		["vscode://blindspot.blindspot/unit?model=a&layer=b&direction=d&values=1 x", "names no unit"],
		["vscode://blindspot.blindspot/unit?model=a&layer=b&unit=1&data=d&take=0", "no whole number: '0'"],
	])("that is broken is refused with the reason: %s", (link, why) => {
		expect(() => linkedUnit(link)).toThrowError(why);
	});
});
