import * as vscode from "vscode";
import { isSameModel } from "../compute/data/pathNames.js";
import { openModelFile } from "../explorer/openModelFile.js";
import { trusted } from "../trust.js";
import { openModel } from "../webviews/model/kind.js";
import type { Command } from "./command.js";
import { pathOf } from "./inspectModel.js";

type Choice = vscode.QuickPickItem & { readonly path: string | null };

/**
 * Shows two models side by side: those two that are selected in the explorer, or the one that was pointed at and an
 * earlier one that is asked for.
 */
export const compareModels: Command = {
	name: "compareModels",
	async run({ active, catalog, pages }, pointedAt, selection) {
		if (!(await trusted())) return;
		const selected = Array.isArray(selection) ? selection.map(pathOf).filter((path) => path !== null) : [];
		const model = pathOf(pointedAt) ?? (await active.choose());
		if (model === null) return;
		const [other] = selected.length === 2 ? selected.filter((path) => path !== model) : [];
		await catalog.found();
		const against = other ?? (await choose(catalog.usable.filter(({ path }) => !isSameModel(path, model))));
		if (against !== null) openModel(pages, { model, against });
	},
};

async function choose(models: readonly { readonly path: string; readonly name: string }[]): Promise<string | null> {
	const browse: Choice = { label: `$(folder-opened) ${vscode.l10n.t("Open Model File…")}`, path: null };
	const items: readonly Choice[] = [...models.map(({ path, name }) => ({ label: name, path })), browse];
	const chosen = await vscode.window.showQuickPick(items, {
		title: vscode.l10n.t("Compare With"),
		placeHolder: vscode.l10n.t("Select the earlier model, as the baseline"),
	});
	if (!chosen) return null;
	return chosen.path ?? openModelFile();
}
