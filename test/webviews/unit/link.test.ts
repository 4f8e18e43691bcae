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
		expect(link.startsWith("vscode://blindspot.blindspot/unit?model=models/my~20model.keras&layer=")).toBe(true);
		expect(linkedUnit(link)).toEqual({
			...UNIT,
			model: "models/my model.keras",
			data: { path: "data/test", take: 200 },
			standings: null,
		});
	});

	const hostile = [
		"a&b=c",
		"a=b",
		"block#1",
		"100%",
		"100%25",
		"%2F",
		"~2F~",
		"a b+c",
		"conv/Größe/層/🐦",
		"quoted 'x' \"y\" (z)!*",
		"?&unit=9",
		"C:\\data\\my model.keras",
		"\\\\server\\share\\x.keras",
		"line\nbreak",
	];
	/** What happens to a link on its way: nothing, VS Code's handler, chats that encode it, both. */
	const ways: Readonly<Record<string, (link: string) => string>> = {
		untouched: (link) => link,
		"decoded once": (link) => link.replace(/\?.*$/s, (query) => decodeURIComponent(query)),
		"encoded once": (link) => encodeURI(link),
		"all of its query encoded": (link) => link.replace(/\?(.*)$/s, (_, query) => `?${encodeURIComponent(query)}`),
		"encoded twice": (link) => encodeURI(link.replaceAll("~", "%7E")),
	};
	it.each(hostile)("survives any name: %s", (name) => {
		const question: UnitQuestion = {
			...UNIT,
			model: name,
			layer: name,
			data: { path: name, take: 3 },
			standings: null,
		};
		const link = unitLink("vscode", question, (path) => path);
		expect(link).toMatch(/^vscode:\/\/blindspot\.blindspot\/unit\?[\w.~,/&=-]+$/);
		for (const [way, passed] of Object.entries(ways))
			expect({ way, question: linkedUnit(passed(link)) }).toEqual({ way, question });
		const unit = { kind: "direction", name, values: [1, -0.5, 1e-7, 1e21] } as const;
		expect(linkedUnit(unitLink("vscode", { ...question, unit }, (path) => path)).unit).toEqual(unit);
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
		["vscode://blindspot.blindspot/unit?model=a&layer=b&direction=d&values=1,x", "names no unit"],
		["vscode://blindspot.blindspot/unit?model=a&layer=b&direction=d", "names no unit"],
		["vscode://blindspot.blindspot/unit?model=a&layer=~FF&unit=1", "is damaged"],
		["vscode://blindspot.blindspot/unit?model=a&layer=%FF&unit=1", "is damaged"],
		["vscode://blindspot.blindspot/unit?model=a&layer=b&unit=1&data=d&take=0", "no whole number: '0'"],
	])("that is broken is refused with the reason: %s", (link, why) => {
		expect(() => linkedUnit(link)).toThrowError(why);
	});
});
