/** The pages "Unit" and "Which Units Fire?" in a browser, with the policy that they have in the editor. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FIRING_SAMPLES, firingMessages } from "../firing/samples.js";
import { canShowPages, PageUnderTest } from "../harness/pageUnderTest.js";
import { FIRING, UNIT } from "../harness/serve.js";
import { UNIT_SAMPLES, unitMessages } from "./samples.js";

const PAGES = [
	{ name: "Unit", page: UNIT, samples: UNIT_SAMPLES.map((name) => ({ name, messages: unitMessages(name) })) },
	{
		name: "Which Units Fire?",
		page: FIRING,
		samples: FIRING_SAMPLES.map((name) => ({ name, messages: firingMessages(name) })),
	},
];

describe.skipIf(!canShowPages).each(PAGES)("the page $name", ({ page: served, samples }) => {
	let shown: PageUnderTest;

	beforeAll(async () => {
		shown = await PageUnderTest.start(served);
	});

	afterAll(() => shown?.close());

	it.each([
		["dark", 1400],
		["light", 720],
		["high-contrast", 420],
		["high-contrast-light", 1000],
	] as const)("breaks no policy, logs nothing and scrolls sideways nowhere: %s at %i px", async (theme, width) => {
		const page = await shown.open({ theme, width });
		for (const { name, messages } of samples) {
			await shown.post(...messages);
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
		expect(await shown.complaints()).toEqual([]);
	});
});
