/** Finds the workspace's model files and watches them. */
import * as vscode from "vscode";
import { SAVED_MODEL } from "../compute/data/savedModelFolder.js";
import { candidateOf, isModelFile, MODEL_EXTENSIONS, WEIGHT_FILES } from "../compute/formats/discover.js";

export interface FoundModel {
	readonly path: string;
	/** Why no reader is for it and what to do; null where one is. */
	readonly advice: string | null;
}

const MODELS = `**/{${MODEL_EXTENSIONS.map((extension) => `*.${extension}`).join(",")},${SAVED_MODEL}}`;
const OTHER_FORMATS = "**/{*.pt,*.pth,*.ckpt,*.tflite,*.mlmodel,*.safetensors,*.pb}";
const JSON_FILES = "**/*.json";
const WEIGHTS = `**/{${WEIGHT_FILES.join(",")}}`;
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
	const models = [MODELS, OTHER_FORMATS, JSON_FILES].map((pattern) =>
		watch(pattern, (uri) => {
			if (candidateOf(uri.fsPath).kind !== "no-model") soon(uri, (path) => changed.model(path));
		}),
	);
	const weights = watch(WEIGHTS, (uri) => soon(uri, (path) => changed.weights(path)));
	const stop = () => {
		for (const timer of timers.values()) clearTimeout(timer);
	};
	return vscode.Disposable.from(...models, weights, { dispose: stop });
}
