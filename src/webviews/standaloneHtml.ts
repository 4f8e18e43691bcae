/**
 * A page as a file of its own: the page's bundle with the report in it, opened without VS Code, with nothing fetched. What
 * is in the report is data to the browser, never markup: JSON and base64 in elements that no browser runs or renders.
 */
import { createHash } from "node:crypto";
import { pack } from "../compute/reports/packed.js";
import { EMPTY_STYLE, escaped } from "./shell.js";
import { arrayId, MESSAGES_ID } from "./standalone.js";

export interface StandalonePage {
	readonly title: string;
	/** The page's element, such as `blindspot-adversarial`. */
	readonly element: string;
	/** The text of its bundle. */
	readonly script: string;
	/** The text of its style sheets. */
	readonly style: string;
	/** The licences of what is bundled in the script, where the bundle has them beside it. */
	readonly licences?: string;
	/** The messages that bring the page into its state. */
	readonly messages: readonly object[];
}

/** The parts of the file, one after the other; together they may be longer than a string can be. */
export function standaloneHtml(page: StandalonePage): readonly string[] {
	const script = inScript(page.script);
	const style = page.style.replaceAll("</style", "<\\/style");
	const { json, arrays } = pack(page.messages);
	const policy = [
		"default-src 'none'",
		`script-src '${hash(script)}'`,
		`style-src '${hash(style)}' ${EMPTY_STYLE}`,
		"img-src data: blob:",
		"base-uri 'none'",
		"form-action 'none'",
	].join("; ");
	return [
		`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Blindspot">
<title>${escaped(page.title)}</title>
<style>${style}</style>
</head>
<body class="standalone">
<${page.element} class="root"></${page.element}>
<script type="text/plain" id="blindspot-licences">${inData(page.licences ?? "")}</script>
<script type="application/json" id="${MESSAGES_ID}">${json.replaceAll("<", "\\u003c")}</script>
`,
		...arrays.map(({ bytes }, at) => `<script type="text/plain" id="${arrayId(at)}">${base64(bytes)}</script>\n`),
		`<script>${script}</script>
</body>
</html>
`,
	];
}

/** What would end a script, or hide its end. */
const TELLING = /<(?=\/script|script|!--)/gi;

/** As an escape that means the same in strings, templates and expressions. */
function inScript(script: string): string {
	return script.replace(TELLING, "\\x3c");
}

/** In text for people. */
function inData(text: string): string {
	return text.replace(TELLING, "< ");
}

function hash(text: string): string {
	return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}

function base64(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
