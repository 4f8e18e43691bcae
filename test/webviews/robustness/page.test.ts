/** The page "Robustness" in a browser, with the policy that it has in the editor. */
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canShowPages, PageUnderTest, type View } from "../harness/pageUnderTest.js";
import { ROBUSTNESS } from "../harness/serve.js";
import { messages, type RobustnessSample } from "./samples.js";

describe.skipIf(!canShowPages)("the page Robustness", () => {
	let shown: PageUnderTest;
	let page: Page;

	const open = async (view: View = {}): Promise<void> => {
		page = await shown.open(view);
	};
	const show = (name: RobustnessSample) => shown.post(...messages(name));
	const screenshot = async (name: string): Promise<void> => {
		mkdirSync("test-results", { recursive: true });
		await page.screenshot({ path: `test-results/robustness-${name}.png` });
	};

	beforeAll(async () => {
		shown = await PageUnderTest.start(ROBUSTNESS);
	});

	afterAll(() => shown?.close());

	it.each([
		["dark", 1400],
		["light", 1000],
		["high-contrast", 720],
		["dark", 480],
	] as const)("breaks no policy, logs nothing and scrolls sideways nowhere: %s at %i px", async (theme, width) => {
		await open({ theme, width });
		for (const sample of ["nothing", "one", "running", "two"] as const) {
			await show(sample);
			await screenshot(`${sample}-${theme}-${width}`);
			const scrolled = await page.evaluate(() =>
				[...document.querySelectorAll(".scroll, .page, .toolbar, .results, .figure, .outstanding table")]
					.filter((element) => element.scrollWidth > element.clientWidth + 1)
					.map((element) => element.className),
			);
			expect({ sample, scrolled }).toEqual({ sample, scrolled: [] });
		}
		expect(await shown.complaints()).toEqual([]);
		expect(await page.title()).toBe("Page");
	});

	it("writes the line of the distortion that is pointed at, and the name of a dot", async () => {
		await open();
		await show("two");
		const curve = page.locator("blindspot-robustness-curve canvas");
		const box = (await curve.boundingBox())!;
		await curve.hover({ position: { x: box.width / 2, y: box.height / 2 } });
		expect(await page.locator(".pointed th").innerText()).toMatch(/^No adversarial found below 0\.0\d+$/);
		await page.locator("h1").hover();
		expect(await page.locator(".pointed").count()).toBe(0);
	});

	it("has the curve and the dots as tables", async () => {
		await open();
		await show("two");
		await page.getByRole("button", { name: "Show as table" }).first().click();
		expect(await page.locator("blindspot-robustness-curve tbody tr").count()).toBe(81);
		expect(await page.locator("blindspot-robustness-curve thead th").allInnerTexts()).toEqual([
			"Distortion",
			...["mnist-mlp", "mnist-mlp-adv", "mnist-mlp, noise", "mnist-mlp-adv, noise"],
		]);
		await page.getByRole("button", { name: "Show as table" }).click();
		expect(await page.locator("blindspot-pair-chart tbody tr").count()).toBe(38);
	});

	it("opens images and all of them as adversarials; names are plain text", async () => {
		await open();
		await show("two");
		await page.getByRole("button", { name: "Open all as adversarials" }).click();
		await page.getByRole("button", { name: /onerror/ }).click();
		const sent = await shown.sent();
		expect(sent.find(({ type }) => type === "openAdversarials")).toMatchObject({ model: "/models/mnist-mlp.keras" });
		expect(sent.find(({ type }) => type === "openSource")).toEqual({
			type: "openSource",
			source: "/data/mnist/t10k/<img src=x onerror=document.title=1>/=03.png",
		});
	});
});
