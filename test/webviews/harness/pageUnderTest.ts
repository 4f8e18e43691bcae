/** A page in a browser, with the policy that it has in the editor. */
import { type Browser, chromium as browserType, type Page } from "playwright-core";
import { chromium, type Served, type ServedPage, serve } from "./serve.js";

const executable = chromium();
/** False where there is no browser: such tests are skipped. */
export const canShowPages = executable !== null;
if (!canShowPages) console.warn("Pages are not tested: no Chromium. Name one in BLINDSPOT_CHROMIUM.");

export interface View {
	readonly theme?: string;
	readonly width?: number;
	readonly height?: number;
}

/** Starts a browser and serves one page; `open` it before each test, `close` it after all. */
export class PageUnderTest {
	#page: Page | null = null;
	#console: string[] = [];

	private constructor(
		private readonly served: Served,
		private readonly browser: Browser,
		private readonly usual: Required<View>,
	) {}

	/** `around` is the script that stands in for the editor; `usual` how the page is opened where nothing else is said. */
	static async start(page: ServedPage, usual: View = {}, around?: string): Promise<PageUnderTest> {
		const [served, browser] = await Promise.all([
			serve(page, around),
			browserType.launch({ executablePath: executable ?? "", args: ["--no-sandbox"] }),
		]);
		return new PageUnderTest(served, browser, { theme: "dark", width: 1400, height: 900, ...usual });
	}

	/** The open page. */
	get page(): Page {
		if (this.#page === null) throw new Error("No page is open.");
		return this.#page;
	}

	/** Opens the page anew, with nothing kept of the one before. */
	async open(view: View = {}): Promise<Page> {
		await this.#page?.close();
		const { theme, width, height } = { ...this.usual, ...view };
		const page = await this.browser.newPage({ viewport: { width, height } });
		this.#page = page;
		this.#console = [];
		page.on("console", (message) => this.#console.push(`${message.type()}: ${message.text()}`));
		page.on("pageerror", (error) => this.#console.push(error.message));
		await page.goto(`${this.served.origin}/?theme=${theme}`);
		return page;
	}

	async close(): Promise<void> {
		await this.browser.close();
		await this.served.close();
	}

	/** Sends messages as the extension does, and waits until the page has rendered them. */
	async post(...messages: readonly object[]): Promise<void> {
		await this.page.evaluate((all) => {
			for (const message of all) window.editor.post(message);
		}, messages);
		await this.settle();
	}

	/** The page has rendered what it was sent: messages, then Lit's microtasks, then two frames. */
	settle(): Promise<void> {
		return this.page.evaluate(
			() =>
				new Promise<void>((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())))),
		);
	}

	/** What the page has sent, oldest first. */
	sent(): Promise<readonly { readonly type: string }[]> {
		return this.page.evaluate(() => window.editor.sent);
	}

	async lastSent(): Promise<{ readonly type: string } | undefined> {
		return (await this.sent()).at(-1);
	}

	/** What was written to the console, and what the policy refused; empty for a page that is right. */
	async complaints(): Promise<readonly string[]> {
		// A page that is a file of its own has no editor around it.
		const refused = await this.page.evaluate(() => ("editor" in window ? window.editor.violations : []));
		return [...this.#console, ...refused];
	}
}
