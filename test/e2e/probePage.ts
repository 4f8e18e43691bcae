/** Page object of the page "Probe": what a person reads on it and does with it. */
import type { FrameLocator, Locator } from "playwright-core";
import type { Workbench } from "./workbench.js";

/** Runs go on while others use the machine. */
const RUN_MS = 120_000;

export class ProbePage {
	private constructor(readonly frame: FrameLocator) {}

	/** The page whose tab has this title ("Probe: dense_1"), once it shows something. */
	static async open(workbench: Workbench, title: string): Promise<ProbePage> {
		const page = new ProbePage(await workbench.webviewFrame(title));
		await page.frame.locator(".toolbar").waitFor();
		return page;
	}

	/** The finding, once nothing runs. */
	async finding(words: string | RegExp): Promise<string> {
		const finding = this.frame.locator("h1.finding");
		await finding.filter({ hasText: words }).waitFor({ timeout: RUN_MS });
		await this.button(/^\s*Cancel\s*$/).waitFor({ state: "detached", timeout: RUN_MS });
		return finding.innerText();
	}

	button(words: string | RegExp): Locator {
		return this.frame.locator("vscode-button").filter({ hasText: words });
	}

	/** Cells of a column that are in the document, top to bottom. */
	cells(column: "units" | "directions"): Locator {
		return this.frame.locator(`.cell.${column}`);
	}

	/** Name and words of the first rows of a column: "unit 0", "7 of 9 “9”". */
	async rows(column: "units" | "directions", count: number): Promise<readonly (readonly [string, string])[]> {
		const names = await this.cells(column).locator(".name b").allInnerTexts();
		const words = await this.cells(column).locator(".name .words").allInnerTexts();
		return names.slice(0, count).map((name, at) => [name, words[at] ?? ""]);
	}

	/** Chooses in a dropdown by its label. */
	async choose(label: string, option: string): Promise<void> {
		await this.frame.locator(`vscode-dropdown[aria-label="${label}"]`).click();
		await this.frame
			.locator("vscode-option:visible")
			.filter({ hasText: new RegExp(`^\\s*${option}\\s*$`) })
			.click();
	}

	/** Chooses an item of the menu "More actions". */
	async more(item: string): Promise<void> {
		await this.frame.getByRole("button", { name: "More actions", exact: true }).click();
		await this.frame.getByRole("menuitem", { name: item }).click();
	}
}
