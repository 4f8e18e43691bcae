/** From two pictures in the explorer to a saved adversarial, with the same figures as the CLI's. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { AttackReport } from "../../src/compute/report.js";
import { AdversarialPage } from "./adversarialPage.js";
import { cli, copyExamples, removeExamples } from "./exampleWorkspace.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const SEVEN = "digits/test/7/01.png";
const FOUR = "digits/test/4/02.png";

let folder: string;
let workbench: Workbench;
let page: AdversarialPage;

beforeAll(async () => {
	folder = copyExamples();
	workbench = await openWorkbench({ folder, viewport: { width: 1400, height: 1000 } });
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	removeExamples(folder);
});

describe("two pictures of the explorer", () => {
	test("are looked at together, after a question about the model", async () => {
		const items = await workbench.openContextMenu([SEVEN, FOUR]);
		await workbench.screenshot("context-menu");
		await workbench.chooseItem(items, "Generate Adversarial");
		await workbench.pick("mlp/model.json");
		page = await AdversarialPage.open(workbench, "Adversarial: 2 images");
		await page.finish("Both images changed label");
		await workbench.statusBar("mlp/model.json").waitFor();
	});

	test("have the figures that the CLI prints", async () => {
		const files = [SEVEN, FOUR].map((file) => path.join(folder, file));
		const report = await cli<AttackReport>("attack", path.join(folder, "models/mlp/model.json"), ...files);
		expect(report.summary.succeeded).toBe(2);
		for (const image of report.images) {
			const file = path.basename(image.source);
			expect(await page.verdict(file)).toBe(`${image.predicted?.name} to ${image.adversarial?.name}`);
			const three = (value: number | null) => Number(value?.toPrecision(3));
			expect(Number(await page.figure(file, "Distortion"))).toBe(three(image.distortion));
			const [l2, linf] = (await page.figure(file, "L2 · L∞")).replace(/\(.*/, "").split("·").map(Number);
			expect([l2, linf]).toEqual([three(image.l2), three(image.linf)]);
			expect(await page.figure(file, "Control")).toBe(`${image.control?.changed} of 100 changed by noise alone`);
			expect(await page.figure(file, "Stored 8-bit")).toContain(String(three(image.stored?.distortion ?? null)));
		}
		await page.more("Export Report as JSON…");
		const exported = path.join(folder, "adversarial-report.json");
		await expect.poll(() => workbench.quickInput.inputValue()).toBe(exported);
		await workbench.page.keyboard.press("Enter");
		await expect.poll(() => existsSync(exported), { timeout: 10_000 }).toBe(true);
		const { run: _run, ...printed } = report;
		const { run: _itsRun, ...ofThePage } = JSON.parse(readFileSync(exported, "utf8")) as AttackReport;
		expect(ofThePage).toEqual(printed);
	});

	test("are saved beside the originals, and a saved one is what the page says", async () => {
		const saved = path.join(folder, "digits/test/7/01.adversarial.png");
		await page.row("01.png").getByRole("button", { name: "Save 01.png" }).click();
		await expect.poll(() => workbench.quickInput.inputValue()).toBe(saved);
		await workbench.page.keyboard.press("Enter");
		await page.frame.locator(".notice").filter({ hasText: "Saved 01.adversarial.png" }).waitFor();
		const model = path.join(folder, "models/mlp/model.json");
		const { images } = await cli<{ images: readonly { top: readonly { name: string }[] }[] }>("predict", model, saved);
		const after = (await page.verdict("01.png")).replace(/^.* to /, "");
		expect(images[0]?.top[0]?.name).toBe(after);
		expect(after).not.toBe("7");
	});

	test("get another label when the target is another", async () => {
		await page.frame.getByRole("button", { name: /^Target of all images/ }).click();
		await page.chooseTarget("3");
		await page.frame.getByText("Settings changed.").waitFor();
		await page.button("Run Again").first().click();
		await page.finish("Both images changed to the target label");
		expect(await page.verdict("01.png")).toBe("7 to 3");
		expect(await page.verdict("02.png")).toBe("4 to 3");
		await workbench.screenshot("another-target");
	});

	test("can be aimed and saved with the keyboard alone", async () => {
		const { keyboard } = workbench.page;
		await workbench.runCommand("View: Focus First Editor Group");
		const first = page.frame.locator("blindspot-image-row:focus").filter({ hasText: "01.png" });
		for (let stops = 0; stops < 15 && (await first.count()) === 0; stops++) await keyboard.press("Tab");
		await keyboard.press("ArrowDown");
		await page.frame.locator("blindspot-image-row:focus").filter({ hasText: "02.png" }).waitFor();
		await keyboard.press("t");
		await page.chooseTarget("8");
		await expect.poll(() => page.verdict("02.png"), { timeout: 60_000 }).toBe("4 to 8");
		expect(await page.verdict("01.png")).toBe("7 to 3");
		await keyboard.press("Control+S");
		const saved = path.join(folder, "digits/test/4/02.adversarial.png");
		await expect.poll(() => workbench.quickInput.inputValue()).toBe(saved);
		await keyboard.press("Enter");
		await page.frame.locator(".notice").filter({ hasText: "Saved 02.adversarial.png, 02.noise.png" }).waitFor();
		expect(existsSync(saved)).toBe(true);
	});
});

describe("the model", () => {
	test("that was picked is remembered", async () => {
		await workbench.contextMenu(["pictures/seven.png"], "Generate Adversarial");
		const other = await AdversarialPage.open(workbench, "Adversarial: seven.png");
		await other.finish("7 changed to");
		await workbench.runCommand("View: Close Editor");
	});
});

describe("nothing", () => {
	test("complained meanwhile", async () => {
		expect(workbench.cspMessages()).toEqual([]);
		expect(await workbench.notifications.allTextContents()).toEqual([]);
	});
});
