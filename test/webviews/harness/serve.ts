/** Bundles a page and serves it with the policy that it has in the editor. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { html } from "../../../src/webviews/shell.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.join(here, "../../..");

/** The browser to test with, or null: `BLINDSPOT_CHROMIUM`, or one in its usual place. */
export function chromium(): string | null {
	const places = [
		process.env.BLINDSPOT_CHROMIUM,
		"/usr/bin/chromium",
		"/usr/bin/chromium-browser",
		"/usr/bin/google-chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	];
	return places.find((place) => place !== undefined && existsSync(place)) ?? null;
}

async function bundle(entry: string, minify = false): Promise<{ script: string; style: string }> {
	const { outputFiles } = await esbuild.build({
		absWorkingDir: root,
		entryPoints: { page: entry },
		outdir: "out",
		bundle: true,
		write: false,
		minify,
		format: "iife",
		target: "es2022",
		keepNames: true,
		logLevel: "warning",
	});
	const text = (ending: string): string => outputFiles.find((file) => file.path.endsWith(ending))?.text ?? "";
	return { script: text(".js"), style: text(".css") };
}

export interface Served {
	readonly origin: string;
	close(): Promise<void>;
}

/** A page to serve: the entry of its bundle and its element. */
export interface ServedPage {
	readonly entry: string;
	readonly element: string;
}

export const ADVERSARIAL: ServedPage = {
	entry: "src/webviews/adversarial/page.ts",
	element: "blindspot-adversarial",
};
export const MODEL: ServedPage = { entry: "src/webviews/model/page.ts", element: "blindspot-model" };
export const ROBUSTNESS: ServedPage = { entry: "src/webviews/robustness/page.ts", element: "blindspot-robustness" };
export const PROBE: ServedPage = { entry: "src/webviews/probe/page.ts", element: "blindspot-probe" };
export const UNIT: ServedPage = { entry: "src/webviews/unit/page.ts", element: "blindspot-unit" };
export const FIRING: ServedPage = { entry: "src/webviews/firing/page.ts", element: "blindspot-firing" };
export const LIPSCHITZ: ServedPage = { entry: "src/webviews/lipschitz/page.ts", element: "blindspot-lipschitz" };
export const COUNTING: ServedPage = { entry: "test/webviews/harness/countingPage.ts", element: "blindspot-counting" };

/** A page's bundle and its style sheets, with the editor's colours. */
export async function bundledPage(
	{ entry }: ServedPage,
	minify = false,
): Promise<{ readonly script: string; readonly style: string }> {
	const [page, themes] = await Promise.all([
		bundle(entry, minify),
		readFile(path.join(root, "src/webviews/ui/themes.css"), "utf8"),
	]);
	return { script: page.script, style: `${themes}\n${page.style}` };
}

/**
 * Serves the page on a free port of 127.0.0.1; `?theme=dark|light|high-contrast|high-contrast-light`. `around` is the script that stands in for
 * the editor.
 */
export async function serve(page: ServedPage, around = "test/webviews/harness/editor.ts"): Promise<Served> {
	const [editor, { script, style }] = await Promise.all([bundle(around), bundledPage(page)]);
	const server = createServer((request, response) => {
		const { pathname, origin } = new URL(request.url ?? "/", `http://${request.headers.host}`);
		const [type, body] =
			pathname === "/page.js"
				? ["text/javascript", `${editor.script}\n${script}`]
				: pathname === "/page.css"
					? ["text/css", style]
					: [
							"text/html",
							html({
								cspSource: origin,
								scriptUri: `${origin}/page.js`,
								styleUri: `${origin}/page.css`,
								nonce: "bm9uY2Vub25jZQ==",
								title: "Page",
								element: page.element,
							}),
						];
		response.writeHead(pathname === "/favicon.ico" ? 204 : 200, { "content-type": `${type}; charset=utf-8` });
		response.end(pathname === "/favicon.ico" ? undefined : body);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const address = server.address();
	const port = typeof address === "object" && address !== null ? address.port : 0;
	return {
		origin: `http://127.0.0.1:${port}`,
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}
