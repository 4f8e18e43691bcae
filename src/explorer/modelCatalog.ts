/** The workspace's model files and what is known of each: found by name, read one at a time when somebody looks. */
import { stat } from "node:fs/promises";
import { dirname, resolve, sep } from "node:path";
import * as vscode from "vscode";
import { isSameModel } from "../compute/data/pathNames.js";
import { asBlindspotError, type BlindspotError } from "../compute/errors.js";
import { type FoundModel, modelsAmong } from "../compute/formats/discover.js";
import type { ComputeClient } from "../compute/process/client.js";
import type { ModelSummary } from "../compute/reports/report.js";
import type { ModelRequest } from "../compute/reports/request.js";
import { findModels, watchModels } from "./modelFiles.js";
import { type FoundModels, OneAtATime } from "./modelSearch.js";
import { shortNames } from "./names.js";

export type ModelState =
	| { readonly kind: "unread" }
	| { readonly kind: "reading" }
	| { readonly kind: "read"; readonly summary: ModelSummary }
	| { readonly kind: "unreadable"; readonly error: BlindspotError }
	/** A model that no reader is for; `advice` says what to do. */
	| { readonly kind: "foreign"; readonly advice: string };

export interface CatalogModel {
	readonly path: string;
	/** Short, unique among the models. */
	readonly name: string;
	readonly state: ModelState;
}

/** A read file, kept as long as the file stays as it is. */
interface Cached {
	readonly stamp: string;
	readonly state: ModelState;
}

const EXTRA_MODELS = "blindspot.extraModels";

