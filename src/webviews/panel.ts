/** The extension's side of one page "Adversarial": its document, its messages and what they ask for. */
import { randomBytes } from "node:crypto";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { ComputeClient } from "../compute/client.js";
import { findConfiguration } from "../compute/data/configuration.js";
import { globForModel, writePreprocessing } from "../compute/data/configurationWriting.js";
import type { Preprocessing } from "../compute/data/types.js";
import { asBlindspotError } from "../compute/errors.js";
import type { ActiveModel } from "../explorer/activeModel.js";
import { trusted } from "../trust.js";
import type { ExtensionMessage, KeyCommand, PageMessage } from "./adversarial/messages.js";
import { parsePageMessage } from "./adversarial/pageMessages.js";
import { configurationPathFor, openConfiguration } from "./configurationFile.js";
import { exportReport } from "./exporting.js";
import { choosePictures } from "./pictureChoice.js";
import { NothingToSave, saveAll, saveImage } from "./saving.js";
import type { AttackSession } from "./session/attackSession.js";
import { html } from "./shell.js";

export const VIEW_TYPE = "blindspot.adversarial";

export interface PanelServices {
	readonly extensionUri: vscode.Uri;
	readonly client: ComputeClient;
	readonly active: ActiveModel;
	readonly log: vscode.LogOutputChannel;
}

/** What a page that came back in an untrusted workspace may not do. */
const READS_FILES: ReadonlySet<PageMessage["type"]> = new Set([
	"run",
	"runImage",
	"runOthers",
	"chooseModel",
	"chooseImages",
	"openConfiguration",
	"acceptPreprocessing",
]);

export function panelOptions(extensionUri: vscode.Uri): vscode.WebviewOptions {
	return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist", "webviews")] };
}

export class AdversarialPanel implements vscode.Disposable {
	readonly #disposables: vscode.Disposable[] = [];
	#session: AttackSession | null = null;
	/** The page has asked for its content since it was last shown. */
	#listening = false;

	constructor(
		readonly panel: vscode.WebviewPanel,
		readonly services: PanelServices,
	) {
		const { webview } = panel;
		webview.options = panelOptions(services.extensionUri);
		const media = vscode.Uri.joinPath(services.extensionUri, "media");
		panel.iconPath = {
			light: vscode.Uri.joinPath(media, "adversarial-light.svg"),
			dark: vscode.Uri.joinPath(media, "adversarial-dark.svg"),
		};
		this.#disposables.push(
			webview.onDidReceiveMessage((message: unknown) => void this.#receive(message)),
			panel.onDidChangeViewState(() => {
				// A hidden page is thrown away; it says `ready` when it is shown again.
				if (!panel.visible) this.#listening = false;
			}),
		);
	}

	/** Shows a session; the page is loaded once there is one. */
	show(session: AttackSession): void {
		this.#session = session;
		this.panel.title = pageTitle(session.sources);
		this.panel.webview.html = this.#document();
	}

	post(message: ExtensionMessage): void {
		if (this.#listening) void this.panel.webview.postMessage(message);
	}

	key(command: KeyCommand): void {
		this.post({ type: "key", command });
	}

	notice(words: string, severity: "info" | "error" = "info"): void {
		this.post({ type: "notice", words, severity });
	}

	dispose(): void {
		vscode.Disposable.from(...this.#disposables).dispose();
	}

	#document(): string {
		const { webview } = this.panel;
		const file = (name: string) =>
			webview.asWebviewUri(vscode.Uri.joinPath(this.services.extensionUri, "dist", "webviews", name)).toString();
		return html({
			cspSource: webview.cspSource,
			scriptUri: file("adversarial.js"),
			styleUri: file("adversarial.css"),
			nonce: randomBytes(18).toString("base64"),
			title: this.panel.title,
			element: "blindspot-adversarial",
		});
	}

	async #receive(received: unknown): Promise<void> {
		const message = parsePageMessage(received);
		const session = this.#session;
		if (message === null || session === null) {
			this.services.log.warn(`A message from the page was not understood: ${JSON.stringify(received)?.slice(0, 200)}`);
			return;
		}
		try {
			if (READS_FILES.has(message.type) && !(await trusted())) return;
			await this.#do(message, session);
		} catch (thrown) {
			if (thrown instanceof NothingToSave) return this.notice(thrown.message, "error");
			const error = asBlindspotError(thrown);
			if (error.reason === "cancelled") return;
			this.services.log.error(error);
			this.notice(error.message, "error");
		}
	}

