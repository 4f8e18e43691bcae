import { describe, expect, it } from "vitest";
import { html } from "../../src/webviews/shell.js";

const document = html({
	cspSource: "https://webview.test",
	scriptUri: "https://webview.test/a.js",
	styleUri: 'https://webview.test/a.css?"<',
	nonce: "abc123",
	title: "<jay> & others",
	element: "blindspot-adversarial",
});

describe("the shell of a page", () => {
	it("allows the page's own script and styles and nothing else", () => {
		const policy = /Content-Security-Policy" content="([^"]*)"/.exec(document)?.[1];
		expect(policy).toBe(
			"default-src 'none'; script-src 'nonce-abc123'; style-src https://webview.test 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; img-src https://webview.test blob:; font-src https://webview.test",
		);
	});

	it("escapes what it is given", () => {
		expect(document).toContain("<title>&lt;jay&gt; &amp; others</title>");
		expect(document).toContain("a.css?&quot;&lt;");
	});
});
