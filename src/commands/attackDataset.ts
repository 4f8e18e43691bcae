import { basename } from "node:path";
import * as vscode from "vscode";
import type { ModelCatalog } from "../explorer/modelCatalog.js";
import { attackSettings } from "../settings.js";
import { trusted } from "../trust.js";
import { openAdversarialDataset } from "../webviews/adversarial/kind.js";
import type { Command } from "./command.js";
import { chooseCount, chooseDataset } from "./datasetChoice.js";
import { modelOf } from "./generateForModel.js";

/**
 * Looks for adversarials of part of a data set: that of the Explorer's clicked folder or file, one of the model that was
 * pointed at in the view "Models", or what the person chooses.
 */
export const attackDataset: Command = {
	name: "attackDataset",
	async run({ active, client, pages }, clicked) {
		if (!(await trusted())) return undefined;
		const pointedAt = clicked instanceof vscode.Uri ? null : modelOf(clicked);
		const model =
			pointedAt ?? (await active.resolve()) ?? (active.catalog.usable.length === 0 ? await active.choose() : null);
		if (model === null) return undefined;
		const path = clicked instanceof vscode.Uri ? clicked.fsPath : await chooseDataset(model);
		if (path === null) return undefined;
		const data = await vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Reading {0}", path) },
			() => client.describeData({ path }),
		);
		const count = await chooseCount(data, attackSettings().seed, modelName(active.catalog, model));
		return count === null ? undefined : openAdversarialDataset(pages, model, path, count === "all" ? null : count);
	},
};

const modelName = (catalog: ModelCatalog, path: string): string => catalog.get(path)?.name ?? basename(path);
