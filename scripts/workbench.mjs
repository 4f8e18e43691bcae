// Sets up a VS Code that runs in a browser (code-server, with the Node it needs), for the tests that drive the editor and for
// `npm start` on a machine without VS Code; for the tests also Chromium.
//
// Everything is in <cache>/workbench, for every clone.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import {
	cacheFolder,
	fingerprint,
	installPackages,
	root,
	run,
	StepError,
	say,
	stamp,
	stamped,
	which,
} from "./steps.mjs";

const sources = path.join(root, "scripts", "workbench");
const folder = path.join(cacheFolder, "workbench");
const modules = path.join(folder, "node_modules");

/** Installs code-server where it isn't yet, and returns how to start it: `{ node, codeServer }`. */
export async function setUpWorkbench() {
	const mark = path.join(folder, "ready");
	const recipe = fingerprint(path.join(sources, "package-lock.json"));
	if (!stamped(mark, recipe)) {
		const partial = `${folder}.partial-${process.pid}`;
		try {
			await install(partial);
			stamp(path.join(partial, "ready"), recipe);
			rmSync(folder, { recursive: true, force: true });
			renameSync(partial, folder);
		} finally {
			rmSync(partial, { recursive: true, force: true });
		}
	}
	return { node: nodeFor(modules), codeServer: path.join(modules, "code-server", "out", "node", "entry.js") };
}

async function install(target) {
	mkdirSync(target, { recursive: true });
	for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
		cpSync(path.join(sources, file), path.join(target, file));
	}
	await installPackages(target, "code-server, a VS Code in the browser (800 MB)");
	const vscode = path.join(target, "node_modules", "code-server", "lib", "vscode");
	for (const part of [vscode, path.join(vscode, "extensions")]) {
		await run("npm", ["install", "--omit=dev", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"], {
			cwd: part,
			quiet: true,
		});
	}
	// What code-server's own install script would have linked.
	const variant = process.platform === "darwin" ? "darwin" : "linux";
	const links = [
		["remote-cli", "code-server", `code-${variant}.sh`],
		["helpers", "browser.sh", `browser-${variant}.sh`],
	];
	for (const [inside, name, to] of links) {
		const place = path.join(vscode, "bin", inside, name);
		if (!existsSync(place)) symlinkSync(to, place);
	}
}

/** The Node that code-server wants: the one running this if it is of that version, else the installed one. */
function nodeFor(installed) {
	if (process.versions.node.startsWith("24.")) return process.execPath;
	const packaged = readdirSync(installed)
		.filter((name) => /^node-(bin|linux)-/.test(name))
		.map((name) => path.join(installed, name, "bin", "node"))
		.find((file) => existsSync(file));
	if (packaged) return packaged;
	throw new StepError(`code-server needs Node 24, which is not packaged for ${process.platform} ${process.arch}.`);
}

/** Chromium's path; installed with apt-get where it is missing and that is possible. */
export async function setUpBrowser() {
	const found = findBrowser();
	if (found) return found;
	if (!which("apt-get") || process.getuid?.() !== 0) {
		throw new StepError("The tests in the editor need Chromium: install it, or name one in BLINDSPOT_CHROMIUM.");
	}
	say("Installing Chromium with apt-get");
	const options = { quiet: true, env: { DEBIAN_FRONTEND: "noninteractive" } };
	await run("apt-get", ["update"], options);
	await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], options);
	const installed = findBrowser();
	if (installed) return installed;
	throw new StepError("apt-get installed Chromium, but there is no `chromium` on the PATH.");
}

function findBrowser() {
	const named = process.env.BLINDSPOT_CHROMIUM;
	const candidates = [named, ...["chromium", "chromium-browser", "google-chrome"].map(which)];
	return candidates.find((file) => file && spawnSync(file, ["--version"], { stdio: "ignore" }).status === 0) ?? null;
}

/** How the tests start Chromium. */
export const browserFlags = [
	...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
	...["--disable-background-networking", "--disable-component-update"],
];
