/**
 * The page in every theme and at every width. The pictures in `test-results/` are for people to look at; what is checked is
 * that nothing runs out of the page. With UPDATE_README_PICTURE=1 the pictures in README.md are taken anew.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AdversarialPage } from "./adversarialPage.js";
import { copyExamples, removeExamples } from "./exampleWorkspace.js";
import { openWorkbench, type Theme, type Workbench } from "./workbench.js";

const THEMES = ["light", "high contrast", "high contrast light", "dark"] as const satisfies readonly Theme[];
const WIDTHS = [1400, 720, 480];

let folder: string;
let workbench: Workbench;
let page: AdversarialPage;

beforeAll(async () => {
	folder = copyExamples();
	workbench = await openWorkbench({ folder, viewport: { width: 1400, height: 900 } });
	await workbench.contextMenu(["digits/test/3/01.png", "digits/test/5/04.png"], "Generate Adversarial");
	await workbench.pick("mlp/model.json");
	page = await AdversarialPage.open(workbench, "Adversarial: 2 images");
	await page.finish("Both images changed label");
	await workbench.runCommand("View: Close Other Editors in Group");
	await workbench.runCommand("View: Toggle Primary Side Bar Visibility");
	await workbench.page.locator(".explorer-folders-view").waitFor({ state: "hidden" });
});

afterEach(async ({ task }) => {
	if (task.result?.state === "fail") await workbench.screenshot(`failed ${task.name}`);
});

afterAll(async () => {
	await workbench?.close();
	removeExamples(folder);
});

/** What sticks out of the page at its right, by class; nothing where all fits. */
const sticksOut = (): Promise<readonly string[]> =>
	page.frame.locator("body").evaluate((body) =>
		[...body.querySelectorAll(".page *")]
			.filter((element) => {
				const { right, width, height } = element.getBoundingClientRect();
				return width > 1 && height > 1 && right > window.innerWidth + 0.5;
			})
			.map((element) => `${element.localName}.${element.className}`),
	);

const settled = (width: number) =>
	expect
		.poll(() => page.frame.locator("body").evaluate(() => window.innerWidth), { timeout: 10_000 })
		.toSatisfy((inner: number) => inner <= width && inner > width - 120);

describe.each(THEMES)("in %s", (theme) => {
	beforeAll(async () => {
		await workbench.setViewport(1400, 900);
		await workbench.setTheme(theme);
	});

	test.each(WIDTHS)("fits %i pixels", async (width) => {
		await workbench.setViewport(width, 900);
		await settled(width);
		expect(await sticksOut()).toEqual([]);
		await workbench.screenshot(`page-${theme.replaceAll(" ", "-")}-${width}`);
	});
});

describe("the compact list", () => {
	test.each(WIDTHS)("fits %i pixels", async (width) => {
		await workbench.setViewport(width, 600);
		await settled(width);
		await page.more("Compact Rows");
		await page.frame.locator("blindspot-image-row.compact").first().waitFor();
		expect(await sticksOut()).toEqual([]);
		await workbench.screenshot(`compact-${width}`);
	});
});

test("the picture in the README is taken anew where it is asked for", async () => {
	await page.more("Rows in Detail");
	await page.frame.locator("blindspot-image-row.detail").first().waitFor();
	await workbench.readmePicture("adversarial");
});

describe("nothing", () => {
	test("complained meanwhile", async () => {
		expect(workbench.cspMessages()).toEqual([]);
		expect(await workbench.notifications.allTextContents()).toEqual([]);
	});
});
