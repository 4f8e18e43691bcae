import * as vscode from "vscode";
import type { Command } from "./command.js";

const SHOWN_MILLISECONDS = 4000;

/** Ends the compute process and starts a new one. Running analyses end; their finished results stay. */
export const restartCompute: Command = {
	name: "restartCompute",
	async run({ client }) {
		const backend = await vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Restarting the compute process") },
			() => client.restart(),
		);
		vscode.window.setStatusBarMessage(vscode.l10n.t("Blindspot: compute process restarted"), SHOWN_MILLISECONDS);
		return backend;
	},
};
