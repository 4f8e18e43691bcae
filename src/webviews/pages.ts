/** All open pages: opens them, brings them back after a reload, and knows what runs. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { z } from "zod";
import { CONFIGURATION_NAME } from "../compute/data/configuration.js";
import { asBlindspotError, BlindspotError } from "../compute/errors.js";
import type { ComputeClient } from "../compute/process/client.js";
import type { StoredReport } from "../compute/reports/storedReport.js";
import type { ActiveModel } from "../explorer/activeModel.js";
import type { ModelCatalog } from "../explorer/modelCatalog.js";
import { modelStatus } from "../explorer/modelStatus.js";
import { dataOfModel } from "./configurationFile.js";
import type { Phase } from "./messages.js";
import type { PageKind, PageSurroundings, Session } from "./pageKind.js";
import { PagePanel, panelOptions, viewType } from "./panel.js";
import type { ReportStore } from "./reportStore.js";

export interface PagesServices {
	readonly extensionUri: vscode.Uri;
	readonly client: ComputeClient;
	readonly catalog: ModelCatalog;
	readonly active: ActiveModel;
	readonly log: vscode.LogOutputChannel;
	readonly store: ReportStore;
	readonly kinds: readonly PageKind[];
}

/** An open page, for the status bar and the reports view. */
export interface OpenPage {
	readonly id: string;
	readonly kind: PageKind;
	readonly title: string;
	readonly phase: Phase;
	/** Paths of the models that it is of. */
	readonly models: readonly string[];
	cancel(): void;
}

interface Page {
	readonly kind: PageKind;
	readonly panel: PagePanel;
	readonly session: Session;
}

/** Context keys: true while the page in front has a run; the key that cancels is for then. */
const RUNNING_CONTEXT = "blindspot.running";

/** What every page keeps in its own state. */
const pageState = z.object({ report: z.string().nullable() });

export class Pages implements vscode.Disposable {
	readonly #pages = new Set<Page>();
	readonly #changed = new vscode.EventEmitter<void>();
	/** A page was opened or closed, or its title or phase has changed. */
	readonly onDidChange = this.#changed.event;
	readonly #disposables: vscode.Disposable[];
	#frontRuns = false;

