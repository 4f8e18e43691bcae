/** The page "Probe" in a browser, with the policy that it has in the editor. */
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { canShowPages, PageUnderTest, type View } from "../harness/pageUnderTest.js";
import { PROBE } from "../harness/serve.js";
import { EVERY_SAMPLE, type ProbeSampleName } from "./samples.js";

/** Whose layouts differ most. */
const SOME_SAMPLES: readonly ProbeSampleName[] = ["complete", "unlabelled", "stopped", "noData", "failed"];

describe.skipIf(!canShowPages)("the page Probe", () => {
	let shown: PageUnderTest;
	let page: Page;

	const open = async (view: View = {}): Promise<void> => {
		page = await shown.open(view);
	};
	const settle = () => shown.settle();
	const show = async (name: ProbeSampleName): Promise<void> => {
		await page.evaluate((sample) => window.showProbe(sample), name);
		await settle();
	};
	const sent = async () => (await shown.sent()).filter(({ type }) => type !== "ready" && type !== "layers");
	/** Names of the rows of a column that are in the document, top to bottom. */
	const names = (column: "units" | "directions") => page.locator(`.cell.${column} .name b`).allInnerTexts();
	const choose = async (label: string, option: string): Promise<void> => {
		await page.locator(`vscode-dropdown[aria-label="${label}"]`).click();
		await page
			.locator("vscode-option:visible")
			.filter({ hasText: new RegExp(`^\\s*${option}\\s*$`) })
			.click();
		await settle();
	};
	const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? null);

	beforeAll(async () => {
		shown = await PageUnderTest.start(PROBE, {}, "test/webviews/probe/editor.ts");
	});

	afterAll(() => shown?.close());

	beforeEach(() => open());

	it.each([
		["light", 420, EVERY_SAMPLE],
		["high-contrast-light", 720, SOME_SAMPLES],
		["dark", 1000, SOME_SAMPLES],
		["high-contrast", 1400, EVERY_SAMPLE],
	] as const)(
		"breaks no policy, logs nothing and scrolls sideways nowhere: %s at %i px",
		async (theme, width, samples) => {
			await open({ theme, width });
			for (const sample of samples) {
				await show(sample);
				const scrolled = await page.evaluate(() =>
					[...document.querySelectorAll(".scroll, .empty, .page, .toolbar, .statistics, .columns, .arrangement")]
						.filter((element) => element.scrollWidth > element.clientWidth)
						.map((element) => `${element.className}: ${element.scrollWidth} > ${element.clientWidth}`),
				);
				expect({ sample, scrolled }).toEqual({ sample, scrolled: [] });
			}
			await show("photos");
			await page.locator(".columns .picture").nth(3).click();
			await page.getByRole("button", { name: "Hide activation map" }).waitFor();
			await page.keyboard.press("Escape");
			await page.locator(".chart-foot .link").first().click();
			expect(await shown.complaints()).toEqual([]);
		},
	);

	it("says the finding, and has rows of both columns with their pictures as drawn", async () => {
		await show("complete");
		expect(await page.locator("h1").innerText()).toBe(
			"By label purity, units are not shown to be more coherent than random directions: median purity 0.89 and 0.78, p = 0.053",
		);
		expect((await names("units")).slice(0, 3)).toEqual(["unit 0", "unit 1", "unit 2"]);
		expect((await names("directions")).slice(0, 3)).toEqual(["dir. 0", "dir. 1", "dir. 2"]);
		expect(await page.locator(".row").first().locator(".picture").count()).toBe(18);
		// Nine of 28 pixels with eight gaps of 3.
		expect(await page.locator(".row").first().locator("canvas").first().getAttribute("width")).toBe("276");
		expect(await page.locator(".head").allInnerTexts()).toEqual([
			expect.stringMatching(/Units\s*100$/),
			expect.stringMatching(/Random directions\s*1,000$/),
		]);
	});

	it("sorts and filters both columns by one rule", async () => {
		await show("complete");
		await choose("Order", "Label purity");
		for (const column of ["units", "directions"] as const) {
			const words = await page.locator(`.cell.${column} .words`).allInnerTexts();
			const counts = words.slice(0, 20).map((text) => Number(/^(\d) of 9/.exec(text)?.[1]));
			expect(counts[0]).toBeGreaterThanOrEqual(8);
			expect(counts).toEqual(counts.toSorted((a, b) => b - a));
		}
		await choose("Label", "7");
		const words = await page.locator(".cell .words").allInnerTexts();
		expect(words.length).toBeGreaterThan(10);
		expect(words.every((text) => text.endsWith("“7”"))).toBe(true);
		expect(await page.locator(".head.directions").innerText()).toMatch(/\d+ of 1,000/);
	});

	it("outlines what the place of the highest score sees", async () => {
		await show("photos");
		const row = page.locator(".row").first();
		for (const at of [0, 8, 9, 17]) {
			const picture = (await row.locator(".picture").nth(at).boundingBox())!;
			const outline = (await row.locator(".outlined").nth(at).boundingBox())!;
			expect(outline.x).toBeGreaterThanOrEqual(picture.x - 1);
			expect(outline.x + outline.width).toBeLessThanOrEqual(picture.x + picture.width + 1);
			expect(outline.y + outline.height).toBeLessThanOrEqual(picture.y + picture.width + 1);
			expect(outline.width / picture.width).toBeCloseTo(78 / 224, 1);
		}
	});

	it("opens a picture with its activation map and the units that rank it high, and a unit", async () => {
		await show("photos");
		await page.locator(".cell.units .picture").nth(3).click();
		const dialog = page.getByRole("dialog");
		await dialog.getByText("Units that rank it high").waitFor();
		expect(await dialog.locator("canvas.map").getAttribute("width")).toBe("14");
		expect(await dialog.locator("ul").first().innerText()).toContain("unit 0");
		await page.keyboard.press("Escape");
		expect(await page.getByRole("dialog").count()).toBe(0);
		await page.locator(".cell.units .name").nth(2).click();
		expect((await sent()).at(-1)).toEqual({ type: "openUnit", of: { kind: "unit", index: 2 } });
	});

	it("is used with the keyboard alone", async () => {
		await show("complete");
		await page.locator(".columns [tabindex='0']").focus();
		expect(await focused()).toMatch(/^unit 0,/);
		await page.keyboard.press("ArrowDown");
		await settle();
		await page.keyboard.press("ArrowRight");
		await settle();
		expect(await focused()).toMatch(/^unit 1, image 1/);
		await page.keyboard.press("Enter");
		await page.getByRole("dialog").waitFor();
		await page.keyboard.press("Escape");
		await page.keyboard.press("End");
		await settle();
		expect(await focused()).toMatch(/^unit 99, image 1/);
		for (let step = 0; step < 10; step++) await page.keyboard.press("ArrowRight");
		await settle();
		expect(await focused()).toMatch(/^direction 99, image 1/);
		await page.keyboard.press("End");
		await settle();
		expect(await focused()).toMatch(/^direction 999, image 1/);
	});

	it("has the settings in its menu too, in menus of their own", async () => {
		await show("complete");
		await page.getByRole("button", { name: "More actions" }).press("Enter");
		await page.getByRole("menuitem", { name: "Control…" }).press("Enter");
		const menu = page.getByRole("menu", { name: "Control" });
		await menu.waitFor();
		expect(await menu.getByRole("menuitemcheckbox", { checked: true }).allInnerTexts()).toEqual(["✓ Gaussian"]);
		await page.keyboard.press("ArrowDown");
		await page.keyboard.press("Enter");
		const asked = (await sent()).at(-1);
		expect(asked).toMatchObject({ type: "ask", question: { options: { control: "rotation" } } });
		expect(await focused()).toBe("More actions");
	});

	it("scrolls 10,000 rows as it does 500: few in the document, and only those filled that come", {
		timeout: 60_000,
	}, async () => {
		const STEPS = 20;
		/** Scrolls on; how many rows were filled, and seconds of the page's main thread. */
		const scroll = async (session: CDPSession) => {
			const spent = async (): Promise<number> => {
				const { metrics } = await session.send("Performance.getMetrics");
				return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
			};
			const before = await spent();
			const filled = await page.evaluate(async (steps) => {
				let count = 0;
				const observer = new MutationObserver((changes) => (count += changes.length));
				observer.observe(document.querySelector(".rows")!, { subtree: true, attributeFilter: ["aria-rowindex"] });
				for (let step = 0; step < steps; step++) {
					document.querySelector(".scroll")!.scrollTop += 240;
					await new Promise(requestAnimationFrame);
				}
				observer.disconnect();
				return count;
			}, STEPS);
			return { filled, seconds: (await spent()) - before };
		};
		const measure = async (sample: ProbeSampleName) => {
			await open();
			await show(sample);
			const session = await page.context().newCDPSession(page);
			await session.send("Performance.enable", { timeDomain: "threadTicks" });
			const nodes = await page.locator(".columns *").count();
			const first = await scroll(session);
			const second = await scroll(session);
			return { nodes, filled: first.filled + second.filled, seconds: Math.min(first.seconds, second.seconds) };
		};
		const several = await measure("several");
		const huge = await measure("huge");
		console.log(
			`Scrolling 240 px takes ${[several, huge].map(({ seconds }) => ((1000 * seconds) / STEPS).toFixed(1))} ms`,
		);
		expect(huge.nodes).toBe(several.nodes);
		expect(huge.nodes).toBeLessThan(2500);
		// Rows of 63 px come in place of as many that leave.
		expect(huge.filled).toBe(several.filled);
		expect(huge.filled).toBeLessThanOrEqual((2 * STEPS * 240) / 63 + 2);
		expect(huge.filled).toBeGreaterThan(100);
		expect(huge.seconds).toBeLessThan(2 * several.seconds);

		await page.evaluate(() => document.querySelector(".scroll")!.scrollTo({ top: 1e7 }));
		await settle();
		expect(await names("units")).toContain("unit 9999");
		expect(await page.locator(".row").count()).toBeLessThan(60);
		const indices = await page
			.locator(".rows")
			.evaluate((rows) =>
				(rows.getAttribute("aria-owns") ?? "").split(" ").map((id) => document.getElementById(id)?.ariaRowIndex),
			);
		expect(indices.map(Number)).toEqual(indices.map(Number).toSorted((a, b) => a - b));
		expect(indices.at(-1)).toBe("10001");
	});

	it("tells nothing in a blind test until its end, then the answer", async () => {
		await show("complete");
		await page.getByText("Blind Test…").first().click();
		await page.locator("input[type=number]").fill("5");
		await page.getByText("Start", { exact: true }).click();
		await page.getByText("Grid 1 of 40").waitFor();
		const looks = new Set<string>();
		for (let grid = 0; grid < 40; grid++) {
			const body = page.locator("body");
			expect(await body.innerText()).not.toMatch(/unit \d|dir\w*\.? \d/);
			// What differs from grid to grid is the number, the name of the image and the pixels.
			const look = (await page.locator(".blind").evaluate((element) => element.outerHTML))
				.replaceAll(/[Gg]rid(<!--.*?-->)? ?(<!--.*?-->)?\d+/g, "grid")
				.replaceAll(
					/<!--.*?-->|aria-valuenow="\d+"|width: [\d.]+%|(appearance|aria-pressed|current-value|tabindex|title)="[^"]*"/g,
					"",
				);
			looks.add(look);
			if (grid === 0) await page.locator(".grid-name").fill("round things");
			if (grid === 0) await page.keyboard.press("Enter");
			await page.keyboard.press(grid % 2 === 0 ? "1" : "2");
			await settle();
			if (grid === 3) {
				await page.keyboard.press("Backspace");
				await page.getByText("Grid 4 of 40").waitFor();
				await page.keyboard.press("2");
				await settle();
			}
		}
		expect(looks.size).toBe(1);
		expect(await page.locator("h1").innerText()).toMatch(
			/^Judged blind, units are .* \d+ of 20 units and \d+ of 20 directions were marked coherent, p = /,
		);
		const rows = await page.locator(".answers tbody tr").allInnerTexts();
		expect(rows).toHaveLength(40);
		expect(rows.filter((row) => /unit \d/.test(row))).toHaveLength(20);
		expect(rows[0]).toContain("round things");
		const messages = await sent();
		expect(messages.filter(({ type }) => type === "blind")).toHaveLength(41);
	});
});
