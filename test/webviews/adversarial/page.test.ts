/** The page in a browser, with the policy that it has in the editor. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ExtensionMessage } from "../../../src/webviews/adversarial/messages.js";
import { canShowPages, PageUnderTest, type View } from "../harness/pageUnderTest.js";
import { SAMPLES, type SampleName } from "../harness/samples.js";
import { ADVERSARIAL } from "../harness/serve.js";

const ROW = "blindspot-image-row";
const EVERY_SAMPLE: readonly SampleName[] = [
	"running",
	"starting",
	"complete",
	"single",
	"comparing",
	"compared",
	"unreadable",
	"cancelled",
	"ended",
	"failed",
	"empty",
	"noModel",
	"many",
];

describe.skipIf(!canShowPages)("the page Adversarial", () => {
	let shown: PageUnderTest;
	let page: Page;

	const open = async (view: View = {}): Promise<void> => {
		page = await shown.open(view);
	};
	const settle = () => shown.settle();
	const show = async (name: SampleName): Promise<void> => {
		await page.evaluate((sample) => window.adversarial.show(sample), name);
		await settle();
	};
	const post = (message: ExtensionMessage) => shown.post(message);
	// What a person sees: text that is hidden, and spaces that are not rendered, don't count.
	const seen = (of: Locator): Promise<string> => of.innerText();
	const sent = () => shown.sent();
	const lastSent = () => shown.lastSent();
	const selected = (): Promise<string | null> =>
		page.locator(`${ROW}[aria-selected="true"]`).getAttribute("data-index");

	beforeAll(async () => {
		shown = await PageUnderTest.start(ADVERSARIAL, {}, "test/webviews/adversarial/editor.ts");
	});

	afterAll(() => shown?.close());

	beforeEach(() => open());

	it.each(["dark", "light", "high-contrast"])("breaks no policy and logs nothing, %s", async (theme) => {
		await open({ theme });
		for (const sample of EVERY_SAMPLE) await show(sample);
		await show("complete");
		await page.locator(".figures .link").first().click();
		await page.locator(`${ROW} .field.target`).first().click();
		expect(await shown.complaints()).toEqual([]);
	});

	it.each([480, 560, 720, 900, 1180, 1400])("scrolls sideways nowhere at %i px", async (width) => {
		await open({ width });
		for (const sample of EVERY_SAMPLE) {
			await show(sample);
			// What an ancestor cuts off with an ellipsis has a title and is not outside.
			const outside = await page.evaluate(() =>
				[...document.querySelectorAll<HTMLElement>("body *:not(.sr, .sr *, vscode-option, .compact .label *)")]
					.filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5)
					.map((element) => element.outerHTML.slice(0, 80)),
			);
			const scrolled = await page.evaluate(() =>
				[...document.querySelectorAll(".scroll, .empty, .page, .toolbar")]
					.filter((element) => element.scrollWidth > element.clientWidth)
					.map((element) => `${element.className}: ${element.scrollWidth} > ${element.clientWidth}`),
			);
			expect({ sample, outside, scrolled }).toEqual({ sample, outside: [], scrolled: [] });
		}
	});

	it("says the finding, and shows a row for each image", async () => {
		await show("running");
		expect(await seen(page.locator("h1"))).toBe(
			"1 of 3 images changed label, at distortion 0.0021. Gaussian noise of that size changes it in 0 of 100 tries.",
		);
		expect(await seen(page.locator(".conditions"))).toContain("1 still running, 1 without an adversarial.");
		expect(await seen(page.locator(".conditions"))).toContain("assumed from the input shape: RGB, 224 × 224, 0 to 1.");
		expect(await page.locator(ROW).count()).toBe(3);
		expect(await page.locator(`${ROW} .row-head`).allInnerTexts()).toEqual([
			expect.stringMatching(/jay\.jpg\s*jay\s*changed to\s*indigo bunting/),
			expect.stringMatching(/ladybug\.jpg\s*ladybug\s*searching…/),
			expect.stringMatching(/balloon\.jpg\s*balloon\s*No adversarial found for target “toaster”/),
		]);
		expect(await page.locator(`${ROW} .picture canvas`).count()).toBe(7);
	});

	it("is a grid with heads, row headers and the same number of cells in each row", async () => {
		await show("running");
		expect(await page.getByRole("grid", { name: "Images" }).getAttribute("aria-rowcount")).toBe("4");
		const heads = await page.locator("[role=grid] [role=columnheader]").count();
		for (const row of await page.locator(ROW).all()) {
			expect(await row.getAttribute("role")).toBe("row");
			expect(await row.locator("[role=rowheader]").count()).toBe(1);
			expect((await row.locator("[role=gridcell]").count()) + 1).toBe(heads);
		}
		await show("many");
		const compactHeads = await page.locator("[role=grid] [role=columnheader]").count();
		const first = page.locator(ROW).first();
		expect((await first.locator("[role=gridcell]").count()) + 1).toBe(compactHeads);
	});

	it("names every control", async () => {
		for (const sample of EVERY_SAMPLE) {
			await show(sample);
			const nameless = await page.evaluate(() =>
				[
					...document.querySelectorAll(
						"button, input, vscode-button, vscode-dropdown, canvas, [role=grid], [role=progressbar]",
					),
				]
					.filter((element) => !(element.getAttribute("aria-label") ?? element.textContent ?? "").trim())
					.map((element) => element.outerHTML.slice(0, 80)),
			);
			expect({ sample, nameless }).toEqual({ sample, nameless: [] });
		}
	});

	it("moves the selection by keys, whether they come from the page or the editor", async () => {
		await show("complete");
		await page.keyboard.press("ArrowDown");
		expect(await selected()).toBe("1");
		expect(await page.evaluate(() => document.activeElement?.getAttribute("data-index"))).toBe("1");
		await post({ type: "key", command: "rowDown" });
		await post({ type: "key", command: "rowDown" });
		expect(await selected()).toBe("2");
		await page.keyboard.press("Home");
		expect(await selected()).toBe("0");
		await post({ type: "key", command: "rowLast" });
		await post({ type: "key", command: "copyFigures" });
		expect(await lastSent()).toMatchObject({ type: "copy", text: expect.stringContaining("balloon.jpg\tballoon\t") });
	});

	it("copies the figures of the selected image by Ctrl+C, and selected text as text", async () => {
		await show("complete");
		await page.keyboard.press("ArrowDown");
		await page.keyboard.press("Control+C");
		await settle();
		expect(await lastSent()).toMatchObject({ type: "copy", text: expect.stringMatching(/ladybug\.jpg\tladybug\t/) });
		const before = (await sent()).length;
		await page.evaluate(() => document.getSelection()?.selectAllChildren(document.querySelector("h1") as HTMLElement));
		await page.keyboard.press("Control+C");
		await settle();
		expect(await sent()).toHaveLength(before);
	});

	it("filters targets while one types, and runs one image or all with the chosen one", async () => {
		await show("complete");
		await page.evaluate(() => {
			document.title = "";
			window.addEventListener("keydown", (event) => (document.title += event.key));
		});
		await post({ type: "key", command: "target" });
		await page.keyboard.type("bu");
		const options = page.locator(".picker-option");
		expect(await seen(page.locator(".picker-count"))).toBe("6 of 1,000 labels");
		expect(await seen(page.locator(".picker-option[aria-selected=true]"))).toMatch(/indigo bunting\s*1\.7%/);
		expect(await seen(options.first())).toMatch(/Any other label/);
		await page.keyboard.press("ArrowDown");
		await page.keyboard.press("Enter");
		expect(await lastSent()).toEqual({ type: "runImage", index: 0, target: { kind: "label", index: 4 }, budget: 1000 });
		expect(await page.locator("blindspot-target-picker").count()).toBe(0);
		expect(await page.title(), "what is typed into the filter is kept from the editor").toBe("");

		await page.locator(`${ROW} .field.target`).nth(1).click();
		await page.keyboard.type("toaster");
		await page.keyboard.press("Shift+Enter");
		expect(await lastSent()).toMatchObject({ type: "run", target: { kind: "label", index: 13 }, method: "closest" });
	});

	it("closes what is open on Escape, gives the focus back, and does not take it for a cancel", async () => {
		await show("running");
		await page.locator(".toolbar .field.target").click();
		await post({ type: "key", command: "cancel" });
		await page.keyboard.press("Escape");
		expect(await page.locator(".popup").count()).toBe(0);
		expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toMatch(
			/^Target of all images/,
		);
		expect((await sent()).some(({ type }) => type === "cancel")).toBe(false);
		await post({ type: "key", command: "cancel" });
		expect(await lastSent()).toEqual({ type: "cancel" });
	});

	it("offers a run when a setting differs, and says what the results are of", async () => {
		await show("complete");
		await page.locator("vscode-dropdown").nth(1).click();
		await page.locator('vscode-option[value="szegedy"]').click();
		await settle();
		expect(await seen(page.locator(".condition.changed"))).toBe(
			"Settings changed. The results below are for method: closest.",
		);
		await page.getByRole("button", { name: "Run Again", exact: true }).first().click();
		expect(await lastSent()).toEqual({
			type: "run",
			model: "/models/tiny-darknet.json",
			method: "szegedy",
			target: { kind: "any" },
			effort: "normal",
			budget: 1000,
		});
	});

	it("cancels, stops one image, saves, and tries again", async () => {
		await show("running");
		await page.locator(".toolbar vscode-button.run").click();
		expect(await lastSent()).toEqual({ type: "cancel" });
		await page.locator(`${ROW} vscode-button[aria-label="Stop ladybug.jpg"]`).click();
		expect(await lastSent()).toEqual({ type: "stopImage", index: 1 });
		await page.locator(`${ROW} vscode-button[aria-label="Save jay.jpg"]`).click();
		expect(await lastSent()).toEqual({ type: "save", index: 0, what: "both", factor: 32 });
		await show("complete");
		await page.getByRole("button", { name: "4,000 evaluations" }).click();
		expect(await lastSent()).toEqual({
			type: "runImage",
			index: 2,
			target: { kind: "label", index: 13 },
			budget: 4000,
		});
	});

	it("compares methods on an image, from a link, the menu or a key", async () => {
		const all = { type: "compareMethods", index: 0, methods: ["fgsm", "ddn", "szegedy", "pgd"] } as const;
		await show("single");
		await page.getByRole("button", { name: "Compare methods" }).click();
		expect(await lastSent()).toEqual(all);
		await page.getByRole("button", { name: "More actions for jay.jpg" }).click();
		await page.getByRole("menuitem", { name: "Compare Methods" }).click();
		await post({ type: "key", command: "compare" });
		expect((await sent()).slice(-2)).toEqual([all, all]);
		await show("running");
		await post({ type: "key", command: "compare" });
		expect((await sent()).filter(({ type }) => type === "compareMethods")).toHaveLength(3);
	});

	it("shows compared methods in a table, the nearest marked, and stops or runs one", async () => {
		await show("comparing");
		const row = (name: string) => page.locator(".comparison tbody tr").filter({ hasText: name });
		expect(await seen(page.locator(".comparison summary"))).toContain(
			"So far Closest is nearest, at distortion 0.00214; DDN, the next, needs 7.8% more.",
		);
		const cells = async (name: string) => (await row(name).locator("td.figures").allInnerTexts()).slice(0, 2);
		expect(await cells("Closest")).toEqual(["0.00214", "nearest"]);
		expect(await cells("FGSM")).toEqual(["0.01270", "+493%"]);
		expect(await seen(row("PGD"))).toContain("best so far");
		expect(await row("DDN").locator("canvas").count()).toBe(3);
		expect(await row("Szegedy").locator("canvas").count()).toBe(1);
		await row("PGD").getByRole("button", { name: "Stop PGD" }).click();
		expect(await lastSent()).toEqual({ type: "stopMethod", method: "pgd" });
		await row("Closest").focus();
		await page.keyboard.press("End");
		expect(await row("DDN").getAttribute("aria-selected")).toBe("true");
		expect(await selected()).toBe("0");
		await show("compared");
		expect(await seen(page.locator("[role=status]"))).toBe(
			"Closest is nearest, at distortion 0.00214; DDN, the next, needs 7.8% more.",
		);
		expect(await seen(row("PGD"))).toContain("none: budget spent");
		const partly = { ...SAMPLES.comparing.state, phase: { kind: "complete" } } as const;
		await post({ type: "state", state: partly });
		await row("Szegedy").getByRole("button", { name: "Run Szegedy et al." }).click();
		expect(await lastSent()).toEqual({ type: "compareMethods", index: 0, methods: ["szegedy"] });
		await page.getByRole("button", { name: "Try the other 2 methods" }).click();
		expect(await lastSent()).toEqual({ type: "compareMethods", index: 0, methods: ["szegedy", "pgd"] });
	});

	it("says what an effort costs where one chooses it", async () => {
		await show("single");
		await page.getByRole("button", { name: /^Effort: Normal, 120 to 350 evaluations/ }).click();
		expect(await page.getByRole("menuitemcheckbox", { checked: true }).innerText()).toContain("Normal");
		await page.getByRole("menuitemcheckbox", { name: /Thorough.*220 to 800/ }).click();
		expect(await seen(page.locator(".page"))).toContain("The results below are for normal effort.");
		await page.locator(".toolbar vscode-button.run").click();
		expect(await lastSent()).toMatchObject({ type: "run", effort: "thorough" });
	});

	it("keeps finished results when the process ended, and offers the others", async () => {
		await show("ended");
		expect(await seen(page.locator("h1"))).toBe("The compute process ended: out of memory at 4.0 GB.");
		expect(await seen(page.locator(".trouble .condition"))).toContain(
			"1 of 4 results is kept, 1 image cannot be read.",
		);
		expect(await seen(page.locator(ROW).nth(3))).toContain("Cannot be read: not a PNG (starts with “<htm”)");
		await page.getByRole("button", { name: "Run the Other 2" }).click();
		expect(await lastSent()).toEqual({ type: "runOthers" });
	});

	it("names the next action where there is nothing to show", async () => {
		await show("empty");
		await page.getByRole("button", { name: "Choose Images…" }).click();
		expect(await lastSent()).toEqual({ type: "chooseImages" });
		await show("noModel");
		await page.getByRole("button", { name: "Choose Model…" }).click();
		expect(await lastSent()).toEqual({ type: "chooseModel" });
		await show("failed");
		expect(await seen(page.locator("h1"))).toBe("vit-tiny.onnx cannot be read");
		await page.getByRole("button", { name: "Copy Message" }).click();
		expect(await lastSent()).toMatchObject({
			type: "copy",
			text: expect.stringContaining("unsupported operation ‘Loop’"),
		});
	});

	it.each([480, 720, 1000, 1400])("reads results out, and moves nothing when they arrive, %i px", async (width) => {
		await open({ width });
		await show("starting");
		const places = () =>
			page.evaluate((rows) => [...document.querySelectorAll(rows)].map((row) => row.getBoundingClientRect().top), ROW);
		const before = await places();
		await page.evaluate(() => window.adversarial.showResults("complete"));
		await settle();
		expect(before).toHaveLength(3);
		expect(await seen(page.locator("h1"))).toContain("1 of 2 images that were right changed label");
		expect(await seen(page.locator("[role=status]"))).toBe("balloon.jpg: no adversarial found, budget");
		expect(await places()).toEqual(before);
	});

	it("trades original and adversarial while Space is held", async () => {
		await show("single");
		const label = () => page.locator(`${ROW} .picture canvas`).first().getAttribute("aria-label");
		expect(await label()).toBe("Original of jay.jpg");
		await page.locator(ROW).first().focus();
		await page.keyboard.down(" ");
		await settle();
		expect(await label()).toBe("Adversarial of jay.jpg");
		await page.keyboard.up(" ");
		await settle();
		expect(await label()).toBe("Original of jay.jpg");
	});

	it("multiplies the noise by what one sets", async () => {
		await show("complete");
		const centre = () =>
			page.evaluate(() => {
				const canvas = document.querySelectorAll<HTMLCanvasElement>("blindspot-pixels canvas")[1]!;
				return [...canvas.getContext("2d")!.getImageData(0, 0, 224, 224).data];
			});
		const spread = (bytes: readonly number[]) =>
			Math.sqrt(
				bytes.filter((_, at) => at % 4 === 0).reduce((sum, byte) => sum + (byte - 127.5) ** 2, 0) / (224 * 224),
			);
		const at32 = spread(await centre());
		await post({ type: "key", command: "noiseLess" });
		expect(await seen(page.locator(".head.noise"))).toContain("Noise × 16");
		// Rounding to bytes adds 0.3 at most to a spread of about 9.
		expect(spread(await centre())).toBeCloseTo(at32 / 2, 0);
	});

	it("has a table beside the chart", async () => {
		await show("running");
		await page.getByRole("button", { name: "Show as table" }).click();
		const rows = page.locator(".chart-table tbody tr");
		expect(await rows.count()).toBe(12);
		expect(await seen(rows.last())).toMatch(/176\s+0\.00531/);
	});

	it("shows many images compact, sorts them, and opens one by Enter", async () => {
		await show("many");
		expect(await page.locator(`${ROW}.compact`).count()).toBe(16);
		await page.getByRole("button", { name: "Distortion", exact: true }).click();
		await page.getByRole("button", { name: "Distortion", exact: true }).click();
		expect(await seen(page.locator(`${ROW} .file`).first())).toBe("test-3152.png");
		await page.locator(ROW).first().focus();
		await page.keyboard.press("Enter");
		await settle();
		expect(await seen(page.locator(`${ROW}.detail .row-head`))).toContain("test-3152.png");
		await post({ type: "key", command: "detail" });
		expect(await page.locator(`${ROW}.detail`).count()).toBe(16);
	});

	it("draws the pictures near the visible part only", async () => {
		await open({ height: 300 });
		await show("many");
		const widths = () =>
			page.locator(`${ROW} canvas`).evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).width));
		await expect.poll(async () => (await widths()).slice(0, 3)).toEqual([28, 28, 28]);
		expect((await widths()).at(-1)).toBe(0);
		await post({ type: "key", command: "rowLast" });
		await expect.poll(async () => (await widths()).at(-1)).toBe(28);
	});

	it("finds its selection, scroll position and noise factor again after it was closed", async () => {
		await open({ width: 1000, height: 500 });
		await show("complete");
		await post({ type: "key", command: "noiseMore" });
		await post({ type: "key", command: "rowLast" });
		const scroll = await page.locator(".scroll").evaluate((element) => element.scrollTop);
		expect(scroll).toBeGreaterThan(0);
		await page.reload();
		expect(await sent()).toEqual([{ type: "ready", report: "sample" }]);
		await show("complete");
		expect(await selected()).toBe("2");
		expect(await page.locator(".scroll").evaluate((element) => element.scrollTop)).toBe(scroll);
		expect(await seen(page.locator(".head.noise"))).toContain("Noise × 64");
	});

	it("shows names as text, whatever is in them", async () => {
		await show("single");
		const words = '<img src=x onerror="document.title=1">';
		await post({ type: "notice", words, severity: "error" });
		expect(await seen(page.locator(".notice"))).toBe(words);
		expect(await page.locator(".notice img").count()).toBe(0);
	});
});
