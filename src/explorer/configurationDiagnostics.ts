/** Marks what is wrong in the workspace's `blindspot.json` files, open or not, beyond what their JSON Schema tells. */
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import {
	CONFIGURATION_NAME,
	MOST_CONFIGURATION_BYTES,
	parseConfiguration,
	readConfigurationText,
} from "../compute/data/configuration.js";
import { configurationProblems, namedPaths } from "../compute/data/configurationProblems.js";
import { LEFT_OUT } from "./leftOut.js";
import type { ModelCatalog } from "./modelCatalog.js";
import { watchNewFolders } from "./newFolders.js";

const PATTERN = `**/${CONFIGURATION_NAME}`;
const SEVERITIES = { error: vscode.DiagnosticSeverity.Error, warning: vscode.DiagnosticSeverity.Warning } as const;
const SETTLE_MILLISECONDS = 300;
const MOST_FILES = 100;
/** Files and folders of one configuration; each takes a watcher of the system's. */
const MOST_WATCHED = 100;

export class ConfigurationDiagnostics implements vscode.Disposable {
	readonly #diagnostics = vscode.languages.createDiagnosticCollection("blindspot");
	readonly #disposables: vscode.Disposable[];
	/** Of the files and folders that a configuration names, by the configuration. */
	readonly #watchers = new Map<string, vscode.Disposable>();
	readonly #timers = new Map<string, NodeJS.Timeout>();

	constructor(readonly catalog: ModelCatalog) {
		const files = vscode.workspace.createFileSystemWatcher(PATTERN);
		this.#disposables = [
			this.#diagnostics,
			files,
			files.onDidCreate((uri) => this.#soon(uri)),
			files.onDidChange((uri) => this.#soon(uri)),
			files.onDidDelete((uri) => this.#forget(uri)),
			watchNewFolders((folder) => void this.#search(new vscode.RelativePattern(folder, PATTERN))),
			vscode.workspace.onDidOpenTextDocument(({ uri }) => this.#soon(uri)),
			vscode.workspace.onDidChangeTextDocument(({ document }) => this.#soon(document.uri)),
			// Which globs match is known once the models are.
			catalog.onDidChange((path) => {
				if (path === null) void this.#search(PATTERN);
			}),
		];
	}

	dispose(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
		vscode.Disposable.from(...this.#disposables, ...this.#watchers.values()).dispose();
	}

	async #search(pattern: vscode.GlobPattern): Promise<void> {
		if (!vscode.workspace.isTrusted) return;
		const found = await vscode.workspace.findFiles(pattern, LEFT_OUT, MOST_FILES);
		for (const uri of found) this.#soon(uri);
	}

	#soon(uri: vscode.Uri): void {
		if (uri.scheme !== "file" || basename(uri.fsPath) !== CONFIGURATION_NAME || !vscode.workspace.isTrusted) return;
		clearTimeout(this.#timers.get(uri.fsPath));
		this.#timers.set(
			uri.fsPath,
			setTimeout(() => void this.#check(uri), SETTLE_MILLISECONDS),
		);
	}

	async #check(uri: vscode.Uri): Promise<void> {
		const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
		const text = open ? open.getText() : await readConfigurationText(uri.fsPath).catch(() => null);
		if (text === null || text.length > MOST_CONFIGURATION_BYTES) return this.#forget(uri);
		const models = (await this.catalog.found()).map(({ path }) => path);
		const problems = await configurationProblems(uri.fsPath, text, models);
		const positions = new TextPositions(text);
		this.#diagnostics.set(
			uri,
			problems.map(({ range, message, severity }) => {
				const where = new vscode.Range(positions.at(range.start), positions.at(range.end));
				const diagnostic = new vscode.Diagnostic(where, message, SEVERITIES[severity]);
				diagnostic.source = "Blindspot";
				return diagnostic;
			}),
		);
		this.#watch(uri, text);
	}

	/** A file that is named may come and go without anything else changing. */
	#watch(uri: vscode.Uri, text: string): void {
		this.#watchers.get(uri.fsPath)?.dispose();
		const watchers = pathsIn(uri.fsPath, text)
			.slice(0, MOST_WATCHED)
			.map((path) => {
				const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
				const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
				watcher.onDidCreate(() => this.#soon(uri));
				watcher.onDidDelete(() => this.#soon(uri));
				return watcher;
			});
		this.#watchers.set(uri.fsPath, vscode.Disposable.from(...watchers));
	}

	#forget(uri: vscode.Uri): void {
		this.#diagnostics.delete(uri);
		this.#watchers.get(uri.fsPath)?.dispose();
		this.#watchers.delete(uri.fsPath);
	}
}

function pathsIn(path: string, text: string): readonly string[] {
	try {
		return namedPaths(path, parseConfiguration(path, text)).map((named) => named.path);
	} catch {
		return [];
	}
}

/** Line and column of offsets in a text. */
class TextPositions {
	readonly #starts: readonly number[];

	constructor(text: string) {
		this.#starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map(({ index, 0: end }) => index + end.length)];
	}

	at(offset: number): vscode.Position {
		const line = this.#starts.findLastIndex((start) => start <= offset);
		return new vscode.Position(line, offset - (this.#starts[line] ?? 0));
	}
}
