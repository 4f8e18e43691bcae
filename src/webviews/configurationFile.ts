/** Opens the `blindspot.json` that goes with a model; makes one where there is none. */
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import {
	CONFIGURATION_NAME,
	findConfiguration,
	readConfiguration,
	settingsForModel,
} from "../compute/data/configuration.js";
import { globForModel, writeEntry } from "../compute/data/configurationWriting.js";

/** Where a new configuration goes: the workspace folder of the model, or beside a model outside of it. */
export function configurationPathFor(model: string): string {
	const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(model))?.uri.fsPath;
	return join(folder ?? dirname(model), CONFIGURATION_NAME);
}

/** Opens the configuration; where there is none, with an entry for the model that says nothing: what is only assumed is not written down. */
export async function openConfiguration(model: string | null): Promise<void> {
	const folder =
		model === null ? null : (vscode.workspace.getWorkspaceFolder(vscode.Uri.file(model))?.uri.fsPath ?? null);
	const existing = model === null ? null : await findConfiguration(model, folder);
	const path = existing ?? (model === null ? null : configurationPathFor(model));
	if (path === null) return;
	if (existing === null && model !== null) await writeEntry(path, globForModel(path, model));
	await vscode.window.showTextDocument(vscode.Uri.file(path), { viewColumn: vscode.ViewColumn.Beside });
}

/** The first data set that `blindspot.json` names for a model; null where it names none or can't be read. */
export async function dataOfModel(model: string): Promise<string | null> {
	const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(model))?.uri.fsPath ?? null;
	const path = await findConfiguration(model, folder);
	if (path === null) return null;
	try {
		return settingsForModel(path, await readConfiguration(path), model)?.data[0] ?? null;
	} catch {
		// The run says what is wrong with it.
		return null;
	}
}
