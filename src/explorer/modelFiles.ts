/** Finds the workspace's model files and watches them. */
import * as vscode from "vscode";
import { candidateOf, type FoundModel, modelsAmong, SEARCHED_NAMES } from "../compute/formats/discover.js";
import { WEIGHT_FILES } from "../compute/formats/formats.js";
import { LEFT_OUT } from "./leftOut.js";
import { watchNewFolders } from "./newFolders.js";

const PATTERNS = SEARCHED_NAMES.map((names) => `**/{${names.join(",")}}`);
const WEIGHTS = `**/{${WEIGHT_FILES.join(",")}}`;
const MOST_FILES = 1_000;
/** A training script writes a file in many pieces. */
const SETTLE_MILLISECONDS = 400;

export async function findModels(): Promise<readonly FoundModel[]> {
	// A pattern given as the second argument goes with `files.exclude`, it does not replace it.
	const found = await Promise.all(PATTERNS.map((pattern) => vscode.workspace.findFiles(pattern, LEFT_OUT, MOST_FILES)));
	// A file whose name several patterns take is found more than once.
	return modelsAmong(found.flat().flatMap((uri) => (uri.scheme === "file" ? [uri.fsPath] : [])));
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
