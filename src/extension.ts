/** Entry of the extension in VS Code's extension host: wires the rooms together. */
import * as vscode from "vscode";
import { register } from "./commands/command.js";
import { commands } from "./commands/index.js";
import { offerRestart } from "./commands/restartCompute.js";
import { ComputeClient } from "./compute/process/client.js";
import { ActiveModel } from "./explorer/activeModel.js";
import { ConfigurationDiagnostics } from "./explorer/configurationDiagnostics.js";
import { ModelCatalog } from "./explorer/modelCatalog.js";
import { MOST_FILES } from "./explorer/modelSearch.js";
import { ModelsTree } from "./explorer/modelsView.js";
import { ReportsTree } from "./explorer/reportsView.js";
import { watchSavedModels } from "./explorer/savedModels.js";
import { runningOf, StatusBar } from "./explorer/statusBar.js";
import { cutShortSentence } from "./explorer/wording.js";
import type { Services } from "./services.js";
import { COMPUTE_SETTINGS, computeSettings, keptReports } from "./settings.js";
import { followWalkthrough } from "./walkthrough.js";
import { PAGE_KINDS } from "./webviews/kinds.js";
import { registerModelEditor } from "./webviews/model/editor.js";
import { Pages } from "./webviews/pages.js";
import { ReportStore } from "./webviews/reportStore.js";

let closing: () => Promise<void> = async () => undefined;

/** What other extensions and the tests in the host may use. */
export type Api = Pick<Services, "client" | "catalog" | "active" | "pages">;

export function activate(context: vscode.ExtensionContext): Api {
	const log = vscode.window.createOutputChannel("Blindspot", { log: true });
	const client = new ComputeClient({
		hostPath: vscode.Uri.joinPath(context.extensionUri, "dist", "host.js").fsPath,
		settings: computeSettings,
		held: () => void offerRestart(),
		log,
	});
	const catalog = new ModelCatalog(client, context.workspaceState);
	const active = new ActiveModel(catalog, context.workspaceState);
	const store = new ReportStore({
		folder: vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, "runs").fsPath,
		keep: keptReports,
		failed: (error) => log.error(`A report could not be stored: ${String(error)}`),
	});
	const pages = new Pages({
		extensionUri: context.extensionUri,
		client,
		catalog,
		active,
		log,
		store,
		kinds: PAGE_KINDS,
	});
	const services: Services = { context, log, client, catalog, active, pages };

	const tree = new ModelsTree(catalog, active);
	const view = vscode.window.createTreeView("blindspot.models", { treeDataProvider: tree, showCollapseAll: true });
	const sayCutShort = () => {
		view.message = cutShortSentence(catalog.cutShort, MOST_FILES) ?? "";
	};
	const reports = new ReportsTree(context.extensionUri, pages, catalog);
	const statusBar = new StatusBar(client, catalog, active);
	context.subscriptions.push(
		log,
		catalog,
		active,
		pages,
		tree,
		view,
		catalog.onDidChange(sayCutShort),
		reports,
		vscode.window.createTreeView("blindspot.reports", { treeDataProvider: reports, showCollapseAll: true }),
		statusBar,
		new ConfigurationDiagnostics(catalog),
		followWalkthrough(catalog, pages),
		...commands.map((command) => register(services, command)),
		registerModelEditor(pages),
		watchSavedModels(),
		vscode.window.registerUriHandler({
			handleUri: ({ scheme, authority, path, query }) =>
				void vscode.commands.executeCommand("blindspot.openLink", `${scheme}://${authority}${path}?${query}`),
		}),
		pages.onDidChange(() => {
			const running = runningOf(pages.all);
			statusBar.setRunning(running);
			const tooltip = vscode.l10n.t("{0} running", running.length);
			view.badge = running.length === 0 ? undefined : { value: running.length, tooltip };
		}),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (COMPUTE_SETTINGS.some((setting) => event.affectsConfiguration(setting))) client.settingsChanged();
		}),
	);
	void catalog.found();
	closing = async () => {
		await pages.flush();
		await client.dispose();
	};
	return { client, catalog, active, pages };
}

export function deactivate(): Promise<void> {
	return closing();
}
