/** From two pictures in the explorer to a saved adversarial, with the same figures as the CLI's. */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ComparedReport } from "../../src/compute/attack/methodComparison.js";
import { ATTACK_METHODS, METHODS } from "../../src/compute/attack/methods.js";
import type { AttackReport } from "../../src/compute/reports/report.js";
import { AdversarialPage } from "./adversarialPage.js";
import { cli, copyExamples, removeExamples } from "./exampleWorkspace.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const SEVEN = "digits/test/7/01.png";
const FOUR = "digits/test/4/02.png";

let folder: string;
let workbench: Workbench;
let page: AdversarialPage;

/** What the page exports as JSON, where the editor suggests. */
async function exportedJson<T>(): Promise<T> {
	await page.more("Export Report as JSON…");
	const file = path.join(folder, "adversarial-report.json");
	rmSync(file, { force: true });
	await workbench.saveAsSuggested(file);
	return JSON.parse(readFileSync(file, "utf8")) as T;
}

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
		const { run: _run, ...printed } = report;
		const { run: _itsRun, ...ofThePage } = await exportedJson<AttackReport>();
		expect(ofThePage).toEqual(printed);
	});

	test("are looked at by several methods, beside one another as on the command line", async () => {
		const comparison = page.row("01.png").locator(".comparison");
		await page.row("01.png").getByRole("button", { name: "Compare methods" }).click();
		await comparison.locator("summary").filter({ hasText: "Closest is nearest" }).waitFor({ timeout: 60_000 });
		await page.button(/^\s*Cancel\s*$/).waitFor({ state: "detached" });
		const rows = await comparison
			.locator("tbody tr")
			.evaluateAll((elements) =>
				elements.map((element) =>
					[...element.querySelectorAll("th, td")].map((cell) => cell.textContent?.trim() ?? ""),
				),
			);
		const shown = new Map(
			rows.map(([name = "", , , , label = "", distortion, farther]) => [name, { label, distortion, farther }]),
		);
		const printed = await cli<ComparedReport>(
			...["attack", path.join(folder, "models/mlp/model.json"), path.join(folder, SEVEN), path.join(folder, FOUR)],
			...["--method", ATTACK_METHODS.join(",")],
		);
		const results = printed.images[0]?.methods ?? {};
		const least = Math.min(...ATTACK_METHODS.map((method) => results[method]?.distortion ?? Number.POSITIVE_INFINITY));
		for (const method of ATTACK_METHODS) {
			const { label, distortion, farther } = shown.get(METHODS[method].label) ?? {};
			const result = results[method];
			expect(label).toContain(`${result?.adversarial?.name} `);
			// Alone on the page and two at once on the command line: sums of float32 differ in their last digits.
			expect(Number(distortion)).toBeCloseTo(result?.distortion ?? Number.NaN, 4);
			const percent = 100 * ((result?.distortion ?? 0) / least - 1);
			if (percent > 0) expect(Math.abs(Number.parseFloat(farther ?? "") - percent)).toBeLessThan(1 + percent / 50);
			else expect(farther).toBe("nearest");
		}
		const exported = await exportedJson<ComparedReport>();
		expect(Object.keys(exported.images[0] ?? {}).sort()).toEqual(Object.keys(printed.images[0] ?? {}).sort());
		for (const method of ATTACK_METHODS) {
			const [ours, theirs] = [exported.images[0]?.methods[method], results[method]];
			expect(Object.keys(ours ?? {}).sort()).toEqual(Object.keys(theirs ?? {}).sort());
			expect(ours?.distortion).toBeCloseTo(theirs?.distortion ?? Number.NaN, 5);
		}
		expect(Object.keys(exported.images[1]?.methods ?? {})).toEqual(["closest"]);
		expect(Object.keys(exported).sort()).toEqual(Object.keys(printed).sort());
		expect(Object.keys(exported.run).sort()).toEqual(Object.keys(printed.run).sort());
		await workbench.screenshot("compared-methods");
	});

	test("are saved beside the data set, and a saved one is what the page says", async () => {
		const saved = path.join(folder, "digits/adversarials/7-01.adversarial.png");
		await page.row("01.png").getByRole("button", { name: "Save 01.png" }).click();
		await workbench.saveAsSuggested(saved);
		await page.frame.locator(".notice").filter({ hasText: "Saved 7-01.adversarial.png" }).waitFor();
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
		const saved = path.join(folder, "digits/adversarials/4-02.adversarial.png");
		await workbench.saveAsSuggested(saved);
		await page.frame.locator(".notice").filter({ hasText: "Saved 4-02.adversarial.png, 4-02.noise.png" }).waitFor();
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
