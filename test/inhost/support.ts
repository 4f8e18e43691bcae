/** What the in-host tests share. */
import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Api } from "../../src/extension.js";

/** The extension's own objects, once it is active. */
export async function api(): Promise<Api> {
	const extension = vscode.extensions.getExtension<Api>("blindspot.blindspot");
	assert.ok(extension, "blindspot.blindspot is not installed");
	return extension.activate();
}

export function workspaceFolder(): string {
	const [folder] = vscode.workspace.workspaceFolders ?? [];
	assert.ok(folder, "no folder is open");
	return folder.uri.fsPath;
}

/** Waits until something is true; fails, saying what, after a while. */
export async function until(happened: () => boolean, what: string, milliseconds = 20_000): Promise<void> {
	const deadline = Date.now() + milliseconds;
	while (!happened()) {
		assert.ok(Date.now() < deadline, `Not within ${milliseconds / 1000} s: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
}
