/** Installs the package into private folders of a server and starts it: one server for all end-to-end tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { installExtension, startCodeServer, writeSettings } from "../../scripts/codeServer.mjs";
import { makePackage } from "../../scripts/package.mjs";
import { setUpBrowser, setUpWorkbench } from "../../scripts/workbench.mjs";

export interface ServerUnderTest {
	readonly url: string;
	/** Path of Chromium. */
	readonly chromium: string;
	readonly userData: string;
	/** Folder with the extension as it was installed from the package. */
	readonly extensions: string;
}

declare module "vitest" {
	interface ProvidedContext {
		readonly server: ServerUnderTest;
	}
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
	const workbench = await setUpWorkbench();
	const chromium = await setUpBrowser();
	const scratch = mkdtempSync(path.join(tmpdir(), "blindspot-e2e-"));
	const folders = { extensions: path.join(scratch, "extensions"), userData: path.join(scratch, "user-data") };
	writeSettings(folders.userData);
	const vsix = await makePackage(scratch);
	await installExtension(workbench, folders, vsix);
	const server = await startCodeServer(workbench, folders);
	project.provide("server", { url: server.url, chromium, ...folders });
	return async () => {
		await server.stop();
		rmSync(scratch, { recursive: true, force: true });
	};
}
