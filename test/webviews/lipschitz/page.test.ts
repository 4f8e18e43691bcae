/** The page "Lipschitz" in a browser. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AnalysisState } from "../../../src/webviews/analysis/messages.js";
import type { LipschitzQuestion } from "../../../src/webviews/lipschitz/results.js";
import { canShowPages, PageUnderTest } from "../harness/pageUnderTest.js";
import { LIPSCHITZ } from "../harness/serve.js";
import { QUESTION, sampleResults } from "./sample.js";

const STATE: AnalysisState<LipschitzQuestion> = {
	report: "sample",
	asked: QUESTION,
	shown: QUESTION,
	models: [{ path: QUESTION.model as string, name: "mnist-cnn.keras" }],
	phase: { kind: "complete" },
	modelChanged: false,
	missing: null,
};

describe.skipIf(!canShowPages)("the page Lipschitz", () => {
	let shown: PageUnderTest;
	let page: Page;

	beforeAll(async () => {
		shown = await PageUnderTest.start(LIPSCHITZ);
	});

	afterAll(() => shown?.close());

	beforeEach(async () => {
		page = await shown.open();
	});

	const show = (
		state: Partial<AnalysisState<LipschitzQuestion>> = {},
		change: Parameters<typeof sampleResults>[0] = {},
	) => shown.post({ type: "state", state: { ...STATE, ...state } }, { type: "report", report: sampleResults(change) });
	const texts = (selector: string) => page.locator(selector).allInnerTexts();

	it("shows layers with their bars, the network, brackets and shares", async () => {
		await show();
		expect(await page.locator(".layers tbody tr").count()).toBe(10);
		expect((await texts(".layers tbody th"))[1]).toBe("conv2d");
		expect(await texts(".network .figure")).toEqual(["14.63", "2.600", "× 5.6"]);
		expect(await page.locator(".evidence canvas").count()).toBe(2);
		expect(await page.locator(".shares tbody tr").count()).toBe(3);
		// The bar of a layer starts where that before it ends.
		const edges = await page.locator(".layers .bar").evaluateAll((bars) =>
			bars.map((bar) => {
				const { left, right } = bar.getBoundingClientRect();
				return [left, right];
			}),
		);
		const inOrder = edges.slice(1, 3).map(([left], i) => Math.abs((left as number) - (edges[i]?.[1] as number)));
		expect(Math.max(...inOrder)).toBeLessThan(1.5);
		expect(await fromOne()).toBeLessThan(1.5);
		expect(await shown.complaints()).toEqual([]);
	});

	/** How far the axis's 1 is from where the first bar starts, px. */
	const fromOne = async (): Promise<number> => {
		const tick = await page.locator(".layers .axis span").first().boundingBox();
		const bar = await page.locator(".layers .bar").first().boundingBox();
		return Math.abs((tick?.x ?? 0) + (tick?.width ?? 0) / 2 - (bar?.x ?? Number.NaN));
	};

	it("keeps rows of long names on one line, by their ends, and the axis above the bars", async () => {
		const layers = sampleResults().layers.map((layer, at) => ({
			...layer,
			name: `block/${"scope/".repeat(20)}conv_${at}`,
		}));
		await show({}, { layers, outlines: layers });
		const heights = await page.locator(".layers tbody tr").evaluateAll((rows) => rows.map((row) => row.clientHeight));
		expect(Math.max(...heights)).toBeLessThan(32);
		expect(await page.locator(".layers .layer-name").first().getAttribute("title")).toContain(
			`${"scope/".repeat(20)}conv_0`,
		);
		expect(await fromOne()).toBeLessThan(1.5);
	});

	it("sorts, shows the paper's value, leaves out layers of bound 1, and copies", async () => {
		await show();
		await page.getByRole("button", { name: "Bound", exact: true }).click();
		await page.getByRole("button", { name: "Bound", exact: true }).click();
		expect((await texts(".layers tbody th"))[0]).toBe("conv2d_1");
		await page.getByRole("button", { name: "More actions" }).click();
		await page.getByText("Column: Circular, Not a Bound").click();
		expect(await texts(".layers thead th.circular")).toEqual(["Circular, not a bound"]);
		await page.getByRole("button", { name: "More actions" }).click();
		await page.getByText("Without Layers of Bound 1").click();
		expect(await page.locator(".layers tbody tr").count()).toBe(6);
		await page.getByText("Copy Table").click();
		const sent = (await shown.lastSent()) as { type: string; text?: string };
		expect(sent.type).toBe("copy");
		expect(sent.text).toContain("conv2d_1\tConv2D 5×5\t14×14×32\tupper\t4.207");
	});

	it("offers to run again where the model has changed, and keeps the earlier values as marks", async () => {
		await show({ modelChanged: true });
		expect(await texts(".condition")).toContain(
			"The model's file has changed since. Run again to see what it is now, or whether it can still be read.",
		);
		expect(await page.locator(".run").getAttribute("appearance")).toBe("primary");
		const earlier = {
			sha256: "cd34",
			date: "2029-01-01T00:00:00.000Z",
			network: 40,
			layers: sampleResults().layers.map(({ name, before, product }) => ({
				name,
				before,
				product: 2 * (product ?? 0),
			})),
		};
		await show({}, { earlier });
		expect(await page.locator(".layers .mark.earlier").count()).toBe(10);
		expect(await page.locator(".was").innerText()).toBe("before the change: 40.00");
	});

	it("asks for images where there are none, and fills rows while it runs", async () => {
		await show({ asked: { ...QUESTION, data: null } }, { certificates: [], shares: [] });
		expect(await texts(".choose p")).toEqual(["Choose images to see certified radii."]);
		const results = sampleResults();
		await show(
			{ phase: { kind: "running", words: "4 of 10 layers", share: 0.4 } },
			{ layers: results.layers.slice(0, 4), network: null, certificates: [], shares: [] },
		);
		expect(await page.locator(".layers tbody tr").count()).toBe(10);
		expect(await page.locator("h1").innerText()).toBe("Bounds of 4 of 10 layers: 5.828 so far");
	});

	it.each([1400, 1000, 720, 480])("nothing is cut off at %i px", async (width) => {
		for (const theme of ["dark", "light"]) {
			page = await shown.open({ theme, width });
			await show();
			await page.screenshot({ path: `test-results/lipschitz-${theme}-${width}.png` });
			const over = await page.evaluate(() => {
				const scroll = document.querySelector(".scroll") as HTMLElement;
				return scroll.scrollWidth - scroll.clientWidth;
			});
			expect(over).toBe(0);
			expect(await shown.complaints()).toEqual([]);
		}
	});
});
