/** A person's own models and images, opened for the first time: what Blindspot finds out, offers and says. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AdversarialPage } from "./adversarialPage.js";
import { makeFirstContact, removeFirstContact } from "./firstContactWorkspace.js";
import { openWorkbench, type Workbench } from "./workbench.js";

const WRONG = /Wrong on 15 of 20 images before any change: the preprocessing is probably not that of this model/;
const WIDTHS = [1400, 720, 480];

let folder: string;
let workbench: Workbench;
let page: AdversarialPage;

const configuration = () => path.join(folder, "blindspot.json");

async function attack(image: string, model: string): Promise<void> {
	await workbench.runCommand("View: Close All Editors");
	await workbench.runCommand("Blindspot: Choose Model…");
	await workbench.pick(model);
	await workbench.statusBar(model).waitFor();
	await workbench.contextMenu([image], "Generate Adversarial");
	page = await AdversarialPage.open(workbench, `Adversarial: ${path.basename(image)}`);
}

beforeAll(async () => {
	folder = await makeFirstContact();
	workbench = await openWorkbench({ folder, viewport: { width: 1400, height: 900 } });
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	removeFirstContact(folder);
});

describe("a model whose pixels are assumed wrong", () => {
	test("is offered what is right, before anything is attacked", async () => {
		rmSync(configuration(), { force: true });
		await attack("colours/red/1.png", "colours.onnx");
		await page.finish(WRONG);
		await page.frame.getByText("Nothing has been attacked yet").waitFor();
		const chosen = page.frame.locator(".tried .chosen");
		expect((await chosen.innerText()).replaceAll(/\s+/g, " ")).toMatch(/^ ?0 to 255 offered, checked on 20 20 of 20/);
		expect(await page.frame.locator(".tried-written pre").innerText()).toContain('"range": "0..255"');
		for (const width of WIDTHS) {
			await workbench.setViewport(width, 900);
			await workbench.page.waitForTimeout(500);
			await workbench.screenshot(`first-contact-${width}`);
			const overflow = await page.frame.locator("body").evaluate((body) => body.scrollWidth - window.innerWidth);
			expect(overflow).toBeLessThanOrEqual(0);
		}
		await workbench.setViewport(1400, 900);
	});

	test("has its ways selected by keys, and is attacked after one click", async () => {
		await page.frame.locator(".tried .chosen input").focus();
		await workbench.page.keyboard.press("ArrowDown");
		await page.button(/Use BGR.* and Attack/).waitFor();
		await workbench.page.keyboard.press("ArrowUp");
		await page.button(/Use 0 to 255 and Attack/).click();
		await page.finish(/red changed to/);
		await page.frame.locator(".notes, .finding, body").getByText("20 of 20 labelled").first().waitFor();
		expect(existsSync(configuration())).toBe(false);
	});

	test("is attacked with what was written to blindspot.json, which a later run goes by", async () => {
		await attack("colours/blue/2.png", "colours.onnx");
		await page.finish(WRONG);
		await page.frame.getByRole("button", { name: "Write and Attack" }).click();
		await page.finish(/blue changed to/);
		expect(JSON.parse(readFileSync(configuration(), "utf8"))).toMatchObject({
			models: { "./colours.onnx": { preprocessing: { range: "0..255" } } },
		});
		await attack("colours/green/3.png", "colours.onnx");
		await page.finish(/green changed to/);
	});

	test("says on its open page that blindspot.json was edited, and runs again", async () => {
		writeFileSync(
			configuration(),
			JSON.stringify({ models: { "colours.onnx": { preprocessing: { range: "-1..1" } } } }),
		);
		const changed = page.frame
			.locator("p, div")
			.filter({ hasText: /blindspot\.json (has changed|was changed|was edited)/ })
			.last();
		await changed.waitFor();
		await workbench.screenshot("first-contact-edited");
		await changed.getByRole("button", { name: "Run Again" }).click();
		await page.finish(/wrong before any change/);
	});
});

test("a column of numbers is taken for a square image, and it is said", async () => {
	await attack("sides/left/1.png", "column.onnx");
	await page.finish(/left changed to right/);
	await page.frame.getByText("Assumed: the model takes").first().waitFor();
	await workbench.screenshot("first-contact-column");
});

test("of two outputs one is taken, and a click takes the other", async () => {
	rmSync(configuration(), { force: true });
	await attack("colours/red/1.png", "two-outputs.onnx");
	await page.finish(/before any change/);
	await page.button("Attack as Assumed").click();
	await page.frame.getByText("1 wrong before the attack").waitFor();
	await workbench.screenshot("first-contact-outputs");
	await page.frame.getByText("'colour_probabilities' is used").waitFor();
	await page.frame.getByRole("button", { name: "Take 'dark_or_light'" }).click();
	await expect.poll(() => existsSync(configuration())).toBe(true);
	expect(JSON.parse(readFileSync(configuration(), "utf8"))).toEqual({
		models: { "./two-outputs.onnx": { output: "dark_or_light" } },
	});
	await page
		.row("1.png")
		.locator(".verdict")
		.filter({ hasText: /class [01]/ })
		.waitFor();
	await workbench.screenshot("first-contact-other-output");
});
