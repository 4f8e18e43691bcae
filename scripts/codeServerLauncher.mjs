#!/usr/bin/env node
// Takes the command line that @vscode/test-electron gives to a desktop VS Code for in-host tests, and runs them in
// code-server and Chromium instead. Ends with the exit code of the tests.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { format } from "node:util";
import { chromium } from "playwright-core";
import { startCodeServer, writeSettings } from "./codeServer.mjs";
import { main, StepError } from "./steps.mjs";
import { browserFlags, setUpBrowser, setUpWorkbench } from "./workbench.mjs";

const timeout = 180_000;

await main(async () => {
	const args = process.argv.slice(2);
	const option = (name) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
	const isFolder = (arg) => !arg.startsWith("-") && statSync(arg, { throwIfNoEntry: false })?.isDirectory();
	const folder = args.find(isFolder);
	const tests = option("extensionTestsPath");
	const extension = option("extensionDevelopmentPath");
	if (!folder || !tests || !extension)
		throw new StepError("Usage: FOLDER --extensionDevelopmentPath= --extensionTestsPath=");

	const scratch = mkdtempSync(path.join(tmpdir(), "blindspot-inhost-"));
	const folders = { extensions: path.join(scratch, "extensions"), userData: path.join(scratch, "user-data") };
	const workbench = await setUpWorkbench();
	const executablePath = await setUpBrowser();
	writeSettings(folders.userData);
	const server = await startCodeServer(workbench, {
		...folders,
		options: ["--vscode-option", "enable-smoke-test-driver=true"],
	});
	const browser = await chromium.launch({ executablePath, args: browserFlags });
	try {
		const page = await browser.newPage();
		await page.exposeFunction("codeAutomationLog", (_type, values) => {
			const line = format(...values);
			// code-server is installed without compiling; its logger then falls back, with a page of complaint.
			if (!line.includes("spdlog")) console.log(line);
		});
		const exit = new Promise((resolve, reject) => {
			page.exposeFunction("codeAutomationExit", resolve);
			setTimeout(() => reject(new StepError(`In-host tests: no result after ${timeout / 1000} s`)), timeout).unref();
		});
		const remote = (file) => `vscode-remote://${new URL(server.url).host}${file}`;
		const payload = [
			["extensionDevelopmentPath", remote(extension)],
			["extensionTestsPath", remote(tests)],
		];
		await page.goto(`${server.url}/?${new URLSearchParams({ folder, payload: JSON.stringify(payload) })}`);
		process.exitCode = await exit;
	} finally {
		await browser.close();
		await server.stop();
		rmSync(scratch, { recursive: true, force: true });
	}
});
