import { cp } from "node:fs/promises";
import * as vscode from "vscode";
import type { Command } from "./command.js";

/** Opens a copy of the example workspace that is in the package: drawings of digits and two models that tell them apart. */
export const openExamples: Command = {
	name: "openExamples",
	async run({ context }) {
		const copy = vscode.Uri.joinPath(context.globalStorageUri, "examples");
		const original = vscode.Uri.joinPath(context.extensionUri, "examples");
		// What a person changed or saved there before stays.
		await cp(original.fsPath, copy.fsPath, { recursive: true, force: false });
		const forceNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
		await vscode.commands.executeCommand("vscode.openFolder", copy, { forceNewWindow });
		return copy.fsPath;
	},
};
