/** From the palette to units beside random directions, a blind test and a page of its own, with the same figures as the CLI's. */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { browserFlags } from "../../scripts/workbench.mjs";
import type { ProbedDirection, ProbeReport } from "../../src/compute/activations/probe/report.js";
import { cli, copyExamples, removeExamples } from "./exampleWorkspace.js";
import { ProbePage } from "./probePage.js";
import { openWorkbench, type Workbench } from "./workbench.js";

/** Small, for a machine that others use as well. */
const DIRECTIONS = 100;
const PERMUTATIONS = 49;

let folder: string;
let workbench: Workbench;
let page: ProbePage;
let report: ProbeReport;

beforeAll(async () => {
	folder = copyExamples();
	workbench = await openWorkbench({
		folder,
		viewport: { width: 1400, height: 900 },
		settings: {
			"blindspot.probe.directions": DIRECTIONS,
			"blindspot.probe.permutations": PERMUTATIONS,
			"blindspot.probe.redrawn": false,
			"workbench.colorTheme": "Default Dark Modern",
		},
	});
	const model = path.join(folder, "models/mlp/model.json");
	const sizes = [`--directions=${DIRECTIONS}`, `--permutations=${PERMUTATIONS}`, "--no-redrawn", "--bottom"];
	report = await cli<ProbeReport>("probe", model, "--layer", "dense_1", ...sizes);
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	removeExamples(folder);
});

const words = ({ commonest, top }: ProbedDirection): string =>
	`${commonest?.count} of ${top.length} “${commonest?.label}”`;

describe("a layer", () => {
	test("is probed from the palette, with the figures that the CLI prints", async () => {
		await workbench.runCommand("Blindspot: Probe Layer…");
		await workbench.pick("mlp/model.json");
		await workbench.quickRows.filter({ hasText: "the last hidden layer" }).waitFor();
		await workbench.pick("dense_1");
		page = await ProbePage.open(workbench, "Probe: dense_1");
		expect(await page.finding(/p = /)).toBe(report.finding);
		expect(await page.rows("units", 5)).toEqual(report.units.slice(0, 5).map((unit) => [unit.name, words(unit)]));
		expect(await page.rows("directions", 5)).toEqual(
			report.directions.slice(0, 5).map((direction, at) => [`dir. ${at}`, words(direction)]),
		);
		const medians = await page.frame.locator(".comparisons tbody tr").first().locator("td").allInnerTexts();
		const { purity } = report.statistics;
		expect(medians.slice(0, 2)).toEqual([purity?.units.toFixed(2), purity?.directions.toFixed(2)]);
		await workbench.screenshot("probe-dark-1400");
		await workbench.readmePicture("probe");
	});

	test("has both columns sorted by one rule", async () => {
		await page.choose("Order", "Label purity");
		const purest = (rows: readonly ProbedDirection[]) =>
			rows.toSorted((a, b) => (b.purity ?? -1) - (a.purity ?? -1))[0]!;
		const [unit] = await page.rows("units", 1);
		const [direction] = await page.rows("directions", 1);
		expect(unit).toEqual([purest(report.units).name, words(purest(report.units))]);
		expect(direction?.[1]).toBe(words(purest(report.directions)));
	});

	test("shows a picture whole, with the units that rank it high", async () => {
		await page.choose("Order", "As drawn");
		await page.cells("units").first().locator(".picture").first().click();
		const dialog = page.frame.getByRole("dialog");
		await dialog.getByText("Units that rank it high").waitFor();
		await dialog.getByText("The layer has no places, so there is no map.").waitFor();
		expect(await dialog.locator("h2").innerText()).toBe(path.basename(report.units[0]?.top[0]?.source ?? ""));
		await dialog.getByText("Close", { exact: true }).click();
	});
});

describe("a direction of one's own", () => {
	test("is made of units by the menu, shown beside them, and taken away again", async () => {
		await page.more("Own Direction: Units…");
		await workbench.enter("unit 3");
		await page.finding(/p = /);
		const heading = page.frame.locator(".head.directions");
		await heading.filter({ hasText: /Own directions\s*1\s*$/ }).waitFor();
		// A unit by itself ranks what the unit ranks.
		expect(await page.rows("directions", 1)).toEqual([["unit 3", words(report.units[3]!)]]);
		await page.more("Remove Own Directions");
		await heading.filter({ hasText: "Random directions" }).waitFor();
		await page.finding(/p = /);
	});
});

