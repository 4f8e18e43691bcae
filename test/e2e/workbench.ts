/**
 * Page objects for end-to-end tests: VS Code's window as a person uses it, with Blindspot installed from its package.
 *
 * One server serves the whole suite (`globalSetup.ts`); each test opens a window of its own on it with `openWorkbench`.
 */
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type FrameLocator, type Locator, type Page } from "playwright-core";
import sharp from "sharp";
import { inject } from "vitest";
import { writeSettings } from "../../scripts/codeServer.mjs";
import { browserFlags } from "../../scripts/workbench.mjs";

/** Where screenshots go, at the root of the project; kept after a run. */
const resultsFolder = path.join(import.meta.dirname, "..", "..", "test-results");

const readmeFolder = path.join(import.meta.dirname, "..", "..", "media", "readme");

const THEMES = {
	dark: { label: "Dark Modern", bodyClass: "vs-dark" },
	light: { label: "Light Modern", bodyClass: "vs" },
	"high contrast": { label: "Dark High Contrast", bodyClass: "hc-black" },
	"high contrast light": { label: "Light High Contrast", bodyClass: "hc-light" },
} as const;

export type Theme = keyof typeof THEMES;

export interface WorkbenchOptions {
	/** Absolute path of the folder to open. */
	readonly folder: string;
	readonly viewport?: { readonly width: number; readonly height: number };
	/** A server of the test's own in place of the one that all tests share. */
	readonly server?: { readonly url: string; readonly userData: string };
	/** User settings beside the quiet ones; they stay until another window is opened. */
	readonly settings?: Readonly<Record<string, unknown>>;
}

/** Opens a window on a folder and waits until the explorer shows it. Close it with `workbench.close()`. */
/** How often a context menu is opened before it counts as one that no extension adds to. */
const OPENINGS = 4;

export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
	const { chromium: executablePath } = inject("server");
	writeSettings((options.server ?? inject("server")).userData, options.settings);
	const browser = await chromium.launch({ executablePath, args: [...browserFlags] });
	const page = await browser.newPage({ viewport: options.viewport ?? { width: 1280, height: 900 } });
	page.setDefaultTimeout(30_000);
	const workbench = new Workbench(browser, page, options);
	await workbench.goto();
	return workbench;
}

export class Workbench {
	/** Everything written to the console of the window and of the pages in it, oldest first. */
	readonly console: string[] = [];

	constructor(
		private readonly browser: Browser,
		/** The window, for what the methods here don't do. */
		readonly page: Page,
		private readonly options: WorkbenchOptions,
	) {
		page.on("console", (message) => this.console.push(message.text()));
		page.on("pageerror", (error) => this.console.push(String(error)));
	}

	async goto(): Promise<void> {
		const { url } = this.options.server ?? inject("server");
		await this.page.goto(`${url}/?${new URLSearchParams({ folder: this.options.folder })}`);
		await this.ready();
	}

	/** Reloads the window, as **Developer: Reload Window** does; the extension host starts anew. */
	async reload(): Promise<void> {
		// By VS Code's own command, which stores the open editors first; the browser's reload doesn't wait for that.
		const loaded = this.page.waitForEvent("load");
		await this.runCommand("Developer: Reload Window");
		await loaded;
		await this.ready();
	}

	async close(): Promise<void> {
		await this.browser.close();
	}

	private async ready(): Promise<void> {
		await this.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
		await this.page.locator(".statusbar-item").first().waitFor();
	}

	/** Runs a command by its title in the palette, such as `Blindspot: Generate Adversarial`. */
	async runCommand(title: string): Promise<void> {
		const row = this.quickRows.filter({ hasText: title }).first();
		const deadline = Date.now() + 30_000;
		for (;;) {
			await this.page.keyboard.press("F1");
			await this.quickInput.waitFor();
			await this.quickInput.fill(`>${title}`);
			const there = await row.waitFor({ timeout: 5_000 }).then(
				() => true,
				() => false,
			);
			if (there) return row.click();
			if (Date.now() > deadline) throw new Error(`The palette has no command ${title}`);
			// A workbench that has just started may know the command a moment later.
			await this.page.keyboard.press("Escape");
		}
	}

