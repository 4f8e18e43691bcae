/** What all pages of analyses do, in a browser, with the policy that they have in the editor. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AnalysisState } from "../../../src/webviews/analysis/messages.js";
import { type CountingQuestion, countingReport, DATA, MODEL } from "../harness/counting.js";
import { canShowPages, PageUnderTest } from "../harness/pageUnderTest.js";
import { COUNTING } from "../harness/serve.js";

const WHOLE: CountingQuestion = { model: MODEL, data: DATA, by: "label" };
const STATE: AnalysisState<CountingQuestion> = {
	report: "sample",
	asked: WHOLE,
	shown: WHOLE,
	models: [
		{ path: MODEL, name: "mlp.keras" },
		{ path: "/models/cnn.keras", name: "cnn.keras" },
	],
	phase: { kind: "complete" },
	modelChanged: false,
	missing: null,
};

describe.skipIf(!canShowPages)("the page of an analysis", () => {
	let shown: PageUnderTest;
	let page: Page;

	beforeAll(async () => {
		shown = await PageUnderTest.start(COUNTING, { width: 1000, height: 500 });
	});

	afterAll(() => shown?.close());

	beforeEach(async () => {
		page = await shown.open();
	});

	const post = (...messages: readonly object[]) => shown.post(...messages);
	const state = (change: Partial<AnalysisState<CountingQuestion>> = {}) => ({
		type: "state",
		state: { ...STATE, ...change },
	});
	const report = (...counts: readonly number[]) => ({ type: "report", report: countingReport(counts) });
	const key = (command: string) => ({ type: "key", command });
	const sent = () => shown.sent();
	const lastSent = () => shown.lastSent();
	const text = (selector: string) => page.locator(selector).innerText();

	it("says that it listens, shows finding, warnings and results, and names as text", async () => {
		expect(await sent()).toEqual([{ type: "ready", report: null }]);
		await post(state(), report(3, 4));
		expect(await text("h1")).toBe("7 images of 2 labels");
		expect(await text(".conditions")).toContain("Counted one by one.");
		expect(await text(".condition.warning")).toBe("2 images cannot be read.");
		expect(await page.locator("tbody th").allInnerTexts()).toEqual(["<img src=x onerror=document.title=1>", "label 1"]);
		expect(await page.locator("img").count()).toBe(0);
		expect(await shown.complaints()).toEqual([]);
	});

	it("shows how far a run is, what there is of it, and reads its end out", async () => {
		await post(state({ phase: { kind: "running", words: "Starting", share: null } }), { type: "report", report: null });
		expect(await text(".empty")).toBe("Starting…");
		expect(await page.locator(".progress").getAttribute("aria-valuenow")).toBeNull();
		await post({ type: "phase", phase: { kind: "running", words: "50 of 200 images", share: 0.25 } }, report(1));
		expect(await page.locator(".progress").getAttribute("aria-valuenow")).toBe("25");
		expect(await text(".conditions")).toContain("50 of 200 images.");
		await page.getByText("Cancel", { exact: true }).click();
		expect(await lastSent()).toEqual({ type: "cancel" });
		await post(report(1, 2), state());
		expect(await text("[role=status]")).toBe("3 images of 2 labels");
		expect(await page.locator(".progress").isVisible()).toBe(false);
	});

	it("asks for what is missing", async () => {
		await post(state({ asked: { ...WHOLE, model: null }, shown: null, missing: "model", phase: { kind: "idle" } }));
		await page.locator(".empty").getByText("Choose Model…").click();
		expect(await lastSent()).toEqual({ type: "chooseModel" });
		await post(state({ asked: { ...WHOLE, data: null }, shown: null, missing: "data", phase: { kind: "idle" } }));
		expect(await text(".empty")).toContain("Choose images to count.");
		await page.locator(".empty").getByText("Choose Folder…").click();
		expect(await lastSent()).toEqual({ type: "chooseData", from: "folder" });
		await page.getByRole("button", { name: /^Data: none/ }).click();
		await page.getByRole("menuitem", { name: "Choose Data File…" }).click();
		expect(await lastSent()).toEqual({ type: "chooseData", from: "file" });
	});

	it("says what went wrong, and keeps what was found", async () => {
		const message = "/models/mlp.keras: cut off at byte 81,920";
		const phase = { kind: "failed", reason: "unreadable-model", message, subject: MODEL } as const;
		await post(state({ phase }), { type: "report", report: null });
		expect(await text("h1")).toBe("mlp.keras cannot be read");
		await page.getByText("Copy Message").click();
		expect(await lastSent()).toEqual({ type: "copy", text: message });
		await post(state({ phase: { kind: "ended", message: "The compute process ended." } }), report(5));
		expect(await text("h1")).toBe("The compute process ended.");
		expect(await page.locator("tbody tr").count()).toBe(1);
		await page.locator(".trouble").getByText("Run", { exact: true }).click();
		expect(await lastSent()).toEqual({ type: "run", question: WHOLE });
	});

	it("offers a run when a setting differs, and says what the results are of", async () => {
		await post(state(), report(3, 4));
		await page.locator("vscode-dropdown").nth(1).click();
		await page.locator('vscode-option[value="size"]').click();
		expect(await lastSent()).toEqual({ type: "ask", question: { ...WHOLE, by: "size" } });
		expect(await text(".condition.changed")).toBe("Settings changed. The results below are for by: label.");
		await post(key("runAgain"));
		expect(await lastSent()).toEqual({ type: "run", question: { ...WHOLE, by: "size" } });
	});

	it("answers to the keys of every page", async () => {
		await post(state(), report(3, 4), key("cancel"));
		expect(await sent()).toHaveLength(1);
		await post(key("copyFigures"));
		expect(await lastSent()).toMatchObject({ type: "copy", text: expect.stringContaining("label 1\t4") });
		await post(key("keys"));
		expect(await text("dialog")).toContain("Run again");
		await post(key("copyFigures"));
		expect(await sent()).toHaveLength(2);
		await page.keyboard.press("Escape");
		await page.locator("dialog").waitFor({ state: "detached" });
	});

	it("has every export in its menu once there is something", async () => {
		await post(state({ phase: { kind: "idle" }, shown: null }), { type: "report", report: null });
		await page.getByRole("button", { name: "More actions" }).click();
		await expect.poll(() => page.getByRole("menuitem", { name: "Export Report as CSV…" }).isDisabled()).toBe(true);
		await page.keyboard.press("Escape");
		await post(report(1));
		await page.getByRole("button", { name: "More actions" }).click();
		await page.getByRole("menuitem", { name: "Export Report as CSV…" }).click();
		expect(await lastSent()).toEqual({ type: "export", format: "csv" });
	});

	it("sorts its table, walks through it by keys, and is where it was when it is shown again", async () => {
		const many = report(...Array.from({ length: 60 }, (_, at) => (at * 37) % 60));
		await post(state(), many);
		await page.getByRole("button", { name: "Count" }).click();
		await page.getByRole("button", { name: "Count" }).click();
		await expect.poll(() => page.locator("tbody td").first().innerText()).toBe("59");
		await page.locator("tbody tr").first().click();
		await page.keyboard.press("ArrowDown");
		await expect.poll(() => page.locator("tr[aria-selected=true] td").innerText()).toBe("58");
		await page.keyboard.press("End");
		const focused = () => page.evaluate(() => document.activeElement?.querySelector("td")?.textContent);
		await expect.poll(focused).toBe("0");
		const scroll = () => page.locator(".scroll").evaluate((element) => element.scrollTop);
		const before = await scroll();
		expect(before).toBeGreaterThan(0);
		await page.reload();
		expect(await sent()).toEqual([{ type: "ready", report: "sample" }]);
		await post(state(), many);
		await expect.poll(scroll).toBe(before);
	});

	it.each([480, 720, 1000])("scrolls sideways nowhere at %i px", async (width) => {
		await page.setViewportSize({ width, height: 500 });
		await post(state({ asked: { ...WHOLE, by: "size" } }), report(3, 4));
		const outside = await page.evaluate(() =>
			[...document.querySelectorAll<HTMLElement>("body *:not(.sr, vscode-option)")]
				.filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
				.map((element) => element.outerHTML.slice(0, 80)),
		);
		expect(outside).toEqual([]);
		await page.screenshot({ path: `test-results/counting-${width}.png` });
	});
});
