/** Page object of the page "Adversarial": what a person reads on it and does with it. */
import type { FrameLocator, Locator } from "playwright-core";
import type { Workbench } from "./workbench.js";

/** Runs go on while others use the machine. */
const RUN_MS = 90_000;

export class AdversarialPage {
	private constructor(readonly frame: FrameLocator) {}

	/** The page whose tab has this title ("Adversarial: 2 images"), once it shows something. */
	static async open(workbench: Workbench, title: string | RegExp): Promise<AdversarialPage> {
		const page = new AdversarialPage(await workbench.webviewFrame(title));
		await page.frame.locator(".toolbar").waitFor();
		return page;
	}

	get finding(): Locator {
		return this.frame.locator(".finding");
	}

	get rows(): Locator {
		return this.frame.locator("blindspot-image-row");
	}

	/** Rows that show an adversarial's distortion. Of the compact list only; its figure is a dash until there is one. */
	get finished(): Locator {
		return this.rows.filter({ has: this.frame.locator(".measure > span", { hasText: /\d/ }) });
	}

	/** The row of an image, by the name that it has on the page, with or without its folder. */
	row(file: string): Locator {
		const name = new RegExp(`(^|/)${file.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
		return this.rows.filter({ has: this.frame.locator(".file").filter({ hasText: name }) });
	}

	button(words: string | RegExp): Locator {
		return this.frame.locator("vscode-button").filter({ hasText: words });
	}

	/** Waits until nothing runs and the finding says so. */
	async finish(words: string | RegExp): Promise<void> {
		await this.finding.filter({ hasText: words }).waitFor({ timeout: RUN_MS });
		await this.button(/^\s*Cancel\s*$/).waitFor({ state: "detached", timeout: RUN_MS });
	}

	/** "7 to 2" of a row in detail. */
	async verdict(file: string): Promise<string> {
		const words = await this.row(file).locator(".row-head .verdict").innerText();
		return words.replaceAll(/\s+/g, " ").replace("changed to", "to").trim();
	}

	/** A figure of a row in detail, by its name ("Distortion"). */
	async figure(file: string, name: string): Promise<string> {
		const term = this.row(file).locator(".figures dt").getByText(name, { exact: true });
		return (await term.locator("xpath=following-sibling::dd[1]").innerText()).trim();
	}

	/** Chooses a target in the open picker by typing. */
	async chooseTarget(name: string): Promise<void> {
		const filter = this.frame.getByRole("combobox", { name: "Filter labels" });
		await filter.fill(name);
		await this.frame.locator(".picker-option.active").filter({ hasText: name }).waitFor();
		await filter.press("Enter");
		await filter.waitFor({ state: "detached" });
	}

	/** Chooses an item of the menu "More actions" of the whole page. */
	async more(item: string): Promise<void> {
		await this.frame.getByRole("button", { name: "More actions", exact: true }).click();
		await this.frame.getByRole("menuitem", { name: item }).click();
	}
}
