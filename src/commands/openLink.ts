import { isAbsolute } from "node:path";
import * as vscode from "vscode";
import { BlindspotError } from "../compute/errors.js";
import type { ModelCatalog } from "../explorer/modelCatalog.js";
import { trusted } from "../trust.js";
import { openUnitPage } from "../webviews/unit/kind.js";
import { linkedUnit } from "../webviews/unit/link.js";
import type { Command } from "./command.js";

/** Opens the page that a copied link is to; asks for the link where it isn't given. */
export const openLink: Command = {
	name: "openLink",
	async run({ catalog, pages }, given) {
		if (!(await trusted())) return;
		const link = typeof given === "string" ? given : await askForLink();
		if (link === undefined) return;
		const question = linkedUnit(link.trim());
		const { model, data } = question;
		await catalog.found();
		await openUnitPage(pages, {
			...question,
			model: model === null ? null : await inWorkspace(model, catalog),
			data: data && { ...data, path: await inWorkspace(data.path, catalog) },
		});
	},
};

function askForLink(): Thenable<string | undefined> {
	return vscode.window.showInputBox({
		title: vscode.l10n.t("Open Link to a Unit"),
		prompt: vscode.l10n.t("Paste the link that you copied from a unit's page"),
		placeHolder: "vscode://blindspot.blindspot/unit?…",
		ignoreFocusOut: true,
	});
}

/** The path of a file that lies in the workspace, or that the workspace knows as a model: a link opens no others. */
async function inWorkspace(path: string, catalog: ModelCatalog): Promise<string> {
	const folders = vscode.workspace.workspaceFolders ?? [];
	const candidates = isAbsolute(path)
		? [vscode.Uri.file(path)]
		: folders.map(({ uri }) => vscode.Uri.joinPath(uri, path));
	for (const uri of candidates) {
		const known = vscode.workspace.getWorkspaceFolder(uri) !== undefined || catalog.get(uri.fsPath) !== null;
		if (known && (await exists(uri))) return uri.fsPath;
	}
	throw new BlindspotError("bad-request", `The link names '${path}', which is not in this workspace.`, path);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
	return vscode.workspace.fs.stat(uri).then(
		() => true,
		() => false,
	);
}
