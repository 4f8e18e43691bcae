/** Pages as files of their own, opened from the disk by a browser that knows nothing of VS Code. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium as browserType, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { RunRow, StoredRun } from "../../src/compute/attack/storedRun.js";
import { AttackSession } from "../../src/webviews/adversarial/session/attackSession.js";
import type { AnalysisState } from "../../src/webviews/analysis/messages.js";
import { standaloneHtml } from "../../src/webviews/standaloneHtml.js";
import { attacked, question, report } from "../compute/reports/sampleRun.js";
import { type CountingQuestion, countingReport, DATA, MODEL } from "./harness/counting.js";
import { noisy, picture } from "./harness/samples.js";
import { ADVERSARIAL, bundledPage, COUNTING, chromium, type ServedPage } from "./harness/serve.js";
import { messages as probeMessages } from "./probe/samples.js";

const executable = chromium();

/** A stored run of so many grey pictures, all different. */
function run(images: number, size: number): StoredRun {
	const rows = Array.from({ length: images }, (_, at): RunRow => {
		const original = picture(at + 1, size, 1);
		const distortion = 0.001 + at * 0.0001;
		const image = attacked(`/data/<b>/${at}.png`, { distortion, l2: distortion * size, evaluations: 100 + at });
		const adversarial = noisy(original, at + 99, distortion);
		const stored = Uint8Array.from(adversarial.data, (value) => Math.round(value * 255));
		const pixels = { original, adversarial, stored };
		return { image, done: true, target: { kind: "any" }, seconds: 0.5, pixels, methods: {} };
	});
	return {
		asked: question,
		shown: question,
		data: { kind: "pictures" },
		rows,
		complete: true,
		report: report(rows.map(({ image }) => image)),
	};
}

function attackSession(stored: StoredRun): AttackSession {
	const unasked = () => {
		throw new Error("nothing is asked here");
	};
	return new AttackSession(
		"id-1",
		{ kind: "stored", run: stored },
		{
			client: { attack: unasked, stop: unasked, suggestPreprocessing: unasked },
			models: () => [{ path: "/models/mlp.keras", name: "mlp.keras" }],
			modelRequest: (path) => ({ path, configuration: null, preprocessing: {}, classesFile: null }),
			post: () => undefined,
			changed: () => undefined,
			modelChanged: async () => false,
			skipped: null,
			notice: () => undefined,
			failed: () => undefined,
		},
	);
}

describe("the text of a standalone page", () => {
	const text = (script: string, messages: readonly object[] = []) =>
		standaloneHtml({
			title: "a <b> & “c”",
			element: "blindspot-x",
			script,
			style: "p{}",
			licences: "MIT <a@b.c> <!-- </script>",
			messages,
		}).join("");

	it("lets nothing in the report or the script end a script", () => {
		const words = "</script><script>document.title=1</script><!-- <script>";
		const page = text(`const words = "</script><!--<script>"; x = /<[!]--/`, [{ type: "notice", words }]);
		expect(page.match(/<\/script/g)).toHaveLength(page.match(/<script/g)?.length ?? 0);
		expect(page).toContain(`const words = "\\x3c/script>\\x3c!--\\x3cscript>"`);
		expect(page).toContain("<title>a &lt;b&gt; &amp; “c”</title>");
		expect(page).not.toContain("<!--");
	});

	it("allows its own script and style and nothing from elsewhere", () => {
		const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text("1"))?.[1] ?? "";
		expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-/);
		expect(policy).not.toMatch(/unsafe|https?:|\*/);
	});
});