export class ModelCatalog implements vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<string | null>();
	/** A model's path where only that one has changed; null where the list has. */
	readonly onDidChange = this.#changed.event;
	readonly #cache = new Map<string, Cached>();
	readonly #disposables: vscode.Disposable[] = [this.#changed];
	readonly #stopped = new AbortController();
	#models: readonly CatalogModel[] = [];
	#cutShort: readonly string[] = [];
	#scan: Promise<void> | null = null;
	readonly #searching = new OneAtATime(() => this.#search());
	/** The end of the queue: models are read one after the other. */
	#queue: Promise<void> = Promise.resolve();

	constructor(
		readonly client: ComputeClient,
		readonly memory: vscode.Memento,
	) {
		this.#disposables.push(
			watchModels({
				model: (path) => void this.#fileChanged(path),
				weights: (path) => this.#weightsChanged(path),
			}),
			vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
			vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration("files.exclude")) void this.refresh();
			}),
		);
	}

	get models(): readonly CatalogModel[] {
		return this.#models;
	}

	/** Names of which the workspace has more files than were looked at. */
	get cutShort(): readonly string[] {
		return this.#cutShort;
	}

	/** Models that a reader is for and that are not known to be broken. */
	get usable(): readonly CatalogModel[] {
		return this.#models.filter(({ state }) => state.kind !== "foreign" && state.kind !== "unreadable");
	}

	/** A SavedModel is found by its folder and by the graph in it, whichever is in the list. */
	get(path: string): CatalogModel | null {
		return this.#models.find((model) => isSameModel(model.path, path)) ?? null;
	}

	/** Whether a path is in the list or lies in the workspace: others are touched only when a person asks for them. */
	isOwn(path: string): boolean {
		// By its parts: what climbs out of the workspace lies outside.
		return this.get(path) !== null || !!vscode.workspace.getWorkspaceFolder(vscode.Uri.file(resolve(path)));
	}

	/** Resolves when the workspace was searched. */
	async found(): Promise<readonly CatalogModel[]> {
		await (this.#scan ?? this.refresh());
		return this.#models;
	}

	/** Searches the workspace again. */
	refresh(): Promise<void> {
		this.#scan = this.#searching.ask();
		return this.#scan;
	}

	/** Adds a file that lies outside of the workspace; remembered for this workspace. */
	async add(path: string): Promise<void> {
		const extra = this.memory.get<readonly string[]>(EXTRA_MODELS, []);
		if (!extra.includes(path)) await this.memory.update(EXTRA_MODELS, [...extra, path]);
		await this.refresh();
	}

	/** Reads a model's file, unless it was read and has not changed since; the answer is its state afterwards. */
	inspect(path: string): Promise<ModelState> {
		const result = this.#queue.then(() => this.#read(path));
		this.#queue = result.then(() => undefined);
		return result;
	}

	/** Reads all models that were not read yet, one at a time. */
	inspectAll(): void {
		for (const { path, state } of this.#models) if (state.kind === "unread") void this.inspect(path);
	}

	/** The request for a model: configuration and class names are looked for beside it. */
	request(path: string): ModelRequest {
		return { path, configuration: null, preprocessing: {}, classesFile: null };
	}

	dispose(): void {
		this.#stopped.abort();
		vscode.Disposable.from(...this.#disposables).dispose();
	}

	async #search(): Promise<void> {
		const { models: found, cutShort } = vscode.workspace.isTrusted
			? await this.#findAll()
			: { models: [], cutShort: [] };
		const names = shortNames(found.map(({ path }) => path));
		this.#models = found.map((model, at) => ({
			path: model.path,
			name: names[at] as string,
			state: this.#initialState(model),
		}));
		this.#cutShort = cutShort;
		this.#changed.fire(null);
		for (const { path } of found) void this.#forgetIfChanged(path);
	}

	async #findAll(): Promise<FoundModels> {
		const { models, cutShort } = await findModels();
		const found = [...models];
		for (const path of this.memory.get<readonly string[]>(EXTRA_MODELS, [])) {
			const known = found.some((model) => isSameModel(model.path, path));
			if (!known && (await stampOf(path)) !== null) found.push({ path, advice: null });
		}
		return { models: found, cutShort };
	}

	#initialState({ path, advice }: FoundModel): ModelState {
		if (advice !== null) return { kind: "foreign", advice };
		return this.get(path)?.state ?? this.#cache.get(path)?.state ?? { kind: "unread" };
	}

	async #forgetIfChanged(path: string): Promise<void> {
		const cached = this.#cache.get(path);
		if (!cached || (await stampOf(path)) === cached.stamp) return;
		this.#cache.delete(path);
		this.#set(path, { kind: "unread" });
	}

	async #fileChanged(path: string): Promise<void> {
		const isKnown = this.get(path) !== null;
		if (isKnown) void this.#forgetIfChanged(path);
		// Only what becomes a model or ceases to be one changes the list; any other JSON file may change as often as it likes.
		const isModel = (await stampOf(path)) !== null && (await modelsAmong([path])).length > 0;
		if (isModel !== isKnown) void this.refresh();
	}

	/** Models of which the file is a part, or may be the part that was missing or damaged, are read again. */
	#weightsChanged(file: string): void {
		for (const { path, state } of this.#models) {
			const isPart = state.kind === "read" && state.summary.files.includes(file);
			const mayBePart = state.kind === "unreadable" && file.startsWith(dirname(path) + sep);
			if (!isPart && !mayBePart) continue;
			this.#cache.delete(path);
			this.#set(path, { kind: "unread" });
		}
	}

	async #read(asked: string): Promise<ModelState> {
		const model = this.get(asked);
		if (!model) return { kind: "unread" };
		const { path } = model;
		if (model.state.kind === "foreign") return model.state;
		const stamp = await stampOf(path);
		const cached = this.#cache.get(path);
		if (cached && cached.stamp === stamp) return cached.state;
		this.#set(path, { kind: "reading" });
		const state = await this.#ask(path);
		// A file that vanished or a process that ended says nothing lasting about the model.
		const lasting = state.kind === "read" || (state.kind === "unreadable" && state.error.reason !== "process-ended");
		if (stamp !== null && lasting) this.#cache.set(path, { stamp, state });
		this.#set(path, state);
		return state;
	}

	async #ask(path: string): Promise<ModelState> {
		try {
			return { kind: "read", summary: await this.client.inspect({ model: this.request(path) }, this.#stopped.signal) };
		} catch (thrown) {
			const error = asBlindspotError(thrown);
			return error.reason === "cancelled" ? { kind: "unread" } : { kind: "unreadable", error };
		}
	}

	#set(path: string, state: ModelState): void {
		if (this.#stopped.signal.aborted) return;
		this.#models = this.#models.map((model) => (model.path === path ? { ...model, state } : model));
		this.#changed.fire(path);
	}
}

/** Changes when the file does; null where there is none. */
async function stampOf(path: string): Promise<string | null> {
	try {
		const { mtimeMs, size } = await stat(path);
		return `${mtimeMs} ${size}`;
	} catch {
		return null;
	}
}
