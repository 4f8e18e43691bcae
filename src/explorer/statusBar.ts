/** The active model with the health of the compute process, and what runs. */
import * as vscode from "vscode";
import type { ComputeClient } from "../compute/process/client.js";
import type { ComputeState } from "../compute/process/restartingProcess.js";
import type { BackendInfo } from "../compute/reports/report.js";
import type { OpenPage } from "../webviews/pages.js";
import type { ActiveModel } from "./activeModel.js";
import type { ModelCatalog } from "./modelCatalog.js";

/** An analysis that runs: "Adversarial", "2 of 3 images". */
export interface Running {
	readonly label: string;
	readonly words: string;
}

/** What runs of the open pages. */
export function runningOf(pages: readonly OpenPage[]): readonly Running[] {
	return pages.flatMap(({ kind, phase }) =>
		phase.kind === "running" ? [{ label: kind.label, words: phase.words }] : [],
	);
}

const BACKEND_NAMES: Readonly<Record<BackendInfo["name"], string>> = {
	native: "native TensorFlow",
	wasm: "WebAssembly",
	js: "JavaScript",
};

export class StatusBar implements vscode.Disposable {
	readonly #model = vscode.window.createStatusBarItem("blindspot.model", vscode.StatusBarAlignment.Left, 10);
	readonly #runs = vscode.window.createStatusBarItem("blindspot.runs", vscode.StatusBarAlignment.Left, 9);
	readonly #disposables: vscode.Disposable[];
	#running: readonly Running[] = [];

	constructor(
		readonly client: ComputeClient,
		readonly catalog: ModelCatalog,
		readonly active: ActiveModel,
	) {
		this.#model.name = vscode.l10n.t("Blindspot Model");
		this.#runs.name = vscode.l10n.t("Blindspot Runs");
		this.#runs.command = "blindspot.showRunning";
		const show = () => this.#show();
		this.#disposables = [
			this.#model,
			this.#runs,
			client.onState(show),
			catalog.onDidChange(show),
			active.onDidChange(show),
			vscode.workspace.onDidGrantWorkspaceTrust(show),
		];
		this.#show();
	}

	setRunning(running: readonly Running[]): void {
		this.#running = running;
		this.#show();
	}

	dispose(): void {
		vscode.Disposable.from(...this.#disposables).dispose();
	}

	#show(): void {
		if (!vscode.workspace.isTrusted) {
			this.#model.hide();
			this.#runs.hide();
			return;
		}
		this.#showModel(this.client.state);
		this.#showRuns();
	}

	#showModel(state: ComputeState): void {
		const { path } = this.active;
		const name = path === null ? this.#noModelWords() : (this.catalog.get(path)?.name ?? path);
		this.#model.backgroundColor = undefined;
		this.#model.command = "blindspot.chooseModel";
		if (state.kind === "ended") {
			this.#model.text = `$(error) ${vscode.l10n.t("Compute process stopped")}`;
			this.#model.backgroundColor = new vscode.ThemeColor("statusBarItem.errorBackground");
			this.#model.command = "blindspot.showLog";
			this.#model.tooltip = vscode.l10n.t(
				"{0} It restarts on the next request. Click to show the log.",
				state.error.message,
			);
		} else {
			const backend = state.kind === "ready" || state.kind === "working" ? state.backend : null;
			const slow = backend?.note ?? null;
			this.#model.text = slow && backend ? `$(warning) ${name}, ${BACKEND_NAMES[backend.name]}` : `$(eye) ${name}`;
			if (slow) this.#model.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
			this.#model.tooltip = this.#tooltip(path, backend);
		}
		this.#model.accessibilityInformation = { label: `Blindspot: ${this.#model.text.replace(/\$\([^)]*\) ?/g, "")}` };
		this.#model.show();
	}

	#noModelWords(): string {
		return this.catalog.usable.length === 0 ? vscode.l10n.t("No model") : vscode.l10n.t("Choose model");
	}

	#tooltip(path: string | null, backend: BackendInfo | null): string {
		const lines = [path === null ? vscode.l10n.t("No active model.") : vscode.workspace.asRelativePath(path)];
		if (backend) lines.push(vscode.l10n.t("Backend: {0}, {1}", BACKEND_NAMES[backend.name], backend.version));
		if (backend?.note) lines.push(backend.note);
		lines.push(vscode.l10n.t("Click to choose the model."));
		return lines.join("\n");
	}

	#showRuns(): void {
		const [first, ...others] = this.#running.map(({ label, words }) => `${label}: ${words}`);
		if (first === undefined) {
			this.#runs.hide();
			return;
		}
		const text = others.length === 0 ? first : vscode.l10n.t("{0} analyses", others.length + 1);
		this.#runs.text = `$(sync~spin) ${text}`;
		this.#runs.tooltip = [first, ...others, vscode.l10n.t("Click to show the page.")].join("\n");
		this.#runs.accessibilityInformation = { label: `Blindspot: ${[first, ...others].join(", ")}` };
		this.#runs.show();
	}
}
