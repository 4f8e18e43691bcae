// Starts code-server, a real VS Code whose window is a page in a browser.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { run, StepError } from "./steps.mjs";

/** Settings of a quiet window: nothing opens, asks or fetches by itself. */
const quietSettings = {
	"workbench.startupEditor": "none",
	"workbench.secondarySideBar.defaultVisibility": "hidden",
	"security.workspace.trust.enabled": false,
	"telemetry.telemetryLevel": "off",
	"update.mode": "none",
	"extensions.autoUpdate": "off",
	"extensions.autoCheckUpdates": false,
	"extensions.ignoreRecommendations": true,
	"git.enabled": false,
	"chat.disableAIFeatures": true,
	"files.simpleDialog.enable": true,
	"explorer.compactFolders": false,
	"window.restoreWindows": "none",
};

/**
 * @typedef {{ node: string, codeServer: string }} Workbench
 * @typedef {{ extensions: string, userData: string }} Folders private folders of one server
 */

/**
 * Writes the user settings; a running server sees the change.
 * @param {string} userData
 * @param {Record<string, unknown>} settings
 */
export function writeSettings(userData, settings = {}) {
	mkdirSync(path.join(userData, "User"), { recursive: true });
	const file = path.join(userData, "User", "settings.json");
	writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, null, "\t"));
}

/**
 * @param {Workbench} workbench
 * @param {Folders} folders
 * @param {string} vsix
 */
export async function installExtension(workbench, { extensions, userData }, vsix) {
	const folders = ["--extensions-dir", extensions, "--user-data-dir", userData, "--config", nowhere];
	await run(workbench.node, [workbench.codeServer, ...folders, "--force", "--install-extension", vsix], {
		quiet: true,
		env: serverEnvironment,
	});
}

/**
 * Starts a server on 127.0.0.1 and waits until it answers.
 * @param {Workbench} workbench
 * @param {Folders & { port?: number, options?: string[], env?: Record<string, string> }} settings
 * @returns {Promise<{ url: string, ended: Promise<void>, stop: () => Promise<void> }>}
 */
export async function startCodeServer(workbench, { extensions, userData, port, options = [], env = {} }) {
	const chosen = port ?? (await freePort());
	const address = `127.0.0.1:${chosen}`;
	const child = spawn(
		workbench.node,
		[
			workbench.codeServer,
			...["--auth", "none", "--bind-addr", address, "--config", nowhere],
			...["--user-data-dir", userData, "--extensions-dir", extensions, "--reconnection-grace-time", "1"],
			...["--disable-telemetry", "--disable-update-check"],
			...["--disable-getting-started-override", ...options],
		],
		{
			stdio: ["ignore", "pipe", "pipe"],
			env: { ...process.env, ...serverEnvironment, ...env },
			detached: process.platform !== "win32",
		},
	);
	let output = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.on("data", (chunk) => {
			output = (output + chunk).slice(-20_000);
		});
	}
	let over = false;
	/** @type {Promise<void>} */
	const ended = new Promise((resolve) => {
		child.on("close", () => {
			over = true;
			resolve();
		});
	});
	const stop = async () => {
		if (over) return;
		// The server has children of its own (extension hosts), so the whole group it leads ends.
		const signal = (name) => (process.platform === "win32" ? child.kill(name) : process.kill(-child.pid, name));
		signal("SIGTERM");
		const timer = setTimeout(() => !over && signal("SIGKILL"), 5000);
		await ended;
		clearTimeout(timer);
	};
	const url = `http://${address}`;
	const deadline = Date.now() + 60_000;
	while (!(await answers(`${url}/healthz`))) {
		if (over || Date.now() > deadline) {
			await stop();
			throw new StepError(
				`code-server did not start on ${address}:\n${output.trim().split("\n").slice(-10).join("\n")}`,
			);
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return { url, ended, stop };
}

const nowhere = process.platform === "win32" ? "NUL" : "/dev/null";

/** Without these a server started from a terminal of VS Code would attach to that VS Code. */
const serverEnvironment = { VSCODE_IPC_HOOK_CLI: "", ELECTRON_RUN_AS_NODE: "", NODE_OPTIONS: "" };

async function answers(url) {
	try {
		return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
	} catch {
		return false;
	}
}

/** @returns {Promise<number>} */
function freePort() {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}
