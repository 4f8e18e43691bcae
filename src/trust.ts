/** Nothing of a workspace is read before a person trusts it. */
import * as vscode from "vscode";

/** True where the workspace's files may be read; says what to do where they may not. */
export async function trusted(): Promise<boolean> {
	if (vscode.workspace.isTrusted) return true;
	const manage = vscode.l10n.t("Manage Workspace Trust");
	const words = vscode.l10n.t("Blindspot reads models and images only in trusted workspaces.");
	if ((await vscode.window.showWarningMessage(words, manage)) === manage) {
		await vscode.commands.executeCommand("workbench.trust.manage");
	}
	return vscode.workspace.isTrusted;
}