	constructor(readonly services: PagesServices) {
		const { catalog } = services;
		const configurations = vscode.workspace.createFileSystemWatcher(`**/${CONFIGURATION_NAME}`);
		const edited = () => {
			for (const { session } of this.#pages) session.configurationChanged();
		};
		this.#disposables = [
			configurations,
			configurations.onDidChange(edited),
			configurations.onDidCreate(edited),
			configurations.onDidDelete(edited),
			this.#changed,
			...services.kinds.map((kind) => this.#registerSerializer(kind)),
			catalog.onDidChange((path) => {
				for (const { session } of this.#pages) {
					if (path === null) session.sendState();
					else if (session.models.includes(path)) session.lookAtModel();
				}
			}),
		];
	}

	get store(): ReportStore {
		return this.services.store;
	}

	/** The open pages, in the order in which they were opened. */
	get all(): readonly OpenPage[] {
		return [...this.#pages].map(({ kind, session }) => ({
			id: session.id,
			kind,
			title: session.title,
			phase: session.phase,
			models: session.models,
			cancel: () => session.cancel(),
		}));
	}

	/** Opens a page with a new session of the kind. */
	open<S extends Session>(kind: PageKind, make: (id: string, around: PageSurroundings) => S): S {
		return this.#create(kind, randomUUID(), make, null);
	}

	/** As `open`, in a panel that the editor made for a file. */
	openIn<S extends Session>(
		panel: vscode.WebviewPanel,
		kind: PageKind,
		make: (id: string, around: PageSurroundings) => S,
	): S {
		return this.#create(kind, randomUUID(), make, panel);
	}

	/** Opens a page on a stored report, or shows the one that has it. Throws `unreadable-data`. */
	openStored(id: string, { head, content }: StoredReport): void {
		if (this.reveal(id)) return;
		const kind = this.#kindNamed(head.kind);
		this.#create(kind, id, (_id, around) => kind.restore(id, content, around), null);
	}

	/** Brings the page with this report to the front; false where there is none. */
	reveal(id: string): boolean {
		const open = [...this.#pages].find(({ session }) => session.id === id);
		open?.panel.panel.reveal();
		return open !== undefined;
	}

	/** The page in front; null where another editor is. */
	get front(): PagePanel | null {
		return [...this.#pages].find(({ panel }) => panel.panel.active)?.panel ?? null;
	}

	/** Writes what is not stored yet. */
	flush(): Promise<void> {
		return this.store.flush();
	}

	dispose(): void {
		for (const { session, panel } of this.#pages) {
			session.dispose();
			panel.dispose();
		}
		vscode.Disposable.from(...this.#disposables).dispose();
	}

	#kindNamed(name: string): PageKind {
		const kind = this.services.kinds.find((kind) => kind.name === name);
		if (kind) return kind;
		throw new BlindspotError(
			"unreadable-data",
			`This version of Blindspot has no page for reports of the kind '${name}'.`,
		);
	}

	#registerSerializer(kind: PageKind): vscode.Disposable {
		return vscode.window.registerWebviewPanelSerializer(viewType(kind), {
			deserializeWebviewPanel: async (panel, state) => {
				const id = pageState.safeParse(state).data?.report ?? null;
				try {
					if (id === null) throw new Error("The page had no report.");
					const { content } = await this.store.load(id);
					this.#create(kind, id, (_id, around) => kind.restore(id, content, around), panel);
				} catch (thrown) {
					this.services.log.warn(`The page could not be brought back: ${asBlindspotError(thrown).message}`);
					const page = this.#create(kind, randomUUID(), (id, around) => kind.empty(id, around), panel);
					this.#panelOf(page)?.notice(
						vscode.l10n.t("This page's results are no longer stored. Run again to get new ones."),
						"error",
					);
				}
			},
		});
	}

	#panelOf(session: Session): PagePanel | null {
		return [...this.#pages].find((page) => page.session === session)?.panel ?? null;
	}

	#create<S extends Session>(
		kind: PageKind,
		id: string,
		make: (id: string, around: PageSurroundings) => S,
		restored: vscode.WebviewPanel | null,
	): S {
		const { client, catalog, active, log } = this.services;
		let panel: PagePanel | null = null;
		const session: S = make(id, {
			client,
			models: () => catalog.usable.map(({ path, name }) => ({ path, name })),
			activeModel: () => active.path,
			modelRequest: (path) => catalog.request(path),
			modelChanged: async (models, reported) => (await modelStatus(models, reported, catalog)) === "changed",
			dataOf: dataOfModel,
			post: (message) => panel?.post(message),
			notice: (words, severity) => panel?.notice(words, severity),
			changed: (urgent) => {
				if (panel) panel.panel.title = session.title;
				this.#show();
				if (session.stored !== null) this.store.save(session.id, () => session.stored, urgent);
			},
			failed: (error) => log.error(error),
		});
		const webviewPanel =
			restored ??
			vscode.window.createWebviewPanel(
				viewType(kind),
				session.title,
				vscode.ViewColumn.Active,
				panelOptions(this.services.extensionUri),
			);
		panel = new PagePanel(webviewPanel, kind, session, this.services);
		const page: Page = { kind, panel, session };
		this.#pages.add(page);
		webviewPanel.onDidChangeViewState(() => this.#show());
		webviewPanel.onDidDispose(() => {
			this.#pages.delete(page);
			session.dispose();
			page.panel.dispose();
			this.#show();
		});
		this.#show();
		return session;
	}

	#show(): void {
		this.#changed.fire();
		const front = [...this.#pages].find(({ panel }) => panel.panel.active);
		const running = front?.session.phase.kind === "running";
		if (running === this.#frontRuns) return;
		this.#frontRuns = running;
		void vscode.commands.executeCommand("setContext", RUNNING_CONTEXT, running);
	}
}
