/** A data set attacked from the explorer: two hundred pictures, compact, sorted, opened, copied. */
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { browserFlags } from "../../scripts/workbench.mjs";
import { AdversarialPage } from "./adversarialPage.js";
import { copyExamples, removeExamples } from "./exampleWorkspace.js";
import { openWorkbench, type Workbench } from "./workbench.js";

let folder: string;
let workbench: Workbench;
let page: AdversarialPage;

beforeAll(async () => {
	folder = copyExamples();
	writeFileSync(path.join(folder, "digits/test/3/broken.png"), "<html>");
	// Few evaluations are enough to find one for each drawing.
	const settings = { "blindspot.attack.budget": 60 };
	workbench = await openWorkbench({ folder, settings, viewport: { width: 1400, height: 900 } });
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	removeExamples(folder);
});

/** What lies in the clipboard, pasted where it can be read. */
const copied = async (): Promise<string> => {
	await page.frame.locator(".notice").filter({ hasText: "Copied." }).waitFor();
	return workbench.page.evaluate(() => navigator.clipboard.readText());
};

describe("a data set", () => {
	test("is attacked whole, a broken picture among the good ones counted and left out", async () => {
		const items = await workbench.openContextMenu(["digits/test"]);
		await workbench.chooseItem(items, "Attack Dataset…");
		await workbench.pick("mlp/model.json");
		await workbench.pick("All 201");
		// How many there are is known once the run has begun; the document keeps the title that it was made with.
		page = await AdversarialPage.open(workbench, /^Adversarial/);
		await workbench.tab("Adversarial: 201 images").waitFor();
		await page.finish("200 of 201 images changed label");
		await page.frame.locator(".conditions").filter({ hasText: "1 unreadable" }).waitFor();
		expect(await page.frame.locator("[role=grid]").getAttribute("aria-rowcount")).toBe("202");
		await workbench.screenshot("dataset");
	});

	test("is sorted by a click and opened by Enter", async () => {
		const head = page.frame.getByRole("button", { name: "Distortion", exact: true });
		await head.click();
		const first = page.frame.locator('blindspot-image-row[aria-rowindex="2"]');
		const second = page.frame.locator('blindspot-image-row[aria-rowindex="3"]');
		const figure = async (row: typeof first) => Number(await row.locator(".measure > span").innerText());
		expect(await figure(first)).toBeLessThanOrEqual(await figure(second));
		await first.click();
		await workbench.page.keyboard.press("End");
		// The broken one has no figure, so that it is last.
		await page.frame
			.locator('blindspot-image-row[aria-rowindex="202"]:focus')
			.filter({ hasText: "broken.png" })
			.waitFor();
		await workbench.page.keyboard.press("Home");
		await workbench.page.keyboard.press("Enter");
		await page.frame.locator('blindspot-image-row.detail[aria-rowindex="2"]').waitFor();
		await workbench.screenshot("dataset-opened");
	});

	test("gives its figures to the clipboard, one image's and all", async () => {
		await workbench.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await workbench.page.keyboard.press("Control+C");
		const cells = (await copied()).split("\t");
		expect(cells[0]).toMatch(/digits\/test\/\d\/\d\d\.png$/);
		expect(Number(cells[3])).toBeGreaterThan(0);
		await page.frame.locator(".notice").waitFor({ state: "detached" });
		await page.more("Copy All Figures");
		const lines = (await copied()).split("\n");
		expect(lines).toHaveLength(202);
		expect(lines[0]).toMatch(/^file\tpredicted\tadversarial\tdistortion\t/);
		expect(lines[1]).toBe(cells.join("\t"));
		expect(new Set(lines.map((line) => line.split("\t").length))).toEqual(new Set([cells.length]));
	});
});

describe("the report of two hundred pictures", () => {
	test("opens without VS Code, whole, sorted and opened like the page", async () => {
		const file = path.join(folder, "two-hundred.html");
		await workbench.runCommand("Blindspot: Export Report as HTML");
		await workbench.enter(file);
		await expect.poll(() => existsSync(file), { timeout: 20_000 }).toBe(true);
		const browser = await chromium.launch({ executablePath: inject("server").chromium, args: [...browserFlags] });
		try {
			const alone = await browser.newPage({ viewport: { width: 1400, height: 900 } });
			const complaints: string[] = [];
			alone.on("console", (message) => complaints.push(message.text()));
			alone.on("pageerror", (error) => complaints.push(String(error)));
			await alone.goto(pathToFileURL(file).href);
			expect(await alone.locator("h1").innerText()).toBe(await page.finding.innerText());
			expect(await alone.getByRole("grid", { name: "Images" }).getAttribute("aria-rowcount")).toBe("202");
			await alone.getByRole("button", { name: "Distortion", exact: true }).click();
			await alone.locator('blindspot-image-row[aria-rowindex="2"]').click();
			await alone.keyboard.press("End");
			await alone.locator('blindspot-image-row[aria-rowindex="202"]:focus').filter({ hasText: "broken.png" }).waitFor();
			await alone.keyboard.press("Home");
			await alone.keyboard.press("Enter");
			await alone.locator('blindspot-image-row.detail[aria-rowindex="2"] canvas').first().waitFor();
			await alone.screenshot({ path: "test-results/dataset-exported.png" });
			expect(complaints).toEqual([]);
		} finally {
			await browser.close();
		}
	});

	test.each(["dark", "high contrast", "light"] as const)("is legible in %s", async (theme) => {
		await workbench.setTheme(theme);
		await page.frame.locator("blindspot-image-row").first().waitFor();
		await workbench.screenshot(`dataset-${theme.replaceAll(" ", "-")}`);
	});

	test("fits 480 pixels", async () => {
		const explorer = workbench.page.locator(".explorer-folders-view");
		if (await explorer.isVisible()) await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
		await workbench.setViewport(480, 900);
		const sticksOut = () =>
			page.frame.locator("body").evaluate((body) => {
				const { scrollWidth, clientWidth } = body.querySelector(".scroll") as HTMLElement;
				return scrollWidth - clientWidth;
			});
		await expect.poll(sticksOut).toBe(0);
		await workbench.screenshot("dataset-480");
	});
});

describe("nothing", () => {
	test("complained meanwhile", async () => {
		expect(workbench.cspMessages()).toEqual([]);
		expect(await workbench.notifications.allTextContents()).toEqual([]);
	});
});
