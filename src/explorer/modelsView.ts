/** The view "Models": the workspace's model files and, beneath, their layers. */
import * as vscode from "vscode";
import type { LayerSummary } from "../compute/reports/report.js";
import type { ActiveModel } from "./activeModel.js";
import type { CatalogModel, ModelCatalog } from "./modelCatalog.js";
import { count, layerWords, shape, stateSentence, stateWords } from "./wording.js";

export type ModelNode =
	| { readonly kind: "model"; readonly path: string }
	| { readonly kind: "layer"; readonly path: string; readonly layer: LayerSummary };

const WEAK = new vscode.ThemeColor("disabledForeground");
const BRIGHT = new vscode.ThemeColor("icon.foreground");

export class ModelsTree implements vscode.TreeDataProvider<ModelNode>, vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<ModelNode | undefined>();
	readonly onDidChangeTreeData = this.#changed.event;
	/** One node per model, so that the view knows which one an event is about. */
	readonly #nodes = new Map<string, ModelNode>();
	readonly #disposables: vscode.Disposable[];

	constructor(
		readonly catalog: ModelCatalog,
		readonly active: ActiveModel,
	) {
		this.#disposables = [
			this.#changed,
			catalog.onDidChange((path) => this.#changed.fire(path === null ? undefined : this.#node(path))),
			active.onDidChange(() => this.#changed.fire(undefined)),
		];
	}

	async getChildren(node?: ModelNode): Promise<ModelNode[]> {
		if (node === undefined) {
			const models = await this.catalog.found();
			this.catalog.inspectAll();
			return models.map(({ path }) => this.#node(path));
		}
		if (node.kind === "layer") return [];
		const state = await this.catalog.inspect(node.path);
		if (state.kind !== "read") return [];
		return state.summary.layers.map((layer) => ({ kind: "layer", path: node.path, layer }));
	}

	getTreeItem(node: ModelNode): vscode.TreeItem {
		if (node.kind === "layer") return layerItem(node.layer);
		const model = this.catalog.get(node.path);
		return model ? modelItem(model, model.path === this.active.path) : new vscode.TreeItem(node.path);
	}

	getParent(node: ModelNode): ModelNode | undefined {
		return node.kind === "layer" ? this.#node(node.path) : undefined;
	}

	dispose(): void {
		vscode.Disposable.from(...this.#disposables).dispose();
	}

	#node(path: string): ModelNode {
		const known = this.#nodes.get(path);
		if (known) return known;
		const node: ModelNode = { kind: "model", path };
		this.#nodes.set(path, node);
		return node;
	}
}

function modelItem(model: CatalogModel, active: boolean): vscode.TreeItem {
	const { state, name, path } = model;
	const expandable = state.kind === "read" || state.kind === "unread" || state.kind === "reading";
	const item = new vscode.TreeItem(
		name,
		expandable ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
	);
	const words = stateWords(model);
	item.id = path;
	item.resourceUri = vscode.Uri.file(path);
	item.description = active ? [vscode.l10n.t("active"), words].filter((part) => part !== "").join(" · ") : words;
	item.iconPath = modelIcon(model, active);
	if (state.kind !== "foreign")
		item.command = {
			command: "blindspot.inspectModel",
			title: vscode.l10n.t("Inspect Model"),
			arguments: [{ kind: "model", path } satisfies ModelNode],
		};
	item.contextValue = `model.${state.kind}${active ? ".active" : ""}`;
	const sentence = stateSentence(path, state);
	item.tooltip = sentence === "" ? path : `${path}\n${sentence}`;
	item.accessibilityInformation = {
		label: [name, vscode.l10n.t("model"), item.description, sentence].filter((part) => part !== "").join(", "),
	};
	return item;
}

function modelIcon({ state }: CatalogModel, active: boolean): vscode.ThemeIcon {
	switch (state.kind) {
		case "unread":
		case "read":
			// The active model has the eye that it has in the status bar.
			return new vscode.ThemeIcon(active ? "eye" : "type-hierarchy-sub", BRIGHT);
		case "reading":
			return new vscode.ThemeIcon("loading~spin");
		case "unreadable":
			return state.error.reason === "time-out"
				? new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"))
				: new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground"));
		case "foreign":
			return new vscode.ThemeIcon("info", WEAK);
	}
}

function layerItem(layer: LayerSummary): vscode.TreeItem {
	const item = new vscode.TreeItem(layer.name);
	const parameters = layer.parameters > 0 ? vscode.l10n.t("{0} parameters", count(layer.parameters)) : "";
	item.description = layerWords(layer);
	item.iconPath = new vscode.ThemeIcon("symbol-method", layer.parameters > 0 ? BRIGHT : WEAK);
	item.contextValue = "layer";
	const facts = [layer.type, vscode.l10n.t("output {0}", shape(layer.outputShape)), parameters];
	item.tooltip = [layer.name, ...facts].filter((part) => part !== "").join("\n");
	item.accessibilityInformation = {
		label: [layer.name, vscode.l10n.t("layer"), ...facts].filter((part) => part !== "").join(", "),
	};
	return item;
}
