/** Asks for a data set by the editor's own dialog: a folder of pictures, or a file that holds many. */
import * as vscode from "vscode";

/** Path of the folder or file; null where the person chose none. */
export async function chooseData(from: "folder" | "file"): Promise<string | null> {
	const folder = from === "folder";
	const start = vscode.workspace.workspaceFolders?.[0]?.uri;
	const chosen = await vscode.window.showOpenDialog({
		title: folder ? vscode.l10n.t("Choose a Folder of Images") : vscode.l10n.t("Choose a Data File"),
		openLabel: vscode.l10n.t("Choose"),
		canSelectFiles: !folder,
		canSelectFolders: folder,
		...(start ? { defaultUri: start } : {}),
	});
	return chosen?.[0]?.fsPath ?? null;
}
