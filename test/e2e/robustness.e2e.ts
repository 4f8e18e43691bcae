/** The page "Robustness" on both example models: figures as the command line has them, and images opened as adversarials. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RobustnessReport } from "../../src/compute/robustness/report.js";
import { figureRows } from "../../src/webviews/robustness/words.js";
import { cli, copyExamples, keepOfEachClass, removeExamples } from "./exampleWorkspace.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const MLP = "mlp/model.json";
const CNN = "cnn.keras";

let folder: string;
let workbench: Workbench;

beforeAll(async () => {
	folder = copyExamples();
	keepOfEachClass(folder, 6);
	mkdirSync(path.join(folder, ".vscode"));
	writeFileSync(path.join(folder, ".vscode/settings.json"), '{ "blindspot.attack.effort": "quick" }');
	workbench = await openWorkbench({ folder, viewport: { width: 1400, height: 900 } });
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	removeExamples(folder);
});

describe("Robustness Curve", () => {
	test("of one model has the figures of the command line", async () => {
		await workbench.runCommand("Blindspot: Choose Model…");
		await workbench.pick(MLP);
		await workbench.runCommand("Blindspot: Robustness Curve");
		const frame = await workbench.webviewFrame("Robustness: model.json");
		await frame.locator("vscode-button.run").filter({ hasText: "Run Again" }).waitFor({ timeout: 120_000 });
		const report = await cli<RobustnessReport>(
			...["robustness", path.join(folder, "models", MLP), "--data", path.join(folder, "digits/test")],
			...["--take", "200", "--effort", "quick"],
		);
		const shown = await frame.locator(".figures-table tbody tr").allInnerTexts();
		const expected = figureRows(report, null).map(({ name, values: [value] }) => [name, value?.value ?? ""]);
		expect(shown.map((row) => row.split("\t").map((cell) => cell.split(" [")[0]))).toEqual(expected);
		await workbench.screenshot("robustness one model");
		expect(workbench.cspMessages()).toEqual([]);
	});

	test("of two models compares them, and opens the images that say most as adversarials", async () => {
		const frame = await workbench.webviewFrame("Robustness: model.json");
		await frame.locator('vscode-dropdown[aria-label="Against"]').click();
		await frame.locator("vscode-option:visible").filter({ hasText: CNN }).click();
		await frame.locator("vscode-button.run").click();
		const both = await workbench.webviewFrame("Robustness: 2 models");
		await both.locator("h2").filter({ hasText: "Largest differences" }).waitFor({ timeout: 120_000 });
		await both.locator("vscode-button.run").filter({ hasText: "Run Again" }).waitFor({ timeout: 120_000 });
		expect(await both.locator("h1").innerText()).toMatch(/distortion/);
		await workbench.screenshot("robustness two models");
		await workbench.readmePicture("robustness");
		await both.locator(".open-all").click();
		const adversarial = await workbench.webviewFrame("Adversarial: 12 images");
		await adversarial.locator("h1").filter({ hasText: "changed label" }).waitFor({ timeout: 60_000 });
		expect(workbench.cspMessages()).toEqual([]);
	});
});
