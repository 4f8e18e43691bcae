/** The editor around the page: side bar, status bar, keys and trust, on a workspace with one model that can be read. */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openWorkbench, type Workbench } from "./workbench.js";

const examples = path.join(import.meta.dirname, "..", "..", "examples");
let folder: string;
let workbench: Workbench;

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), "blindspot-side-bar-"));
	cpSync(path.join(examples, "models", "cnn.keras"), path.join(folder, "cnn.keras"));
	cpSync(path.join(examples, "pictures"), path.join(folder, "pictures"), { recursive: true });
	writeFileSync(path.join(folder, "resnet.pt"), "");
	workbench = await openWorkbench({ folder, viewport: { width: 1400, height: 900 } });
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	rmSync(folder, { recursive: true, force: true });
});

const models = () => workbench.treeRows("Models");

describe("the side bar", () => {
	test("lists models with their layers, and says what it doesn't read", async () => {
		await workbench.openViewContainer("Blindspot");
		const model = models().filter({ hasText: "active" }).filter({ hasText: "cnn.keras" });
		await model.locator(".monaco-tl-twistie").click();
		const layer = models().filter({ hasText: "Conv2D" }).first();
		await layer.waitFor();
		expect(await layer.textContent()).toMatch(/Conv2D · 28×28×8 · 208/);
		expect(await models().filter({ hasText: "resnet.pt" }).textContent()).toContain("not supported");
		await workbench.screenshot("models");
	});

	test("shows the reason beside a model that became unreadable", async () => {
		writeFileSync(path.join(folder, "broken.h5"), "<html>");
		const row = models().filter({ hasText: "broken.h5" });
		await row.filter({ hasText: "web page" }).waitFor();
		rmSync(path.join(folder, "broken.h5"));
		await row.waitFor({ state: "detached" });
	});
});

describe("a run", () => {
	test("asks nothing where there is one model, and says in the status bar which", async () => {
		await workbench.statusBar("cnn.keras").waitFor();
		await workbench.openViewContainer("Explorer");
		await workbench.contextMenu(["pictures/four.png"], "Generate Adversarial");
		const page = await workbench.webviewFrame("Adversarial: four.png");
		await page
			.locator(".finding")
			.filter({ hasText: /changed to .* at distortion/ })
			.waitFor();
	});

	test("answers to keys, not to the workbench's meaning of them", async () => {
		const page = await workbench.webviewFrame("Adversarial: four.png");
		await page.locator("blindspot-image-row").first().click();
		await workbench.page.keyboard.press("1");
		await page.locator("blindspot-image-row.compact").waitFor();
		await workbench.page.keyboard.press("2");
		await page.locator("blindspot-image-row.detail").waitFor();
		await workbench.page.keyboard.press("F5");
		await page.getByText("Cancel", { exact: true }).first().waitFor();
		await page
			.locator(".finding")
			.filter({ hasText: /changed to .* at distortion/ })
			.waitFor();
		await workbench.page.keyboard.press("Shift+Slash");
		await page.locator("blindspot-keys").waitFor({ state: "attached" });
		await workbench.page.keyboard.press("Escape");
		await page.locator("blindspot-keys").waitFor({ state: "detached" });
	});

	test("is there again after a reload, without being computed again", async () => {
		await workbench.reload();
		const page = await workbench.webviewFrame("Adversarial: four.png");
		await page
			.locator(".finding")
			.filter({ hasText: /changed to .* at distortion/ })
			.waitFor();
		expect(await workbench.statusBar(/Adversarial: \d of \d/).count()).toBe(0);
	});

	test("saves beside the images' folder, and asks before it replaces a file", async () => {
		const saved = path.join(folder, "adversarials", "four.adversarial.png");
		rmSync(path.dirname(saved), { recursive: true, force: true });
		const save = () => workbench.runCommand("Blindspot: Save Adversarial and Noise of the Image");
		await save();
		await workbench.saveAsSuggested(saved);
		await expect.poll(() => existsSync(saved.replace(".adversarial.", ".noise.")), { timeout: 10_000 }).toBe(true);
		await save();
		await expect.poll(() => workbench.quickInput.inputValue(), { timeout: 20_000 }).toBe(saved);
		// A dialog that is still listing its folder takes no Enter; a second one would answer the question.
		await workbench.page.waitForTimeout(2_000);
		await workbench.page.keyboard.press("Enter");
		await workbench.page
			.locator(".quick-input-widget, .monaco-dialog-box")
			.getByText(/already exists/)
			.first()
			.waitFor();
		await workbench.page.keyboard.press("Escape");
		await workbench.page.keyboard.press("Escape");
	});

	test("says nothing about the content security policy", () => {
		expect(workbench.cspMessages()).toEqual([]);
	});
});

describe("an untrusted workspace", () => {
	test("is not read", async () => {
		await workbench.setSettings({
			"security.workspace.trust.enabled": true,
			"security.workspace.trust.startupPrompt": "never",
		});
		await workbench.openViewContainer("Blindspot");
		await workbench.page.getByText("Blindspot reads models only in trusted workspaces").waitFor();
		expect(await models().count()).toBe(0);
		await workbench.screenshot("untrusted");
		await workbench.openViewContainer("Explorer");
		const labels = await (await workbench.openContextMenu(["pictures/four.png"])).allTextContents();
		expect(labels.join("\n")).not.toMatch(/adversarial/i);
		await workbench.page.keyboard.press("Escape");
	});
});
