/** Which model is asked when nobody says which: the only one, or the one that was picked; remembered. */
import * as vscode from "vscode";
import type { CatalogModel, ModelCatalog } from "./modelCatalog.js";
import { openModelFile } from "./openModelFile.js";
import { stateWords } from "./wording.js";

const REMEMBERED = "blindspot.activeModel";

type Pick = vscode.QuickPickItem & { readonly path: string | null };

export class ActiveModel implements vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChange = this.#changed.event;
	readonly #subscription: vscode.Disposable;
	#shown: string | null = null;

	constructor(
		readonly catalog: ModelCatalog,
		readonly memory: vscode.Memento,
	) {
		this.#subscription = catalog.onDidChange(() => {
			if (this.#shown === this.path) return;
			this.#shown = this.path;
			this.#changed.fire();
		});
	}

	/** Path of the active model; null where there is none or where there are several and none was picked. */
	get path(): string | null {
		const remembered = this.memory.get<string>(REMEMBERED);
		const known = remembered === undefined ? null : this.catalog.get(remembered);
		if (known !== null) return known.path;
		const { usable } = this.catalog;
		return usable.length === 1 ? (usable[0] as CatalogModel).path : null;
	}

	/** The active model, asking where that is open; null where the person chose none or there is none. */
	async resolve(): Promise<string | null> {
		await this.catalog.found();
		if (this.path !== null) return this.path;
		return this.catalog.usable.length === 0 ? null : this.choose();
	}

	async set(path: string): Promise<void> {
		if (!this.catalog.get(path)) await this.catalog.add(path);
		await this.memory.update(REMEMBERED, path);
		this.#shown = this.path;
		this.#changed.fire();
	}

	/** Lets the person pick one of the workspace's models or any file; null where they pick none. */
	async choose(): Promise<string | null> {
		await this.catalog.found();
		const any = this.catalog.models.some(({ state }) => state.kind !== "foreign");
		const path = any ? await this.#pick() : await openModelFile();
		if (path !== null) await this.set(path);
		return path;
	}

	dispose(): void {
		this.#subscription.dispose();
		this.#changed.dispose();
	}

	async #pick(): Promise<string | null> {
		const pick = vscode.window.createQuickPick<Pick>();
		pick.title = vscode.l10n.t("Model");
		pick.placeholder = vscode.l10n.t("Select the active model");
		pick.matchOnDescription = true;
		pick.matchOnDetail = true;
		const show = () => {
			// Setting the items would take the choice away that was made meanwhile.
			const chosen = pick.activeItems[0]?.path ?? this.path;
			const models = this.catalog.models.filter(({ state }) => state.kind !== "foreign");
			pick.items = [...models.map((model) => item(model, model.path === this.path)), SEPARATOR, browseItem()];
			pick.activeItems = pick.items.filter(({ path }) => path !== null && path === (chosen ?? models[0]?.path));
		};
		show();
		const watching = this.catalog.onDidChange(show);
		this.catalog.inspectAll();
		try {
			const chosen = await new Promise<Pick | null>((resolve) => {
				pick.onDidAccept(() => resolve(pick.selectedItems[0] ?? null));
				pick.onDidHide(() => resolve(null));
				pick.show();
			});
			if (chosen === null) return null;
			return chosen.path ?? (await openModelFile());
		} finally {
			watching.dispose();
			pick.dispose();
		}
	}
}

const SEPARATOR: Pick = { label: "", kind: vscode.QuickPickItemKind.Separator, path: null };

function browseItem(): Pick {
	return { label: `$(folder-opened) ${vscode.l10n.t("Open Model File…")}`, path: null };
}

function item(model: CatalogModel, active: boolean): Pick {
	const icon = { unread: "", reading: "$(loading~spin) ", read: "", unreadable: "$(error) ", foreign: "$(info) " };
	const words = stateWords(model);
	const place = vscode.workspace.asRelativePath(model.path);
	const state = model.state.kind === "read" ? vscode.l10n.t("{0} parameters", words) : words;
	return {
		label: `${icon[model.state.kind]}${model.name}`,
		description: [active ? vscode.l10n.t("active") : "", state].filter((part) => part !== "").join(" · "),
		path: model.path,
		...(place === model.name ? {} : { detail: place }),
	};
}