	/** The text field of the palette, of a pick, of an input box or of the simple file dialog. */
	get quickInput(): Locator {
		return this.page.locator(".quick-input-widget .quick-input-box input");
	}

	/** The rows of the palette or of a pick. */
	get quickRows(): Locator {
		return this.page.locator(".quick-input-widget .monaco-list-row");
	}

	/** Chooses a row of the open pick by (part of) its text. */
	async pick(label: string | RegExp): Promise<void> {
		await this.quickRows.filter({ hasText: label }).first().click();
	}

	/** Fills in the open input box or file dialog and accepts it. */
	async enter(text: string): Promise<void> {
		await this.quickInput.waitFor();
		const deadline = Date.now() + 20_000;
		for (;;) {
			await this.quickInput.fill(text);
			await this.page.keyboard.press("Enter");
			// A file dialog that was still listing its folder writes that over what was typed, and stays.
			const gone = await this.quickInput.waitFor({ state: "hidden", timeout: 4_000 }).then(
				() => true,
				() => false,
			);
			if (gone) return;
			if (Date.now() > deadline) throw new Error(`The input box does not take ${text}`);
		}
	}

	/** Accepts the save dialog with the file that it suggests, and waits until that is written. */
	async saveAsSuggested(file: string): Promise<void> {
		const deadline = Date.now() + 20_000;
		const dialog = this.page.locator(".quick-input-widget:visible");
		await dialog.waitFor();
		let accepted = false;
		while (!existsSync(file)) {
			if (Date.now() > deadline) throw new Error(`${file} is not ${accepted ? "written" : "suggested"}`);
			// A dialog that is still listing its folder takes no Enter, and names the file only then.
			const asks = await dialog.isVisible();
			if (asks && (await this.quickInput.inputValue()) === file) {
				await this.page.keyboard.press("Enter");
				accepted = true;
			}
			await this.page.waitForTimeout(100);
		}
		await dialog.waitFor({ state: "hidden" });
	}

	/**
	 * The row of a file or folder in the explorer, by its path in the workspace (`digits/3/a.png`). Folders on the way are
	 * expanded, and the list is scrolled to it.
	 */
	async explorerItem(file: string): Promise<Locator> {
		const names = file.split("/");
		let parent = -1;
		for (const [depth, name] of names.entries()) {
			let { row, index } = await this.explorerChild(parent, depth + 1, name);
			if (depth === names.length - 1) return row;
			// Files that have just been written move the rows, so that a click may meet another one.
			for (let tries = 0; tries < 5 && (await row.getAttribute("aria-expanded")) === "false"; tries++) {
				await row.click();
				await this.page.waitForTimeout(300);
				({ row, index } = await this.explorerChild(parent, depth + 1, name));
			}
			parent = index;
		}
		throw new Error("An explorer item needs a path");
	}

	/** Scrolls down from the top until a row named so comes after row `parent` at the wanted level. */
	private async explorerChild(
		parent: number,
		level: number,
		name: string,
	): Promise<{ readonly row: Locator; readonly index: number }> {
		const list = this.page.locator(".explorer-folders-view .monaco-list");
		await list.hover();
		await this.page.mouse.wheel(0, -1e6);
		for (let tries = 0; tries < 200; tries++) {
			await this.page.waitForTimeout(50);
			const rows = await list.locator(".monaco-list-row").evaluateAll((elements) =>
				elements.map((element) => ({
					index: Number(element.getAttribute("data-index")),
					level: Number(element.getAttribute("aria-level")),
					name: element.querySelector(".label-name")?.textContent ?? "",
				})),
			);
			const found = rows.find((row) => row.index > parent && row.level === level && row.name === name);
			if (found) return { row: list.locator(`.monaco-list-row[data-index="${found.index}"]`), index: found.index };
			if (tries > 5) await this.page.mouse.wheel(0, 200);
		}
		throw new Error(`The explorer does not show '${name}'`);
	}

