import { describe, expect, it } from "vitest";
import { byDay, type ListedReport, reportWords } from "../../src/explorer/reportList.js";

const NOW = new Date(2030, 2, 10, 15, 30);

const listed = (id: string, date: Date, change: Partial<ListedReport> = {}): ListedReport => ({
	id,
	kind: "adversarial",
	title: `Adversarial: ${id}`,
	models: [],
	complete: true,
	words: "",
	date,
	running: null,
	...change,
});

describe("the list of reports", () => {
	it("is by days, the newest first, with what runs before everything", () => {
		const reports = [
			listed("old", new Date(2029, 0, 1)),
			listed("at midnight", new Date(2030, 2, 10, 0, 0)),
			listed("before midnight", new Date(2030, 2, 9, 23, 59)),
			listed("running", new Date(2030, 2, 9, 1), { running: "2 of 3 images" }),
			listed("just now", new Date(2030, 2, 10, 15, 29)),
			listed("yesterday morning", new Date(2030, 2, 9, 0, 0)),
			listed("two days ago", new Date(2030, 2, 8, 23, 59)),
		];
		expect(byDay(reports, NOW).map(({ name, reports }) => [name, reports.map(({ id }) => id)])).toEqual([
			["Today", ["running", "just now", "at midnight"]],
			["Yesterday", ["before midnight", "yesterday morning"]],
			["Older", ["two days ago", "old"]],
		]);
	});

	it("knows yesterday across the end of a month, and has no empty days", () => {
		const first = new Date(2030, 2, 1, 8);
		const days = byDay([listed("a", new Date(2030, 1, 28, 12))], first);
		expect(days.map(({ name }) => name)).toEqual(["Yesterday"]);
		expect(byDay([], first)).toEqual([]);
	});

	it("says the vital first", () => {
		const date = new Date(2030, 2, 10, 9, 5);
		const complete = listed("a", date);
		expect(reportWords(complete, "same", ["mlp"], "Today")).toBe("mlp · 09:05");
		expect(reportWords(complete, "changed", ["mlp"], "Yesterday")).toBe("model changed since · mlp · 09:05");
		expect(reportWords(complete, "gone", ["mlp"], "Older")).toBe("model is gone · mlp · Mar 10");
		const stopped = listed("a", date, { complete: false, words: "12 of 40" });
		expect(reportWords(stopped, "same", [], "Today")).toBe("12 of 40 · 09:05");
		const running = listed("a", date, { running: "2 of 3 images" });
		expect(reportWords(running, "same", ["mlp", "cnn"], "Today")).toBe("2 of 3 images · mlp · cnn");
	});
});
