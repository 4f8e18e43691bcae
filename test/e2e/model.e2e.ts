/** Model files in VS Code: opened by click and Open With, searched, walked through, compared; what is no model says so. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { FrameLocator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kerasArchive } from "../../scripts/examples/kerasArchive.js";
import { CNN } from "../../scripts/examples/networks.js";
import { readModel } from "../../src/compute/formats/read.js";
import { Random } from "../../src/compute/math/random.js";
import type { Weight } from "../../src/compute/network/types.js";
import { isAbsent, sharedPath } from "../sharedData.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const squeezenet = sharedPath("models", "onnx-squeezenet1.1", "model.onnx");
const resnet = sharedPath("models", "h5-resnet8-cifar10", "model.h5");
const savedModel = sharedPath("models", "savedmodel-mobilenet_v1_025_224", "saved_model");
let folder: string;
let workbench: Workbench;

const example = path.join(import.meta.dirname, "..", "..", "examples", "models", "cnn.keras");

/** The example network as it is, and as it may have been one round of training before: each weight a little elsewhere. */
async function writeCheckpoints(): Promise<void> {
	cpSync(example, path.join(folder, "round-2.keras"));
	const { network } = await readModel(example, { inputSize: null });
	const random = Random.stream(1, "model.e2e");
	const moved = ({ shape, data }: Weight) => ({ shape, data: data.map((v) => v + 0.02 * random.normal()) });
	const weights = new Map(
		network.nodes.flatMap(({ layer, weights: { kernel, bias } }) =>
			kernel && bias ? [[layer, { kernel: moved(kernel), bias: moved(bias) }] as const] : [],
		),
	);
	const earlier = await kerasArchive({ plan: CNN, weights, parameters: 9226 });
	writeFileSync(path.join(folder, "round-1.keras"), earlier);
}

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), "blindspot-models-"));
	await writeCheckpoints();
	mkdirSync(path.join(folder, "settings"));
	writeFileSync(path.join(folder, "settings", "model.json"), '{ "name": "no model" }');
	writeFileSync(path.join(folder, "broken.onnx"), "<html>");
	if (!isAbsent(squeezenet)) cpSync(squeezenet, path.join(folder, "squeezenet.onnx"));
	if (!isAbsent(resnet)) cpSync(resnet, path.join(folder, "resnet8.h5"));
	if (!isAbsent(savedModel)) cpSync(savedModel, path.join(folder, "mobilenet"), { recursive: true });
	workbench = await openWorkbench({ folder, viewport: { width: 1500, height: 900 } });
	// Before the extension is known to the window, a click opens the file as text.
	await workbench.statusBar(/Choose model|keras/).waitFor();
}, 120_000);

afterAll(async () => {
	await workbench?.close();
	rmSync(folder, { recursive: true, force: true });
});

/** The page "Model" in front that says this; a file's own editor has no title to find it by. */
async function modelPage(says: string | RegExp): Promise<FrameLocator> {
	const deadline = Date.now() + 30_000;
	for (;;) {
		const outers = workbench.page.locator("iframe.webview.ready");
		for (let index = 0; index < (await outers.count()); index++) {
			const outer = outers.nth(index);
			const page = outer.contentFrame().locator("iframe#active-frame").contentFrame();
			const words = page.locator("blindspot-model").locator("h1, .empty p").filter({ hasText: says });
			const isThere = (await words.count().catch(() => 0)) > 0;
			if (isThere && (await outer.isVisible())) return page;
		}
		if (Date.now() > deadline) throw new Error(`No model page in front says ${says}`);
		await workbench.page.waitForTimeout(200);
	}
}

describe("a model file", () => {
	test("opens by a click, says what it is, is searched and walked through", async () => {
		await (await workbench.explorerItem("round-2.keras")).dblclick();
		const page = await modelPage("round-2.keras: 10 classes, 9,226 parameters in 8 layers, 28 × 28 grey");
		await page.locator(".layer-row").nth(1).click();
		await workbench.page.keyboard.press("/");
		await workbench.page.keyboard.type("conv2d_1");
		await workbench.page.keyboard.press("Enter");
		await page.locator(".layer-row.selected", { hasText: "conv2d_1" }).waitFor();
		await page.locator(".graph-scroll").focus();
		await workbench.page.keyboard.press("ArrowDown");
		await page.locator(".layer-row.selected", { hasText: "max_pooling2d_1" }).waitFor();
		await workbench.screenshot("model");
		await workbench.readmePicture("model");
		await workbench.page.keyboard.press("F5");
		await modelPage("9,226 parameters");
	});

	test("is compared with an earlier checkpoint", async () => {
		await workbench.contextMenu(["round-2.keras"], "Compare With…");
		await workbench.pick("round-1.keras");
		const page = await modelPage(/round-2\.keras against round-1\.keras: weights changed by [\d.]+%, most in/);
		expect(await page.locator("tbody tr.changed").count()).toBe(3);
		await workbench.screenshot("model-comparison");
	});

	test.skipIf(isAbsent(squeezenet))("of ONNX opens by a click", async () => {
		await (await workbench.explorerItem("squeezenet.onnx")).dblclick();
		await modelPage("1,000 classes, 1,235,496 parameters in 67 layers");
		await workbench.screenshot("model-squeezenet");
	});

	test.skipIf(isAbsent(resnet))("that another editor may be for opens by the menu", async () => {
		await workbench.contextMenu(["resnet8.h5"], "Inspect Model");
		const page = await modelPage("resnet8.h5: 10 classes, 78,666 parameters in 30 layers");
		await page.getByText("Lipschitz Bounds").waitFor();
	});

	test.skipIf(isAbsent(savedModel))("that is a folder opens by the menu of the folder", async () => {
		await workbench.contextMenu(["mobilenet"], "Inspect Model");
		await modelPage("mobilenet");
	});

	test("is there again after a reload", async () => {
		await workbench.runCommand("View: Close All Editors");
		await (await workbench.explorerItem("round-1.keras")).dblclick();
		await modelPage("round-1.keras: 10 classes");
		await workbench.reload();
		await modelPage("round-1.keras: 10 classes, 9,226 parameters");
	});
});

describe("a file that is no model", () => {
	test("says plainly why, by its name or not", async () => {
		await (await workbench.explorerItem("broken.onnx")).dblclick();
		const broken = await modelPage("broken.onnx cannot be read");
		await broken.getByText("Copy Message").waitFor();
		await workbench.screenshot("model-unreadable");
		await workbench.contextMenu(["settings/model.json"], "Inspect Model");
		const page = await modelPage("model.json cannot be read");
		await page.locator(".message").filter({ hasText: "it is JSON, but no TensorFlow.js model" }).waitFor();
	});

	test("leaves nothing about the content security policy", () => {
		expect(workbench.cspMessages()).toEqual([]);
	});
});

describe("an untrusted workspace", () => {
	test("has its models read only once it is trusted", async () => {
		await workbench.runCommand("View: Close All Editors");
		await workbench.setSettings({
			"security.workspace.trust.enabled": true,
			"security.workspace.trust.startupPrompt": "never",
		});
		await (await workbench.explorerItem("round-1.keras")).dblclick();
		await modelPage("The model has not been read yet.");
	});
});
