/** Finds the workspace's model files and watches them. */
import * as vscode from "vscode";
import { candidateOf, isModelFile, MODEL_EXTENSIONS, SAVED_MODEL } from "../compute/formats/discover.js";

export interface FoundModel {
	readonly path: string;
	/** Why no reader is for it and what to do; null where one is. */
	readonly advice: string | null;
}

const MODELS = `**/{${MODEL_EXTENSIONS.map((extension) => `*.${extension}`).join(",")},${SAVED_MODEL}}`;
const OTHER_FORMATS = "**/{*.pt,*.pth,*.ckpt,*.tflite,*.mlmodel,*.safetensors,*.pb}";
const JSON_FILES = "**/*.json";
/** Folders that hold other people's files by the thousand. */
export const LEFT_OUT = "**/{node_modules,.git,venv,.venv,env,.env,virtualenv,site-packages,__pycache__,.tox}/**";
const MOST_FILES = 1_000;
/** A training script writes a file in many pieces. */
const SETTLE_MILLISECONDS = 400;

export async function findModels(): Promise<readonly FoundModel[]> {
	// A pattern given as the second argument goes with `files.exclude`, it does not replace it.
	const found = await Promise.all(
		[MODELS, OTHER_FORMATS, JSON_FILES].map((pattern) => vscode.workspace.findFiles(pattern, LEFT_OUT, MOST_FILES)),
	);
	const paths = found.flat().flatMap((uri) => (uri.scheme === "file" ? [uri.fsPath] : []));
	const models = await Promise.all(paths.map(classify));
	return models.filter((model) => model !== null).sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function classify(path: string): Promise<FoundModel | null> {
	const candidate = candidateOf(path);
	if (candidate.kind === "other-format") return { path, advice: candidate.advice };
	return (await isModelFile(path)) ? { path, advice: null } : null;
}

/** Calls back, after a short pause, with the file that appeared, changed or went away. */
export function watchModels(changed: (path: string) => void): vscode.Disposable {
	const timers = new Map<string, NodeJS.Timeout>();
	const soon = ({ fsPath }: vscode.Uri) => {
		if (candidateOf(fsPath).kind === "no-model") return;
		clearTimeout(timers.get(fsPath));
		const call = () => {
			timers.delete(fsPath);
			changed(fsPath);
		};
		timers.set(fsPath, setTimeout(call, SETTLE_MILLISECONDS));
	};
	const watchers = [MODELS, OTHER_FORMATS, JSON_FILES].map((pattern) => {
		const watcher = vscode.workspace.createFileSystemWatcher(pattern);
		watcher.onDidCreate(soon);
		watcher.onDidChange(soon);
		watcher.onDidDelete(soon);
		return watcher;
	});
	const stop = () => {
		for (const timer of timers.values()) clearTimeout(timer);
	};
	return vscode.Disposable.from(...watchers, { dispose: stop });
}
