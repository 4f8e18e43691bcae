/** Tells of folders that appeared with files in them: copied, unpacked, checked out. */
import * as vscode from "vscode";
import { isLeftOut } from "./leftOut.js";

/** Long enough for what is written right after a folder was made. */
const SETTLE_MILLISECONDS = 1_000;

/**
 * Calls back for each new folder, a while after it appeared. On Linux the watcher of a folder begins some time after
 * the folder was made, and what was put into it before is reported by nobody: it has to be looked for.
 */
export function watchNewFolders(appeared: (folder: vscode.Uri) => void): vscode.Disposable {
	const timers = new Set<NodeJS.Timeout>();
	const look = async (uri: vscode.Uri): Promise<void> => {
		const type = await vscode.workspace.fs.stat(uri).then(
			(stat) => stat.type,
			() => vscode.FileType.Unknown,
		);
		if ((type & vscode.FileType.Directory) !== 0) appeared(uri);
	};
	const watcher = vscode.workspace.createFileSystemWatcher("**", false, true, true);
	watcher.onDidCreate((uri) => {
		if (uri.scheme !== "file" || isLeftOut(vscode.workspace.asRelativePath(uri))) return;
		const timer = setTimeout(() => {
			timers.delete(timer);
			void look(uri);
		}, SETTLE_MILLISECONDS);
		timers.add(timer);
	});
	const stop = () => {
		for (const timer of timers) clearTimeout(timer);
	};
	return vscode.Disposable.from(watcher, { dispose: stop });
}
