/** Which folders of the workspace are SavedModels, for menus: a folder can't be told by its name. */
import { dirname } from "node:path";
import * as vscode from "vscode";
import { SAVED_MODEL } from "../compute/data/pathNames.js";
import { LEFT_OUT } from "./leftOut.js";
import { watchNewFolders } from "./newFolders.js";

/** Context key: the paths of these folders, as `resourcePath` has them. */
const CONTEXT = "blindspot.savedModels";
const MOST = 1000;

/** Keeps the context key up to date. Nothing is read of the files. */
export function watchSavedModels(): vscode.Disposable {
	const pattern = `**/${SAVED_MODEL}`;
	const update = async (): Promise<void> => {
		const found = await vscode.workspace.findFiles(pattern, LEFT_OUT, MOST);
		await vscode.commands.executeCommand(
			"setContext",
			CONTEXT,
			found.map(({ fsPath }) => dirname(fsPath)),
		);
	};
	const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
	void update();
	return vscode.Disposable.from(
		watcher,
		watcher.onDidCreate(update),
		watcher.onDidDelete(update),
		watchNewFolders(update),
		vscode.workspace.onDidChangeWorkspaceFolders(update),
	);
}
