import { describe, expect, it } from "vitest";
import {
	announcement,
	COPIED_HEADINGS,
	copiedFigures,
	figures,
	suggestions,
	verdict,
} from "../../../src/webviews/adversarial/figures.js";
import type { Row } from "../../../src/webviews/adversarial/messages.js";
import { BALLOON_FAILED, CLASS_NAMES, JAY, LADYBUG_RUNNING, row } from "../harness/samples.js";

const naming = { classNames: CLASS_NAMES, file: "jay.jpg" };
const lines = (of: Row, budget: number | null = 1000) =>
	figures(of, budget).map(({ name, value, note }) => `${name}: ${value}${note ? ` ${note}` : ""}`);

describe("figures of a row", () => {
	it("of an adversarial", () => {
		expect(lines(JAY)).toEqual([
			"Distortion: 0.00214",
			"L2 · L∞: 0.831 · 0.0142 (3.6 / 255)",
			"Control: 0 of 100 changed by noise alone",
			"Stored 8-bit: still changed, 0.00226",
			"Margin: 0.0004 logits",
			"Cost: 412 evaluations, 1.9 s",
		]);
	});

	it("of a search that goes on", () => {
		expect(lines(LADYBUG_RUNNING)).toEqual(["Distortion: 0.00531 or less", "Cost: 186 of 1,000 evaluations"]);
		expect(lines(LADYBUG_RUNNING, null).at(-1)).toBe("Cost: 186 evaluations");
	});

	it("of a failure: the reason first, then what came nearest", () => {
		expect(lines(BALLOON_FAILED)).toEqual([
			"Reason: budget spent",
			"Nearest: margin −0.19 logits, distortion 0.0318",
			"Cost: 1,000 of 1,000 evaluations, 4.7 s",
		]);
	});

	it("says what storage did", () => {
		const stored = (success: boolean, repaired: boolean) =>
			lines({
				...JAY,
				image: { ...JAY.image, stored: { success, repaired, distortion: success ? 0.00231 : null } },
			})[3];
		expect(stored(true, true)).toBe("Stored 8-bit: lost when rounded; nearest stored 0.00231");
		expect(stored(false, false)).toBe("Stored 8-bit: lost when stored; no stored neighbour holds");
	});

	it("suggests more work where the budget ran out, and any label where one was asked", () => {
		expect(suggestions(BALLOON_FAILED, 1000).map(({ words }) => words)).toEqual([
			"4,000 evaluations",
			"any other label",
		]);
		expect(suggestions(JAY, 1000)).toEqual([]);
	});
});

describe("the verdict", () => {
	const of = (item: Row) => verdict(item, { kind: "ended", message: "" }, naming);

	it("follows the state of the row", () => {
		expect(of(JAY)).toEqual({ kind: "changed", before: "jay", after: "indigo bunting", note: "" });
		expect(of(LADYBUG_RUNNING)).toMatchObject({ kind: "open", before: "ladybug", words: "searching…" });
		expect(of(BALLOON_FAILED)).toMatchObject({ kind: "none", words: "No adversarial found for target “toaster”" });
		expect(of(row({ source: "a.png", error: "not a PNG" }, "done"))).toEqual({
			kind: "unreadable",
			words: "not a PNG",
		});
		expect(of(row({ source: "a.png" }, "unfinished"))).toMatchObject({ words: "not started" });
		expect(of({ ...LADYBUG_RUNNING, status: "unfinished" })).toMatchObject({ words: "not finished: process ended" });
	});

	it("says when the model was wrong before", () => {
		expect(of({ ...JAY, image: { ...JAY.image, label: 2 } })).toMatchObject({ note: "labelled magpie, predicted jay" });
	});

	it("resolves a special target that failed to the label it stood for", () => {
		const next: Row = { ...BALLOON_FAILED, target: { kind: "next" } };
		expect(of(next)).toMatchObject({ words: "No adversarial found for target “toaster”" });
	});

	it("takes a picture that has the target label already for no failure", () => {
		const already: Row = { ...BALLOON_FAILED, image: { ...BALLOON_FAILED.image, failure: "already target" } };
		expect(of(already).kind).toBe("open");
	});
});

describe("lines about a row", () => {
	it("are read out", () => {
		expect(announcement(JAY, naming)).toBe("jay.jpg: changed to indigo bunting, distortion 0.0021");
		expect(announcement(BALLOON_FAILED, naming)).toBe("jay.jpg: no adversarial found, budget");
	});

	it("are copied at full precision, one cell for each heading", () => {
		const cells = copiedFigures(JAY).split("\t");
		expect(cells).toHaveLength(COPIED_HEADINGS.length);
		expect(cells[COPIED_HEADINGS.indexOf("distortion")]).toBe("0.002142");
		const hostile = { ...JAY, image: { ...JAY.image, source: "a\tb\n.png" } };
		expect(copiedFigures(hostile).split("\t")).toHaveLength(COPIED_HEADINGS.length);
	});
});