	async #do(message: PageMessage, session: AttackSession): Promise<void> {
		const { client } = this.services;
		switch (message.type) {
			case "ready":
				this.#listening = true;
				return session.sendAll();
			case "run": {
				const { model, method, target, budget } = message;
				await this.services.active.set(model);
				return session.run({ ...session.asked, model, method, target, budget });
			}
			case "runImage":
				return session.runImage(message.index, message.target, message.budget);
			case "runOthers":
				return session.runOthers();
			case "cancel":
				return session.cancel();
			case "stopImage":
				return session.stopImage(message.index);
			case "chooseModel":
				return this.#chooseModel(session);
			case "chooseImages":
				return this.#chooseImages(session);
			case "save":
				return this.#say(await saveImage(session, client, message.index, message.what, message.factor));
			case "saveAll":
				return this.#say(await saveAll(session, client, message.factor));
			case "copy":
				await vscode.env.clipboard.writeText(message.text);
				return this.notice(vscode.l10n.t("Copied."));
			case "exportJson":
				return this.exportJson();
			case "openSource":
				return this.#openSource(session, message.index);
			case "openConfiguration":
				return openConfiguration(session.asked.model, session.preprocessing);
			case "acceptPreprocessing":
				return this.#acceptPreprocessing(session, session.offered);
			case "openMemorySetting":
				await vscode.commands.executeCommand("workbench.action.openSettings", "blindspot.computeMemory");
				return;
			case "showLog":
				return this.services.log.show();
			case "restartCompute":
				await client.restart();
				return;
		}
	}

	/** Saves the report of what is finished as the CLI prints it. */
	async exportJson(): Promise<void> {
		const report = this.#session?.report ?? null;
		if (report === null) return this.notice(vscode.l10n.t("Nothing is finished yet."), "error");
		this.#say(await exportReport(report));
	}

	#say(words: string | null): void {
		if (words !== null) this.notice(words);
	}

	async #chooseModel(session: AttackSession): Promise<void> {
		const model = await this.services.active.choose();
		if (model === null) return;
		const question = { ...session.asked, model };
		// With nothing to lose the answer is at once what was wanted.
		if (session.hasResults || session.sources.length === 0) return session.ask(question);
		return session.run(question);
	}

	async #chooseImages(session: AttackSession): Promise<void> {
		const choice = await choosePictures();
		if (choice === null || choice.pictures.length === 0) return;
		session.setSources(choice.pictures);
		this.panel.title = pageTitle(session.sources);
		if (choice.skipped !== null) this.notice(choice.skipped);
		if (session.asked.model !== null) await session.run(session.asked);
	}

	async #openSource(session: AttackSession, index: number): Promise<void> {
		const source = session.row(index)?.image.source.replace(/#\d+$/, "");
		if (source) await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(source), vscode.ViewColumn.Beside);
	}

	async #acceptPreprocessing(session: AttackSession, offered: Preprocessing | null): Promise<void> {
		const { model } = session.asked;
		if (model === null || offered === null) return;
		const path = (await findConfiguration(model, workspaceRoot(model))) ?? configurationPathFor(model);
		await writePreprocessing(path, globForModel(path, model), offered);
		this.notice(vscode.l10n.t("Written to {0}; the images run again.", vscode.workspace.asRelativePath(path)));
		await session.run(session.asked);
	}
}

function workspaceRoot(path: string): string | null {
	return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path))?.uri.fsPath ?? null;
}

/** "Adversarial: jay.jpg", "Adversarial: 3 images". */
export function pageTitle(sources: readonly string[]): string {
	const [first] = sources;
	if (first === undefined) return vscode.l10n.t("Adversarial");
	return sources.length === 1
		? vscode.l10n.t("Adversarial: {0}", basename(first))
		: vscode.l10n.t("Adversarial: {0} images", sources.length);
}
