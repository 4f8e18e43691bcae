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

describe.skipIf(!canShowPages)("from unit to unit", () => {
	let shown: PageUnderTest;

	beforeAll(async () => {
		shown = await PageUnderTest.start(UNIT);
	});

	afterAll(() => shown?.close());

	it("asks for the one beside it with all else as it was, and goes no further than there are units", async () => {
		const page = await shown.open();
		await shown.post(...unitMessages("complete"));
		await page.keyboard.press("ArrowRight");
		const [state] = unitMessages("complete");
		if (state?.type !== "state") throw new Error("The first message is the state.");
		const question = { ...state.state.asked, unit: { kind: "unit", index: 2 } };
		expect((await shown.sent()).slice(-2)).toEqual([
			{ type: "ask", question },
			{ type: "run", question },
		]);
		await page.getByRole("button", { name: "The unit before" }).click();
		expect(await shown.lastSent()).toMatchObject({ type: "run", question: { unit: { index: 1 } } });
		await shown.post(...unitMessages("sole"));
		const before = (await shown.sent()).length;
		await page.keyboard.press("ArrowRight");
		await page.keyboard.press("ArrowLeft");
		await shown.settle();
		expect(await shown.sent()).toHaveLength(before);
		expect(await page.locator(".steps button:disabled").count()).toBe(2);
	});

	it("opens the file of a picture, and leaves room for the picture that drives the unit", async () => {
		const page = await shown.open();
		const [state, report] = unitMessages("complete");
		if (state?.type !== "state" || report?.type !== "report") throw new Error("A state and a report are the messages.");
		const running = { ...state.state, phase: { kind: "running", words: "Looking for what drives it", share: null } };
		const without = { ...report.report, ascent: null, ascentPicture: null };
		await shown.post({ type: "state", state: running }, { type: "report", report: without });
		const place = page.locator(".driven blindspot-thumbnail");
		const before = await place.boundingBox();
		await shown.post({ type: "report", report: report.report });
		expect(await place.boundingBox()).toEqual(before);
		await page.locator(".unit-grid button").first().click();
		expect(await shown.lastSent()).toEqual({ type: "openSource", source: "/data/digits.npz#0" });
	});
});
