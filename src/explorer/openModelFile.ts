/** The dialog in which a person finds a model file that isn't in a list. */
import * as vscode from "vscode";
import { MODEL_EXTENSIONS } from "../compute/formats/formats.js";

/** Path of the file; null where the person chose none. */
export async function openModelFile(): Promise<string | null> {
	const chosen = await vscode.window.showOpenDialog({
		title: vscode.l10n.t("Open Model File"),
		openLabel: vscode.l10n.t("Open"),
		filters: { [vscode.l10n.t("Models")]: [...MODEL_EXTENSIONS] },
	});
	return chosen?.[0]?.fsPath ?? null;
}
