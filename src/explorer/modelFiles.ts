/** Finds the workspace's model files and watches them. */
import * as vscode from "vscode";
import { candidateOf } from "../compute/formats/discover.js";
import { WEIGHT_FILES } from "../compute/formats/formats.js";
import { LEFT_OUT } from "./leftOut.js";
import { type FoundModels, MOST_FILES, PATTERNS, searchModels } from "./modelSearch.js";
import { watchNewFolders } from "./newFolders.js";

const WEIGHTS = `**/{${WEIGHT_FILES.join(",")}}`;
/** A training script writes a file in many pieces. */
const SETTLE_MILLISECONDS = 400;

export function findModels(): Promise<FoundModels> {
	return searchModels(async (pattern, most) => {
		// A pattern given as the second argument goes with `files.exclude`, it does not replace it.
		const found = await vscode.workspace.findFiles(pattern, LEFT_OUT, most);
		return found.flatMap((uri) => (uri.scheme === "file" ? [uri.fsPath] : []));
	});
}

/** Who is told of files that appeared, changed or went away. */
export interface ModelWatcher {
	/** One that may be a model by itself. */
	model(path: string): void;
	/** One that models keep weights in. */
	weights(path: string): void;
}

/** Calls back after a short pause. */
export function watchModels(changed: ModelWatcher): vscode.Disposable {
	const timers = new Map<string, NodeJS.Timeout>();
	const soon = ({ fsPath }: vscode.Uri, call: (path: string) => void) => {
		clearTimeout(timers.get(fsPath));
		const run = () => {
			timers.delete(fsPath);
			call(fsPath);
		};
		timers.set(fsPath, setTimeout(run, SETTLE_MILLISECONDS));
	};
	const watch = (pattern: string, happened: (uri: vscode.Uri) => void) => {
		const watcher = vscode.workspace.createFileSystemWatcher(pattern);
		watcher.onDidCreate(happened);
		watcher.onDidChange(happened);
		watcher.onDidDelete(happened);
		return watcher;
	};
	const model = (uri: vscode.Uri) => {
		if (candidateOf(uri.fsPath).kind !== "no-model") soon(uri, (path) => changed.model(path));
	};
	const models = PATTERNS.map((pattern) => watch(pattern, model));
	const weights = watch(WEIGHTS, (uri) => soon(uri, (path) => changed.weights(path)));
	const folders = watchNewFolders(async (folder) => {
		for (const pattern of PATTERNS) {
			const within = new vscode.RelativePattern(folder, pattern);
			for (const uri of await vscode.workspace.findFiles(within, LEFT_OUT, MOST_FILES)) model(uri);
		}
	});
	const stop = () => {
		for (const timer of timers.values()) clearTimeout(timer);
	};
	return vscode.Disposable.from(...models, weights, folders, { dispose: stop });
}
