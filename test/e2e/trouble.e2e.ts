/** What goes wrong: pictures and models that can't be read, no model at all, a run cancelled, the process killed. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AdversarialPage } from "./adversarialPage.js";
import { computePid } from "./computeProcess.js";
import { copyExamples, removeExamples } from "./exampleWorkspace.js";
import { openWorkbench, type Workbench } from "./workbench.js";

/** What the long runs are about: so many pictures that some finish well before others. */
const FOLDERS = ["digits/test/7", "digits/test/8"];
const PICTURES = 40;

let folder: string;
let workbench: Workbench;

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

const complaints = async () => [...workbench.cspMessages(), ...(await workbench.notifications.allTextContents())];

describe("a long run", () => {
	let page: AdversarialPage;
	let finished: number;

	beforeAll(async () => {
		folder = copyExamples();
		writeFileSync(path.join(folder, "pictures", "broken.png"), "<!doctype html>");
		writeFileSync(path.join(folder, "models", "truncated.keras"), "PK\u0003\u0004");
		// High enough for all rows: those far from what is seen are not in the document.
		workbench = await openWorkbench({ folder, viewport: { width: 1400, height: 2400 } });
	});

	/**
	 * Waits until some are finished, and holds the process still so that no others are before the test has acted. It goes on
	 * in short steps: many finish at nearly the same time, and the window may be late to say so.
	 */
	const midRun = async () => {
		await workbench.statusBar(/Adversarial: \d+ of \d+/).waitFor({ timeout: 60_000 });
		const pid = computePid();
		for (;;) {
			process.kill(pid, "SIGSTOP");
			await workbench.page.waitForTimeout(200);
			if ((await workbench.statusBar(/Adversarial: [1-9]\d* of \d+/).count()) > 0) return pid;
			process.kill(pid, "SIGCONT");
			await workbench.page.waitForTimeout(200);
		}
	};

	/** Counts the results that are kept and what is left to run, which are all pictures together. */
	const kept = async () => {
		const others = page.frame.getByText(/Run the Other (\d+|One)/);
		const left = Number(/\d+/.exec(await others.innerText())?.[0] ?? 1);
		const count = await page.finished.count();
		expect(count + left).toBe(PICTURES);
		expect(count).toBeGreaterThan(0);
		return { others, count };
	};

	test("that is cancelled keeps what is finished", async () => {
		await workbench.contextMenu(FOLDERS, "Generate Adversarial");
		await workbench.pick("cnn.keras");
		page = await AdversarialPage.open(workbench, `Adversarial: ${PICTURES} images`);
		const pid = await midRun();
		await page.button("Cancel").click();
		process.kill(pid, "SIGCONT");
		await page.frame.getByText("Cancelled.").waitFor();
		finished = (await kept()).count;
		await workbench.screenshot("cancelled");
	});

	test("whose process is killed says so, and goes on with the others", async () => {
		const { others } = await kept();
		await others.click();
		process.kill(await midRun(), "SIGKILL");
		await page.finding.filter({ hasText: "The compute process ended" }).waitFor();
		await workbench.statusBar("Compute process stopped").waitFor();
		await workbench.screenshot("process-ended");
		const { others: rest, count } = await kept();
		expect(count).toBeGreaterThanOrEqual(finished);
		await rest.click();
		await page.finish(`All ${PICTURES} images changed label`);
		expect(await page.finished.count()).toBe(PICTURES);
		expect(await workbench.statusBar("Compute process stopped").count()).toBe(0);
	});

	test("is there again after a reload of the window", async () => {
		await workbench.reload();
		page = await AdversarialPage.open(workbench, `Adversarial: ${PICTURES} images`);
		await page.finding.filter({ hasText: `All ${PICTURES} images changed label` }).waitFor();
		expect(await page.finished.count()).toBe(PICTURES);
	});
});

describe("a picture that can't be read", () => {
	afterAll(async () => {
		await workbench?.close();
		removeExamples(folder);
	});

	test("is said to be so among good ones", async () => {
		await workbench.setViewport(1400, 1000);
		await workbench.contextMenu(["pictures/broken.png", "pictures/nine.png"], "Generate Adversarial");
		const page = await AdversarialPage.open(workbench, "Adversarial: 2 images");
		await page.finish("1 of 2 images changed label");
		await page.row("broken.png").filter({ hasText: "Cannot be read" }).waitFor();
		expect(await page.verdict("nine.png")).toMatch(/^9 to \d$/);
		await workbench.screenshot("broken-picture");
	});

	test("is no worse than such a model: the view says why", async () => {
		await workbench.openViewContainer("Blindspot");
		const row = workbench.treeRows("Models").filter({ hasText: "truncated.keras" });
		await row.filter({ hasText: "its directory is missing" }).waitFor();
		await workbench.screenshot("broken-model");
	});

	test("complained nowhere else", async () => {
		expect(await complaints()).toEqual([]);
	});
});

describe("a workspace without a model", () => {
	beforeAll(async () => {
		folder = copyExamples();
		workbench = await openWorkbench({ folder: path.join(folder, "pictures") });
	});

	afterAll(async () => {
		await workbench?.close();
		removeExamples(folder);
	});

	test("says so in the view and on the page, with what to do", async () => {
		await workbench.openViewContainer("Blindspot");
		await workbench.page.getByText("No models found in this workspace.").waitFor();
		await workbench.page.locator(".pane").getByText("Open Model File…").waitFor();
		await workbench.statusBar("No model").waitFor();
		await workbench.openViewContainer("Explorer");
		await workbench.contextMenu(["nine.png"], "Generate Adversarial");
		const page = await AdversarialPage.open(workbench, "Adversarial: nine.png");
		await page.button("Choose Model").waitFor();
		await workbench.screenshot("no-model");
		await page.button("Choose Model").click();
		await workbench.enter(path.join(folder, "models", "cnn.keras"));
		await page.finish("9 changed to");
		expect(await complaints()).toEqual([]);
	});
});