	/** Selects files in the explorer: the first with a click, the others with Ctrl held. */
	async select(files: readonly string[]): Promise<Locator> {
		const [first, ...others] = files;
		if (first === undefined) throw new Error("Nothing to select");
		// Expanding a folder selects it, so that all are expanded beforehand.
		for (const file of files) await this.explorerItem(file);
		let row = await this.explorerItem(first);
		await row.click();
		for (const file of others) {
			row = await this.explorerItem(file);
			await row.click({ modifiers: ["ControlOrMeta"] });
		}
		return row;
	}

	/** Selects files in the explorer, right-clicks the last one and chooses a menu item by its label. */
	async contextMenu(files: readonly string[], item: string): Promise<void> {
		const menu = await this.openContextMenu(files);
		await this.chooseItem(menu, item);
	}

	/** Selects files and right-clicks the last one; the labels of the menu's items. `Escape` closes it. */
	async openContextMenu(files: readonly string[]): Promise<Locator> {
		const row = await this.select(files);
		const items = this.page.locator(".monaco-menu .action-item .action-label:not(.separator)");
		// A window that has just been opened may not know yet what extensions add; files that nothing is added to cost the wait.
		for (let tries = 1; ; tries++) {
			await row.click({ button: "right" });
			await items.first().waitFor();
			const isAdded = (await items.filter({ hasText: /Adversarial|Attack|Model|Units/ }).count()) > 0;
			if (isAdded || tries === OPENINGS) return items;
			await this.page.keyboard.press("Escape");
			await items.first().waitFor({ state: "hidden" });
			await this.page.waitForTimeout(2_000);
		}
	}

	/** Chooses an item of an open menu by its label. A menu that has just opened takes no clicks yet. */
	async chooseItem(items: Locator, label: string): Promise<void> {
		const item = items.and(this.page.getByText(label, { exact: true }));
		for (let tries = 0; tries < 10; tries++) {
			await item.first().click({ timeout: 5000 });
			const closed = await items
				.first()
				.waitFor({ state: "detached", timeout: 1000 })
				.then(
					() => true,
					() => false,
				);
			if (closed) return;
		}
		throw new Error(`The menu does not close after a click on ${label}`);
	}

	/** The entries of the status bar with this text. */
	statusBar(text: string | RegExp): Locator {
		return this.page.locator(".statusbar-item").filter({ hasText: text });
	}

	/** The notifications that are on the screen. */
	get notifications(): Locator {
		return this.page.locator(".notification-toast .notification-list-item");
	}

	/** The tabs of open editors with this title. */
	tab(title: string | RegExp): Locator {
		return this.page.locator(".tabs-container .tab").filter({ hasText: title });
	}

	/** Opens a view container by the title of its icon in the activity bar. */
	async openViewContainer(title: string): Promise<void> {
		// The item, not its label: a badge may lie over the label.
		const label = this.page.locator(".action-label").and(this.page.getByLabel(title));
		const item = this.page.locator(".activitybar .action-item").filter({ has: label }).first();
		// A click on the one that is open would close it.
		if (!(await item.evaluate((element) => element.classList.contains("checked")))) await item.click();
	}

	/** The rows of a tree view by the view's title (`Models`). */
	treeRows(view: string): Locator {
		return this.page
			.locator(".pane")
			.filter({ has: this.page.locator(".pane-header .title").filter({ hasText: view }) })
			.locator(".monaco-list-row");
	}

