import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";

interface Manifest {
	readonly contributes: {
		readonly commands?: readonly { readonly command: string }[];
		readonly configuration?: { readonly properties: Readonly<Record<string, unknown>> };
	};
}

const extension = vscode.extensions.getExtension("blindspot.blindspot");

describe("the extension", () => {
	it("activates", async () => {
		assert.ok(extension, "blindspot.blindspot is not installed");
		await extension.activate();
		assert.equal(extension.isActive, true);
	});

	it("registers every command of its manifest", async () => {
		assert.ok(extension);
		const { contributes } = JSON.parse(
			readFileSync(path.join(extension.extensionPath, "package.json"), "utf8"),
		) as Manifest;
		const registered = new Set(await vscode.commands.getCommands(true));
		const missing = (contributes.commands ?? []).filter(({ command }) => !registered.has(command));
		assert.deepEqual(missing, []);
	});
});
