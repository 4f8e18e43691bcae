/** Reports outlive their page, the window and the server; they leave as files; the view lists them. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { unzipSync, zipSync } from "fflate";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from "vitest";
import { startCodeServer } from "../../scripts/codeServer.mjs";
import { browserFlags, setUpWorkbench } from "../../scripts/workbench.mjs";
import { AdversarialPage } from "./adversarialPage.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const PICTURES = ["pictures/seven.png", "pictures/four.png"];
const TITLE = "Adversarial: 2 images";

const examples = path.join(import.meta.dirname, "..", "..", "examples");

let folder: string;
let userData: string;
let server: Awaited<ReturnType<typeof startCodeServer>>;
let workbench: Workbench;
/** What the page said when the run was complete. */
let finding: string;
let distortions: readonly string[];

/** On the same port again: it is part of what a server calls a workspace. */
const start = async (port?: number): Promise<void> => {
	const { extensions } = inject("server");
	server = await startCodeServer(await setUpWorkbench(), { extensions, userData, ...(port ? { port } : {}) });
	const viewport = { width: 1400, height: 900 };
	workbench = await openWorkbench({ folder, viewport, server: { url: server.url, userData } });
};

const reports = () => workbench.treeRows("Reports");
const report = () => reports().filter({ hasText: TITLE });
const shown = async (page: AdversarialPage): Promise<readonly string[]> =>
	Promise.all(["seven.png", "four.png"].map((file) => page.figure(file, "Distortion")));
beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), "blindspot-reports-"));
	userData = mkdtempSync(path.join(tmpdir(), "blindspot-user-data-"));
	cpSync(path.join(examples, "models", "cnn.keras"), path.join(folder, "cnn.keras"));
	cpSync(path.join(examples, "pictures"), path.join(folder, "pictures"), { recursive: true });
	await start();
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	await server?.stop();
	for (const made of [folder, userData]) rmSync(made, { recursive: true, force: true });
});

describe("a report", () => {
	test("is listed once it runs", async () => {
		await workbench.openViewContainer("Blindspot");
		await workbench.page.getByText("No reports yet.").waitFor();
		await workbench.openViewContainer("Explorer");
		await workbench.contextMenu(PICTURES, "Generate Adversarial");
		const page = await AdversarialPage.open(workbench, TITLE);
		await page.finish("Both images changed label");
		finding = await page.finding.innerText();
		distortions = await shown(page);
		await workbench.openViewContainer("Blindspot");
		await report()
			.filter({ hasText: /cnn\.keras · \d\d:\d\d/ })
			.waitFor();
	});

	test("leaves as a page that opens without VS Code, with the same figures", async () => {
		const file = path.join(folder, "adversarial-report.html");
		await workbench.runCommand("Blindspot: Export Report as HTML");
		await workbench.saveAsSuggested(file);
		const browser = await chromium.launch({ executablePath: inject("server").chromium, args: [...browserFlags] });
		try {
			const alone = await browser.newPage({ viewport: { width: 1400, height: 900 } });
			const complaints: string[] = [];
			alone.on("console", (message) => complaints.push(message.text()));
			alone.on("pageerror", (error) => complaints.push(String(error)));
			await alone.goto(pathToFileURL(file).href);
			expect(await alone.locator("h1").innerText()).toBe(finding);
			const leading = await alone.locator(".figures .leading").allInnerTexts();
			expect(leading).toEqual(distortions);
			expect(await alone.title()).toBe(TITLE);
			await alone.screenshot({ path: "test-results/exported.png" });
			expect(complaints).toEqual([]);
		} finally {
			await browser.close();
		}
	});

	test("leaves as a table", async () => {
		const file = path.join(folder, "adversarial-report.csv");
		await workbench.runCommand("Blindspot: Export Report as CSV");
		await workbench.saveAsSuggested(file);
		const [headings = "", ...rows] = readFileSync(file, "utf8").trimEnd().split("\r\n");
		const column = headings.split(",").indexOf("distortion");
		expect(rows.map((row) => Number(row.split(",")[column]).toPrecision(3))).toEqual(distortions);
	});

	test("is opened from the view after a restart of the server, without being computed again", async () => {
		await workbench.close();
		await server.stop();
		await start(Number(new URL(server.url).port));
		await workbench.openViewContainer("Blindspot");
		await report().click();
		const page = await AdversarialPage.open(workbench, TITLE);
		expect(await page.finding.innerText()).toBe(finding);
		expect(await shown(page)).toEqual(distortions);
		expect(await workbench.statusBar(/Adversarial: \d of \d/).count()).toBe(0);
		await report().click();
		expect(await workbench.tab(TITLE).count()).toBe(1);
	});

	test.each(["dark", "light"] as const)("and the view look right, %s", async (theme) => {
		await workbench.setTheme(theme);
		await workbench.screenshot(`reports-${theme}`);
	});

	test("says that the model has changed since", async () => {
		// The same archive packed anew: another file with the same model in it would do as well.
		const file = path.join(folder, "cnn.keras");
		writeFileSync(file, zipSync(unzipSync(readFileSync(file)), { level: 0, mtime: "2001-02-03" }));
		await report().filter({ hasText: "model changed since" }).waitFor({ timeout: 60_000 });
		await workbench.screenshot("reports-model-changed");
	});

	test("is deleted after a question", async () => {
		await report().click({ button: "right" });
		const items = workbench.page.locator(".monaco-menu .action-item .action-label:not(.separator)");
		await items.first().waitFor();
		await workbench.chooseItem(items, "Delete…");
		await workbench.page.locator(".monaco-dialog-box").getByText("Delete", { exact: true }).click();
		await report().waitFor({ state: "detached" });
		await workbench.page.getByText("No reports yet.").waitFor();
	});

	test("says nothing about the content security policy", () => {
		expect(workbench.cspMessages()).toEqual([]);
	});
});
