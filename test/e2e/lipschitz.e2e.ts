/** The page "Lipschitz" on both example models: figures as the command line has them, looks, a model that changes. */
import { appendFileSync, copyFileSync, readFileSync } from "node:fs";
import path from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LipschitzReport } from "../../src/compute/lipschitz/report.js";
import { figure } from "../../src/webviews/lipschitz/figures.js";
import { cli, copyExamples, removeExamples } from "./exampleWorkspace.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const MODELS = [
	{ file: "models/cnn.keras", pick: "cnn.keras" },
	{ file: "models/mlp/model.json", pick: "mlp/model.json" },
] as const;

let folder: string;
let workbench: Workbench;

beforeAll(async () => {
	folder = copyExamples();
	workbench = await openWorkbench({ folder, viewport: { width: 1400, height: 900 } });
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	removeExamples(folder);
});

async function opened(pick: string): Promise<FrameLocator> {
	await workbench.runCommand("Blindspot: Choose Model…");
	await workbench.pick(pick);
	await workbench.runCommand("Blindspot: Lipschitz Bounds");
	const frame = await workbench.webviewFrame(`Lipschitz: ${path.basename(pick)}`);
	await frame.locator("h1").filter({ hasText: "Network bound" }).waitFor({ timeout: 60_000 });
	await frame.locator("vscode-button.run").filter({ hasText: "Run Again" }).waitFor({ timeout: 120_000 });
	return frame;
}

describe("Lipschitz bounds", () => {
	test.each(MODELS)("of $file are those of the command line", async ({ file, pick }) => {
		const frame = await opened(pick);
		const { layers, network } = await cli<LipschitzReport>("lipschitz", path.join(folder, file));
		const cells = (column: number) => frame.locator(`.layers tbody tr td:nth-child(${column})`).allInnerTexts();
		expect(await frame.locator(".layers tbody th").allInnerTexts()).toEqual(layers.map(({ name }) => name));
		expect(await cells(4)).toEqual(layers.map(({ upper }) => figure(upper)));
		expect(await cells(5)).toEqual(layers.map(({ lower }) => figure(lower)));
		expect(await frame.locator(".network .figure").first().innerText()).toBe(figure(network.upper));
		await workbench.screenshot(`lipschitz ${pick.replace("/", " ")}`);
		expect(workbench.cspMessages()).toEqual([]);
	});

	test("follow the theme and the width", async () => {
		for (const theme of ["light", "dark"] as const) {
			await workbench.setTheme(theme);
			for (const width of [1400, 720]) {
				await workbench.setViewport(width, 900);
				await workbench.screenshot(`lipschitz ${theme} ${width}`);
			}
		}
		await workbench.setViewport(1400, 900);
		await workbench.readmePicture("lipschitz");
		expect(workbench.cspMessages()).toEqual([]);
	});

	test("offer to run again where the model's file has changed", async () => {
		const model = path.join(folder, "models/mlp/model.json");
		const frame = await workbench.webviewFrame("Lipschitz: model.json");
		copyFileSync(model, `${model}.before`);
		// The same model in a file with another hash.
		appendFileSync(model, "\n");
		expect(readFileSync(model).length).toBeGreaterThan(0);
		await frame.locator(".condition").filter({ hasText: "The model's file has changed since." }).waitFor();
		await frame.locator("vscode-button.run").click();
		await frame.locator(".layers .mark.earlier").first().waitFor({ timeout: 60_000 });
		expect(workbench.cspMessages()).toEqual([]);
	});
});