describe.skipIf(executable === null)("a standalone page", () => {
	let folder: string;
	let browser: Browser;
	let page: Page;
	let complaints: string[];
	let requests: string[];

	beforeAll(async () => {
		folder = mkdtempSync(path.join(tmpdir(), "blindspot-standalone-"));
		browser = await browserType.launch({ executablePath: executable ?? "", args: ["--no-sandbox"] });
	});

	afterAll(async () => {
		await browser?.close();
		rmSync(folder, { recursive: true, force: true });
	});

	afterEach(async () => {
		expect(complaints).toEqual([]);
		expect(requests.filter((url) => !url.startsWith("file:"))).toEqual([]);
		await page.close();
	});

	/** Writes the page as the export does and opens the file. */
	const open = async (
		served: ServedPage,
		messages: readonly object[],
		colorScheme: "light" | "dark" = "dark",
	): Promise<string> => {
		const file = path.join(folder, `page-${Math.random().toString(36).slice(2)}.html`);
		const bundle = await bundledPage(served, true);
		writeFileSync(file, standaloneHtml({ title: "Report", element: served.element, ...bundle, messages }).join(""));
		page = await browser.newPage({ viewport: { width: 1400, height: 900 }, colorScheme });
		complaints = [];
		requests = [];
		page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
		page.on("pageerror", (error) => complaints.push(error.message));
		page.on("request", (request) => requests.push(request.url()));
		await page.goto(pathToFileURL(file).href);
		await page.locator("h1").waitFor();
		return file;
	};

	it("shows 200 adversarials with the figures of the report", async () => {
		const stored = run(200, 28);
		const session = attackSession(stored);
		const file = await open(ADVERSARIAL, session.exported?.messages ?? []);
		console.log(`200 pictures of 28 × 28: ${(statSync(file).size / 1e6).toFixed(1)} MB`);
		expect(await page.locator("h1").innerText()).toContain("All 200 images changed label");
		const distortions = await page.locator("blindspot-image-row.compact .measure > span").allInnerTexts();
		expect(distortions.length).toBeGreaterThan(20);
		for (const [at, shown] of distortions.slice(0, 20).entries()) {
			expect(Number(shown)).toBeCloseTo(stored.rows[at]?.image.distortion ?? Number.NaN, 4);
		}
		// Sorted the other way round, the last comes first.
		await page.getByRole("button", { name: "Distortion", exact: true }).click();
		await page.getByRole("button", { name: "Distortion", exact: true }).click();
		await expect.poll(() => page.locator("blindspot-image-row .file").first().innerText()).toBe("199.png");
		await page.locator("blindspot-image-row").first().dblclick();
		await page.locator("blindspot-image-row.detail").waitFor();
		await page.screenshot({ path: "test-results/standalone-200-dark.png" });
	});

	it("has the pictures, and the noise to half a step", async () => {
		const stored = run(1, 28);
		await open(ADVERSARIAL, attackSession(stored).exported?.messages ?? [], "light");
		await page.screenshot({ path: "test-results/standalone-one-light.png" });
		const canvas = async (at: number) => {
			await expect
				.poll(() =>
					page
						.locator("blindspot-pixels canvas")
						.nth(at)
						.evaluate((of) => (of as HTMLCanvasElement).width),
				)
				.toBe(28);
			return page
				.locator("blindspot-pixels canvas")
				.nth(at)
				.evaluate((of) => [...(of as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 28, 28).data]);
		};
		const { original, adversarial } = stored.rows[0]!.pixels;
		const red = (await canvas(0)).filter((_, at) => at % 4 === 0);
		expect(Math.max(...red.map((byte, at) => Math.abs(byte - original!.data[at]! * 255)))).toBeLessThanOrEqual(0.51);
		const factor = Number(/× (\d+)/.exec(await page.locator(".head.noise").innerText())?.[1]);
		const noise = original!.data.map((value, at) => adversarial!.data[at]! - value);
		const half = noise.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 254;
		const shown = (await canvas(1)).filter((_, at) => at % 4 === 0);
		for (const [at, byte] of shown.entries()) {
			const wanted = Math.min(255, Math.max(0, 255 * (0.5 + noise[at]! * factor)));
			expect(Math.abs(byte - wanted)).toBeLessThanOrEqual(255 * factor * half + 0.51);
		}
	});

	it("says in plain words what was asked, and offers nothing to run, save or choose", async () => {
		await open(ADVERSARIAL, attackSession({ ...run(3, 8), complete: false }).exported?.messages ?? []);
		expect((await page.locator(".toolbar").innerText()).replaceAll(/\s+/g, " ")).toContain(
			"Model mlp.keras Method Closest Target Any other label Effort Normal",
		);
		expect(await page.locator("vscode-button, vscode-dropdown, .more, .field, input:not([type=range])").count()).toBe(
			0,
		);
		expect(await page.locator("blindspot-image-row .file").first().innerText()).toBe("0.png");
		expect(await page.locator("b").count()).toBe(0);
		await page.locator("blindspot-image-row").first().click();
		const copied = await page.evaluate(
			() =>
				new Promise<string>((copied) => {
					document.addEventListener("copy", (event) => copied(event.clipboardData?.getData("text/plain") ?? ""));
					document.execCommand("copy");
				}),
		);
		expect(copied).toContain("/data/<b>/0.png\t");
	});

	it("may be of any analysis, with names as text", async () => {
		const asked: CountingQuestion = { model: MODEL, data: DATA, by: "label" };
		const state: AnalysisState<CountingQuestion> = {
			report: "sample",
			asked,
			shown: asked,
			models: [],
			phase: { kind: "complete" },
			modelChanged: false,
			missing: null,
		};
		const counted = { ...countingReport([3, 4]), names: ["</script><img src=x>", "<!--"] };
		await open(COUNTING, [
			{ type: "state", state },
			{ type: "report", report: counted },
		]);
		expect(await page.locator("h1").innerText()).toBe("7 images of 2 labels");
		expect(await page.locator("tbody th").allInnerTexts()).toEqual(counted.names);
		expect(await page.locator("img").count()).toBe(0);
		expect((await page.locator(".toolbar").innerText()).replaceAll(/\s+/g, " ")).toBe(
			"Model models/mlp.keras Data data/digits · 200",
		);
	});

	it("may be of a probe, with its pictures", async () => {
		const served = { entry: "src/webviews/probe/page.ts", element: "blindspot-probe" };
		await open(served, probeMessages("complete"), "light");
		expect(await page.locator(".toolbar :is(vscode-dropdown, .field), .more, vscode-button.run").count()).toBe(0);
		await expect.poll(() => page.locator("canvas").first().isVisible()).toBe(true);
		await page.screenshot({ path: "test-results/standalone-probe-light.png" });
	});
});
