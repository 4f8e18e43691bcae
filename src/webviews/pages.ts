/** All open pages: opens them, brings them back after a reload, and knows what runs. */
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { z } from "zod";
import type { ComputeClient } from "../compute/client.js";
import { asBlindspotError } from "../compute/errors.js";
import type { RunData, RunQuestion, StoredRun } from "../compute/reportFile.js";
import type { ActiveModel } from "../explorer/activeModel.js";
import type { ModelCatalog } from "../explorer/modelCatalog.js";
import type { Running } from "../explorer/statusBar.js";
import { attackSettings } from "../settings.js";
import type { KeyCommand } from "./adversarial/messages.js";
import { AdversarialPanel, pageTitle, panelOptions, VIEW_TYPE } from "./panel.js";
import type { RunStore } from "./runStore.js";
import { AttackSession, type SessionStart } from "./session/attackSession.js";

export interface PagesServices {
	readonly extensionUri: vscode.Uri;
	readonly client: ComputeClient;
	readonly catalog: ModelCatalog;
	readonly active: ActiveModel;
	readonly log: vscode.LogOutputChannel;
	readonly store: RunStore;
}

interface Page {
	readonly panel: AdversarialPanel;
	readonly session: AttackSession;
}

/** True while the page in front has a run; the key that cancels is for then. */
const RUNNING_CONTEXT = "blindspot.adversarialRunning";

/** What the page keeps in its own state. */
const pageState = z.object({ report: z.string().nullable() });

export class AdversarialPages implements vscode.Disposable, vscode.WebviewPanelSerializer {
	readonly #pages = new Set<Page>();
	readonly #changed = new vscode.EventEmitter<Running>();
	/** What runs, all pages together. */
	readonly onDidChangeRunning = this.#changed.event;
	readonly #disposables: vscode.Disposable[];

	constructor(readonly services: PagesServices) {
		const { catalog, log } = services;
		this.#disposables = [
			this.#changed,
			vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
			catalog.onDidChange((path) => {
				if (path === null) for (const { session } of this.#pages) session.sendState();
			}),
		];
		log.debug("pages: ready");
	}

	get store(): RunStore {
		return this.services.store;
	}

	/** Opens a page and runs at once where it knows the model and the pictures. The answer names the page. */
	open(question: Partial<RunQuestion>, sources: readonly string[], skipped: string | null = null): string {
		return this.#open(question, { kind: "pictures" }, sources, skipped);
	}

	/** As `open`, on part of a data set, balanced over its classes; `take` null for all of it. */
	openDataset(model: string, path: string, take: number | null): string {
		return this.#open({ model }, { kind: "dataset", path, take }, [], null);
	}

	/** Opens a page on a stored run, or shows the one that has it. */
	openStored(id: string, run: StoredRun): void {
		const open = [...this.#pages].find(({ session }) => session.id === id);
		if (open) open.panel.panel.reveal();
		else this.#create(id, { kind: "stored", run }, null, null);
	}

	async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
		const id = pageState.safeParse(state).data?.report ?? null;
		try {
			if (id === null) throw new Error("The page had no run.");
			this.#create(id, { kind: "stored", run: await this.store.load(id) }, null, panel);
		} catch (thrown) {
			this.services.log.warn(`The page could not be brought back: ${asBlindspotError(thrown).message}`);
			const { options, seed } = attackSettings();
			const question: RunQuestion = { model: this.services.active.path, ...options, seed };
			const words = vscode.l10n.t("The results of this page are no longer stored.");
			this.#create(randomUUID(), { kind: "new", question, data: { kind: "pictures" }, sources: [] }, words, panel);
		}
	}

	/** The page in front; null where another editor is. */
	get front(): AdversarialPanel | null {
		return [...this.#pages].find(({ panel }) => panel.panel.active)?.panel ?? null;
	}

	key(command: KeyCommand): void {
		this.front?.key(command);
	}

	/** Brings a page that runs to the front. */
	showRunning(): void {
		[...this.#pages].find(({ session }) => session.running)?.panel.panel.reveal();
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

	#open(question: Partial<RunQuestion>, data: RunData, sources: readonly string[], skipped: string | null): string {
		const { options, seed } = attackSettings();
		const asked: RunQuestion = { model: null, ...options, seed, ...question };
		const page = this.#create(randomUUID(), { kind: "new", question: asked, data, sources }, skipped, null);
		if (asked.model !== null && (sources.length > 0 || data.kind === "dataset")) void page.session.run(asked);
		return page.session.id;
	}

	#create(id: string, start: SessionStart, skipped: string | null, restored: vscode.WebviewPanel | null): Page {
		const { client, catalog, log } = this.services;
		const webviewPanel = restored ?? this.#newPanel(start.kind === "new" ? start.sources : sourcesOf(start.run));
		const panel = new AdversarialPanel(webviewPanel, this.services);
		const session: AttackSession = new AttackSession(id, start, {
			client,
			models: () => catalog.usable.map(({ path, name }) => ({ path, name })),
			modelRequest: (path) => catalog.request(path),
			post: (message) => panel.post(message),
			changed: (urgent) => {
				panel.panel.title = pageTitle(session.sources);
				this.#showRunning();
				if (session.sources.length > 0) this.store.save(session.id, () => session.stored, urgent);
			},
			skipped,
			failed: (error) => log.error(error),
		});
		const page: Page = { panel, session };
		this.#pages.add(page);
		webviewPanel.onDidChangeViewState(() => this.#showRunning());
		webviewPanel.onDidDispose(() => {
			this.#pages.delete(page);
			session.dispose();
			panel.dispose();
			this.#showRunning();
		});
		panel.show(session);
		return page;
	}

	#newPanel(sources: readonly string[]): vscode.WebviewPanel {
		const options = panelOptions(this.services.extensionUri);
		return vscode.window.createWebviewPanel(VIEW_TYPE, pageTitle(sources), vscode.ViewColumn.Active, options);
	}

	#showRunning(): void {
		const running = [...this.#pages].filter(({ session }) => session.running).map(({ session }) => session.counts);
		const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
		this.#changed.fire({
			pages: running.length,
			done: sum(running.map(({ done }) => done)),
			of: sum(running.map(({ of }) => of)),
		});
		const front = [...this.#pages].find(({ panel }) => panel.panel.active);
		void vscode.commands.executeCommand("setContext", RUNNING_CONTEXT, front?.session.running ?? false);
	}
}

function sourcesOf(run: StoredRun): readonly string[] {
	return run.rows.map((row) => row.image.source);
}
