import * as vscode from "vscode";
import type { Command } from "./command.js";

/** Ends the compute process and starts a new one. Running analyses end; their finished results stay. */
export const restartCompute: Command = {
	name: "restartCompute",
	async run({ client }) {
		const backend = await vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Restarting the compute process") },
			() => client.restart(),
		);
		return backend;
	},
};