	/** The document inside the webview whose panel has this title; waits until it is there. */
	async webviewFrame(title: string | RegExp): Promise<FrameLocator> {
		const matches = (actual: string | null) =>
			actual !== null && (typeof title === "string" ? actual === title : title.test(actual));
		const deadline = Date.now() + 30_000;
		for (;;) {
			const outers = this.page.locator("iframe.webview.ready");
			for (let index = 0; index < (await outers.count()); index++) {
				const outer = outers.nth(index);
				const inner = outer.contentFrame().locator("iframe#active-frame");
				const actual = await inner.getAttribute("title", { timeout: 1000 }).catch(() => null);
				if ((await outer.isVisible()) && matches(actual)) return inner.contentFrame();
			}
			if (Date.now() > deadline) throw new Error(`No webview is titled ${title}`);
			await this.page.waitForTimeout(200);
		}
	}

	/** Keeps a picture of the window as `test-results/<name>.png`; returns its path. */
	async screenshot(name: string): Promise<string> {
		mkdirSync(resultsFolder, { recursive: true });
		const file = path.join(resultsFolder, `${name}.png`);
		await this.page.screenshot({ path: file });
		return file;
	}

	/**
	 * With UPDATE_README_PICTURE=1 takes the README's picture of the page that is shown, light and dark, without the side bar; else does
	 * nothing.
	 */
	async readmePicture(name: string): Promise<void> {
		if (process.env.UPDATE_README_PICTURE !== "1") return;
		mkdirSync(readmeFolder, { recursive: true });
		const sideBar = this.page.locator(".part.sidebar");
		const isOpen = await sideBar.isVisible();
		if (isOpen) await this.runCommand("View: Toggle Primary Side Bar Visibility");
		await this.setViewport(1400, 740);
		for (const theme of ["light", "dark"] as const) {
			await this.setTheme(theme);
			await this.page.waitForTimeout(1_000);
			await sharp(await this.screenshot(`readme-${name}-${theme}`))
				.png({ palette: true, colours: 128, effort: 10 })
				.toFile(path.join(readmeFolder, `${name}-${theme}.png`));
		}
		if (isOpen) await this.runCommand("View: Toggle Primary Side Bar Visibility");
		await this.setViewport(1400, 900);
	}

	/** Chooses a color theme as a person does; it stays in the settings. */
	async setTheme(theme: Theme): Promise<void> {
		const { label, bodyClass } = THEMES[theme];
		const row = this.quickRows.filter({ hasText: label }).filter({ hasNotText: "Preferences:" }).first();
		const done = this.page.locator(`.monaco-workbench.${bodyClass}`);
		for (let tries = 0; tries < 5; tries++) {
			await this.runCommand("Preferences: Color Theme");
			// A page that takes the focus when it is there closes the list; it is opened once more then.
			const chosen = async () => {
				await this.quickInput.and(this.page.getByPlaceholder(/color theme/i)).waitFor({ timeout: 5_000 });
				await this.quickInput.fill(label);
				await row.click({ timeout: 5_000 });
				await done.waitFor({ timeout: 5_000 });
			};
			const found = await chosen().then(
				() => true,
				() => false,
			);
			if (found || (await done.isVisible())) return this.quickInput.waitFor({ state: "hidden" });
			await this.page.keyboard.press("Escape");
		}
		throw new Error(`The theme ${label} can't be chosen`);
	}

	/** Changes user settings beside those that the window was opened with, and reloads it to make them known. */
	async setSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
		writeSettings((this.options.server ?? inject("server")).userData, { ...this.options.settings, ...settings });
		await this.reload();
	}

	async setViewport(width: number, height: number): Promise<void> {
		await this.page.setViewportSize({ width, height });
	}

	/** Console messages about the content security policy that name Blindspot's pages; VS Code's own are left out. */
	cspMessages(): readonly string[] {
		return this.console.filter((message) =>
			/content security policy|refused to (load|apply|execute|run)/i.test(message),
		);
	}
}
