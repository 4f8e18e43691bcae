import * as vscode from "vscode";
import type { Command } from "./command.js";

const SHOWN_MILLISECONDS = 4000;

/** Says that the compute process is held, and restarts it where the person wants that. */
export async function offerRestart(): Promise<void> {
	const restart = vscode.l10n.t("Restart");
	const words = vscode.l10n.t(
		"The compute process was stopped by a signal from outside and answers nothing until it goes on.",
	);
	if ((await vscode.window.showWarningMessage(words, restart)) === restart)
		await vscode.commands.executeCommand("blindspot.restartCompute");
}

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