describe("a blind test", () => {
	test("goes through all grids by keys and ends with an exact test", async () => {
		await page.button("Blind Test…").click();
		await page.button(/^\s*Start\s*$/).click();
		await page.frame.getByText(/^Grid 1 of \d+$/).waitFor();
		const grids = Number(/of (\d+)$/.exec(await page.frame.locator(".blind-head b").innerText())?.[1]);
		expect(grids).toBe(40);
		for (let grid = 0; grid < grids; grid++) {
			await page.frame.getByText(`Grid ${grid + 1} of ${grids}`).waitFor();
			await page.button(grid % 3 === 0 ? "Not coherent" : /^\s*Coherent/).click();
		}
		const answer = await page.frame.locator("h1.finding").innerText();
		expect(answer).toMatch(
			/^Judged blind, .*\d+ of 20 units and \d+ of 20 directions were marked coherent, p = [\d.]+$/,
		);
		await workbench.screenshot("probe-blind-answer");
		await page.button("Back to the Probe").click();
	});
});

describe("the page", () => {
	test("opens without VS Code as a file of its own", async () => {
		const exported = path.join(folder, "probe-report.html");
		await page.more("Export Report as HTML…");
		await workbench.enter(exported);
		await expect.poll(() => existsSync(exported), { timeout: 10_000 }).toBe(true);
		const browser = await chromium.launch({ executablePath: inject("server").chromium, args: [...browserFlags] });
		try {
			const alone = await browser.newPage({ viewport: { width: 1400, height: 900 } });
			const complaints: string[] = [];
			alone.on("console", (message) => complaints.push(message.text()));
			alone.on("pageerror", (error) => complaints.push(error.message));
			await alone.goto(pathToFileURL(exported).href);
			await alone.locator("h1.finding").filter({ hasText: report.finding }).waitFor();
			expect(await alone.locator(".cell.units .name .words").first().innerText()).toBe(words(report.units[0]!));
			expect(await alone.locator(".cell.units canvas").first().getAttribute("width")).toBe("276");
			expect(await alone.getByText("Run Again").count()).toBe(0);
			await alone.screenshot({ path: "test-results/probe-standalone.png" });
			expect(complaints).toEqual([]);
		} finally {
			await browser.close();
		}
	});

	test("fits 720 pixels and a light theme", async () => {
		await workbench.setTheme("light");
		await workbench.screenshot("probe-light-1400");
		await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
		await workbench.setViewport(720, 900);
		await page.frame.locator(".columns .row").first().waitFor();
		await expect
			.poll(() => page.frame.locator(".scroll").evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))
			.toBe(0);
		await workbench.screenshot("probe-light-720");
		await workbench.setViewport(1400, 900);
	});
});

describe("a unit", () => {
	test("has a page of its own, and a link that opens it again", async () => {
		await workbench.setTheme("dark");
		await page.cells("units").nth(1).locator(".name").click();
		const unit = await ProbePage.open(workbench, "dense_1, unit 1");
		expect(await unit.finding(/unit 1: \d+ of its top 24/)).toContain("of the probe’s random directions are as pure");
		await unit.frame.getByText("Weight to each logit").waitFor();
		await workbench.screenshot("unit-dark-1400");
		const scroller = unit.frame.locator(".scroll");
		await unit.frame.locator(".unit-images h2").first().click();
		const scrolled = await scroller.evaluate((element) => {
			element.scrollTop = 60;
			return element.scrollTop;
		});
		expect(scrolled).toBeGreaterThan(0);
		await workbench.page.keyboard.press("ArrowRight");
		expect(await unit.finding(/unit 2: \d+ of its top 24/)).toContain("of the probe’s random directions are as pure");
		expect(await scroller.evaluate(({ scrollTop }) => scrollTop)).toBe(scrolled);
		await workbench.runCommand("Developer: Open URL");
		const link = "unit?model=models/mlp/model.json&layer=dense_1&unit=4&data=digits/test&seed=0";
		await workbench.enter(`code-oss://blindspot.blindspot/${link}`);
		await workbench.page.getByRole("button", { name: "Open", exact: true }).click();
		const linked = await ProbePage.open(workbench, "dense_1, unit 4");
		await linked.finding(/unit 4: \d+ of its top 24 are/);
	});
});

describe("a picture", () => {
	test("says which units it drives, from the explorer's menu", async () => {
		await workbench.runCommand("View: Close All Editors");
		await workbench.runCommand("View: Show Explorer");
		await workbench.contextMenu(["pictures/seven.png"], "Which Units Fire?");
		const firing = await ProbePage.open(workbench, "Units: seven.png");
		expect(await firing.finding("seven.png drives")).toMatch(/furthest from the usual, and there most unit \d+: /);
		await workbench.screenshot("firing-dark-1400");
	});
});

describe("nothing", () => {
	test("complained meanwhile", async () => {
		expect(workbench.cspMessages()).toEqual([]);
		expect(await workbench.notifications.allTextContents()).toEqual([]);
	});
});
