/** The compact list with a thousand rows: what keeps the page from answering, as the browser's own trace has it. */
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canShowPages, PageUnderTest } from "../harness/pageUnderTest.js";
import { SAMPLES } from "../harness/samples.js";
import { ADVERSARIAL } from "../harness/serve.js";
import { longestTask, longTask } from "../harness/tracing.js";

const ROW = "blindspot-image-row";
describe.skipIf(!canShowPages)("a thousand images", () => {
	let shown: PageUnderTest;
	let page: Page;
	let session: CDPSession;

	const frames = (count: number): Promise<void> =>
		page.evaluate(async (many) => {
			for (let at = 0; at < many; at++) await new Promise(requestAnimationFrame);
		}, count);
	const distortionHead = () => page.getByRole("button", { name: "Distortion", exact: true });
	const focused = (): Promise<string | null> =>
		page.evaluate(() => document.activeElement?.getAttribute("aria-rowindex") ?? null);

	beforeAll(async () => {
		shown = await PageUnderTest.start(ADVERSARIAL, {}, "test/webviews/adversarial/editor.ts");
		page = await shown.open();
		session = await page.context().newCDPSession(page);
	});

	afterAll(() => shown?.close());

	it("arrive, scroll and are sorted without a long task", { timeout: 120_000 }, async () => {
		await page.evaluate(() => window.adversarial.draw("thousand"));
		const tasks = {
			arriving: await longestTask(session, async () => {
				await page.evaluate(() => window.adversarial.stream("thousand"));
				await page.locator("h1", { hasText: "All 1,000 images changed" }).waitFor({ timeout: 60_000 });
			}),
			scrolling: await longestTask(session, () =>
				page.evaluate(async () => {
					const scroller = document.querySelector(".scroll") as HTMLElement;
					for (let top = 0; top < scroller.scrollHeight; top += 700) {
						scroller.scrollTop = top;
						await new Promise(requestAnimationFrame);
					}
				}),
			),
			sorting: await longestTask(session, async () => {
				for (let clicks = 0; clicks < 3; clicks++) {
					await distortionHead().click();
					await frames(3);
				}
			}),
		};
		console.log(`Longest task with 1,000 rows, ms: ${JSON.stringify(tasks)}`);
		expect(Math.max(...Object.values(tasks))).toBeLessThan(await longTask(session, page));
	});

	it("are counted for screen readers, though few are in the document", async () => {
		const grid = page.getByRole("grid", { name: "Images" });
		expect(await grid.getAttribute("aria-rowcount")).toBe("1001");
		expect(await page.locator(ROW).count()).toBeLessThan(80);
		const indices = await page.locator(`[role=row]`).evaluateAll((rows) => rows.map((row) => row.ariaRowIndex));
		expect(indices.map(Number)).toEqual(indices.map(Number).toSorted((a, b) => a - b));
		expect(indices[0]).toBe("1");
	});

	it("are gone through by the keyboard, from the first to the last", async () => {
		await page.keyboard.press("Home");
		await expect.poll(focused).toBe("2");
		await page.keyboard.press("PageDown");
		await expect.poll(focused).not.toBe("2");
		const screenful = Number(await focused()) - 2;
		// 900 px less toolbar, finding and heads, in rows of 48.
		expect(screenful).toBeGreaterThan(12);
		expect(screenful).toBeLessThan(19);
		await page.keyboard.press("PageUp");
		await expect.poll(focused).toBe("2");
		await page.keyboard.press("End");
		await expect.poll(focused).toBe("1001");
		await expect
			.poll(() =>
				page.locator(`${ROW}:focus`).evaluate((row) => {
					const { top, bottom } = row.getBoundingClientRect();
					return top >= 0 && bottom <= innerHeight;
				}),
			)
			.toBe(true);
		await page.keyboard.press("ArrowUp");
		await expect.poll(focused).toBe("1000");
	});

	it("keep the focus where it is while one scrolls away", async () => {
		await page.keyboard.press("Home");
		await expect.poll(focused).toBe("2");
		await page.locator(".scroll").evaluate((scroller) => (scroller.scrollTop = 20_000));
		await frames(3);
		expect(await focused()).toBe("2");
		await page.keyboard.press("ArrowDown");
		await expect.poll(focused).toBe("3");
		await expect.poll(() => page.locator(".scroll").evaluate((scroller) => scroller.scrollTop)).toBeLessThan(200);
	});

	it("stay under the pointer when one above is opened", async () => {
		await page.keyboard.press("End");
		await expect.poll(focused).toBe("1001");
		await page.keyboard.press("Enter");
		await expect.poll(() => page.locator(`${ROW}.detail`).count()).toBe(1);
		const height = (await page.locator(`${ROW}.detail`).boundingBox())?.height ?? 0;
		const all = () => page.locator(".rows").evaluate((rows) => rows.getBoundingClientRect().height);
		// 999 rows of 48 px and the opened one, whatever is in the document.
		await expect.poll(all).toBeCloseTo(999 * 48 + height, 0);
		await page.keyboard.press("Home");
		await expect.poll(focused).toBe("2");
		expect(await all()).toBeCloseTo(999 * 48 + height, 0);
	});

	it("fit a narrow page, sorted and with one opened", async () => {
		await page.setViewportSize({ width: 410, height: 900 });
		await expect.poll(() => distortionHead().locator("xpath=..").getAttribute("aria-sort")).not.toBeNull();
		for (let clicks = 0; clicks < 3; clicks++) {
			await distortionHead().click();
			await frames(3);
			const sticksOut = await page
				.locator(".scroll")
				.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
			expect(sticksOut).toBe(0);
		}
		await page.setViewportSize({ width: 1400, height: 900 });
	});

	it("keep their order while results arrive, and are sorted again at the end", async () => {
		await page.evaluate(() => window.adversarial.show("thousand"));
		await distortionHead().click();
		await expect.poll(() => distortionHead().locator("xpath=..").getAttribute("aria-sort")).toBe("ascending");
		const first = () => page.locator(`${ROW}[aria-rowindex="2"] .file`).innerText();
		const before = await first();
		const { rows } = SAMPLES.thousand.state;
		const changedRow = { ...rows[0]!, image: { ...rows[0]!.image, distortion: 0.9 } };
		const running = { ...SAMPLES.thousand.state, phase: { kind: "running", words: "", share: null } } as const;
		await shown.post({ type: "state", state: running });
		await shown.post({ type: "image", index: 0, row: changedRow, pixels: null });
		await frames(3);
		expect(await first()).toBe(before);
		await shown.post({ type: "phase", phase: { kind: "complete" }, facts: null });
		await frames(3);
		expect(await first()).not.toBe(before);
	});
});
