/** The extension's side of one page: its document, its messages and what they ask of the editor. */
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { asBlindspotError } from "../compute/errors.js";
import type { ComputeClient } from "../compute/process/client.js";
import type { ActiveModel } from "../explorer/activeModel.js";
import { trusted } from "../trust.js";
import { parseCommonMessage } from "./commonMessages.js";
import { openConfiguration } from "./configurationFile.js";
import { chooseData } from "./dataChoice.js";
import { exportPage } from "./exporting.js";
import type { CommonExtensionMessage, CommonPageMessage, ExportFormat } from "./messages.js";
import type { PageKind, Session } from "./pageKind.js";
import { html } from "./shell.js";

export interface PanelServices {
	readonly extensionUri: vscode.Uri;
	readonly client: ComputeClient;
	readonly active: ActiveModel;
	readonly log: vscode.LogOutputChannel;
}

/** What a page that came back in an untrusted workspace may do all the same; the page's own messages may read files. */
const READS_NOTHING: ReadonlySet<CommonPageMessage["type"]> = new Set([
	"ready",
	"cancel",
	"copy",
	"export",
	"openMemorySetting",
	"showLog",
	"restartCompute",
]);

export function viewType({ name }: PageKind): string {
	return `blindspot.${name}`;
}

export function panelOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
	return { enableScripts: true, localResourceRoots: [bundlesFolder(extensionUri)] };
}

function bundlesFolder(extensionUri: vscode.Uri): vscode.Uri {
	return vscode.Uri.joinPath(extensionUri, "dist", "webviews");
}

export class PagePanel implements vscode.Disposable {
	readonly #disposables: vscode.Disposable[] = [];
	/** The page has asked for its content since it was last shown. */
	#listening = false;
	/** Notices for a page that doesn't listen yet. */
	#unheard: CommonExtensionMessage[] = [];

	constructor(
		readonly panel: vscode.WebviewPanel,
		readonly kind: PageKind,
		readonly session: Session,
		readonly services: PanelServices,
	) {
		const { webview } = panel;
		webview.options = panelOptions(services.extensionUri);
		const icon = (theme: string) => vscode.Uri.joinPath(services.extensionUri, "media", `${kind.name}-${theme}.svg`);
		panel.iconPath = { light: icon("light"), dark: icon("dark") };
		panel.title = session.title;
		this.#disposables.push(
			webview.onDidReceiveMessage((message: unknown) => void this.#receive(message)),
			panel.onDidChangeViewState(() => {
				// A hidden page is thrown away; it says `ready` when it is shown again.
				if (!panel.visible) this.#listening = false;
			}),
		);
		webview.html = this.#document();
	}

	post(message: object): void {
		if (this.#listening) void this.panel.webview.postMessage(message);
	}

	key(command: string): void {
		this.post({ type: "key", command } satisfies CommonExtensionMessage);
	}

	notice(words: string, severity: "info" | "error" = "info"): void {
		const message: CommonExtensionMessage = { type: "notice", words, severity };
		if (this.#listening) this.post(message);
		else this.#unheard.push(message);
	}

	/** Saves the report of what is finished where the person says. */
	async export(format: ExportFormat): Promise<void> {
		const { exported } = this.session;
		if (exported === null) return this.notice(vscode.l10n.t("There's nothing to export yet."), "error");
		const { kind, panel, services } = this;
		const bundles = bundlesFolder(services.extensionUri);
		const words = await exportPage({ name: kind.name, title: panel.title, bundles, exported }, format);
		if (words !== null) this.notice(words);
	}

	dispose(): void {
		vscode.Disposable.from(...this.#disposables).dispose();
	}

	#document(): string {
		const { webview } = this.panel;
		const file = (name: string) =>
			webview.asWebviewUri(vscode.Uri.joinPath(bundlesFolder(this.services.extensionUri), name)).toString();
		return html({
			cspSource: webview.cspSource,
			scriptUri: file(`${this.kind.name}.js`),
			styleUri: file(`${this.kind.name}.css`),
			nonce: randomBytes(18).toString("base64"),
			title: this.panel.title,
			element: `blindspot-${this.kind.name}`,
		});
	}

	async #receive(received: unknown): Promise<void> {
		try {
			const message = parseCommonMessage(received);
			if (message === null || !READS_NOTHING.has(message.type)) {
				if (!(await trusted())) return;
			}
			if (message !== null) return await this.#do(message);
			if (await this.session.receive(received)) return;
			this.services.log.warn(`A message from the page was not understood: ${JSON.stringify(received)?.slice(0, 200)}`);
		} catch (thrown) {
			const error = asBlindspotError(thrown);
			if (error.reason === "cancelled") return;
			this.services.log.error(error);
			this.notice(error.message, "error");
		}
	}

	async #do(message: CommonPageMessage): Promise<void> {
		const { session, services } = this;
		switch (message.type) {
			case "ready":
				this.#listening = true;
				session.sendAll();
				for (const notice of this.#unheard.splice(0)) this.post(notice);
				return;
			case "cancel":
				return session.cancel();
			case "chooseModel": {
				const model = await services.active.choose();
				return model === null ? undefined : session.setModel(model);
			}
			case "chooseData": {
				const data = await chooseData(message.from);
				return data === null ? undefined : session.setData(data);
			}
			case "copy":
				await vscode.env.clipboard.writeText(message.text);
				return this.notice(vscode.l10n.t("Copied."));
			case "export":
				return this.export(message.format);
			case "openSource":
				return openSource(message.source);
			case "openConfiguration":
				return openConfiguration(session.models[0] ?? null);
			case "openMemorySetting":
				await vscode.commands.executeCommand("workbench.action.openSettings", "blindspot.computeMemory");
				return;
			case "showLog":
				return services.log.show();
			case "restartCompute":
				await services.client.restart();
				return;
		}
	}
}

async function openSource(source: string): Promise<void> {
	const file = vscode.Uri.file(source.replace(/#\d+$/, ""));
	await vscode.commands.executeCommand("vscode.open", file, vscode.ViewColumn.Beside);
}
