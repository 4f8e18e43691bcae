/** The pages "Unit" and "Which Units Fire?" in a browser, with the policy that they have in the editor. */
import { type Browser, chromium as browserType, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIRING_SAMPLES, firingMessages } from "../firing/samples.js";
import { chromium, FIRING, type Served, serve, UNIT } from "../harness/serve.js";
import { UNIT_SAMPLES, unitMessages } from "./samples.js";

const executable = chromium();
if (executable === null) console.warn("Pages are not tested: no Chromium. Name one in BLINDSPOT_CHROMIUM.");

const PAGES = [
	{ name: "Unit", page: UNIT, samples: UNIT_SAMPLES.map((name) => ({ name, messages: unitMessages(name) })) },
	{
		name: "Which Units Fire?",
		page: FIRING,
		samples: FIRING_SAMPLES.map((name) => ({ name, messages: firingMessages(name) })),
	},
];

describe.skipIf(executable === null).each(PAGES)("the page $name", ({ page: { entry, element }, samples }) => {
	let served: Served;
	let browser: Browser;
	let page: Page;
	let complaints: string[];

	const post = async (messages: readonly object[]): Promise<void> => {
		await page.evaluate(
			(sent) =>
				new Promise<void>((done) => {
					for (const message of sent) window.postMessage(message, "*");
					setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())));
				}),
			messages,
		);
	};

	beforeAll(async () => {
		served = await serve({ entry, element });
		browser = await browserType.launch({ executablePath: executable ?? "", args: ["--no-sandbox"] });
	});

	afterAll(async () => {
		await browser?.close();
		await served?.close();
	});

	it.each([
		["dark", 1400],
		["light", 720],
		["high-contrast", 420],
		["high-contrast-light", 1000],
	] as const)("breaks no policy, logs nothing and scrolls sideways nowhere: %s at %i px", async (theme, width) => {
		await page?.close();
		page = await browser.newPage({ viewport: { width, height: 900 } });
		complaints = [];
		page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
		page.on("pageerror", (error) => complaints.push(error.message));
		await page.goto(`${served.origin}/?theme=${theme}`);
		for (const { name, messages } of samples) {
			await post(messages);
			const wide = await page.evaluate(() =>
				[...document.querySelectorAll(".scroll, .page, .toolbar, .figure, .unit-body, .firing-body, table")]
					.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
					.map(({ className, scrollWidth, clientWidth }) => `${className}: ${scrollWidth} > ${clientWidth}`),
			);
			expect({ name, wide }).toEqual({ name, wide: [] });
			// Names of a layer or a picture, however long, take no more lines of the toolbar.
			const toolbar = (await page.locator(".toolbar").boundingBox())!;
			expect(toolbar.height).toBeLessThan(width < 560 ? 80 : 45);
		}
		expect(complaints).toEqual([]);
		expect(await page.evaluate(() => window.harness.violations)).toEqual([]);
	});
});
