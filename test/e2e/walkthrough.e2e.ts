/** The walkthrough: its steps are ticked off by what a person really does, and it opens the examples from the package. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AdversarialPage } from "./adversarialPage.js";
import { copyExamples, removeExamples } from "./exampleWorkspace.js";
import { openWorkbench, type Workbench } from "./workbench.js";

let folder: string;
let elsewhere: string;
let workbench: Workbench;

beforeAll(async () => {
	folder = copyExamples();
	elsewhere = mkdtempSync(path.join(tmpdir(), "blindspot-walkthrough-"));
	writeFileSync(path.join(elsewhere, "notes.txt"), "");
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	removeExamples(folder);
	rmSync(elsewhere, { recursive: true, force: true });
});

const openWalkthrough = async () => {
	await workbench.runCommand("Welcome: Open Walkthrough");
	await workbench.pick("First steps with Blindspot");
	await step("model").waitFor();
};
const step = (id: string) => workbench.page.locator(`.getting-started-step[data-step-id$="#${id}"]`);
const button = (label: string) =>
	workbench.page.locator(".getting-started-step.expanded .monaco-button").filter({ hasText: label });
const done = (id: string) => step(id).locator(".codicon.complete").count();

describe("the walkthrough", () => {
	test("opens the examples that came with the package, where another folder is open", async () => {
		workbench = await openWorkbench({ folder: elsewhere, viewport: { width: 1400, height: 900 } });
		await openWalkthrough();
		expect(await done("model")).toBe(0);
		const opened = workbench.page.context().waitForEvent("page");
		await button("Open Examples").click();
		const window = await opened;
		await window.locator(".explorer-folders-view .monaco-list-row").filter({ hasText: "digits" }).waitFor();
		await workbench.close();
	});

	test("is ticked off step by step", async () => {
		workbench = await openWorkbench({ folder, viewport: { width: 1400, height: 900 } });
		await openWalkthrough();
		await expect.poll(() => done("model"), { timeout: 20_000 }).toBe(1);
		await workbench.screenshot("walkthrough");
		await workbench.contextMenu(["pictures/seven.png"], "Generate Adversarial");
		await workbench.pick("mlp/model.json");
		const page = await AdversarialPage.open(workbench, "Adversarial: seven.png");
		await page.finish("7 changed to");
		await openWalkthrough();
		await expect.poll(() => done("generate"), { timeout: 10_000 }).toBe(1);
		await expect.poll(() => done("page"), { timeout: 10_000 }).toBe(1);
		await step("page").click();
		await workbench.screenshot("walkthrough-page");
		await step("own").click();
		await button("Choose Model").click();
		await workbench.quickInput.waitFor();
		await workbench.page.keyboard.press("Escape");
		await expect.poll(() => done("own"), { timeout: 10_000 }).toBe(1);
	});
});
