import * as vscode from "vscode";
import { trusted } from "../trust.js";
import { openRobustness } from "../webviews/robustness/kind.js";
import type { Command } from "./command.js";
import { modelOf } from "./generateForModel.js";

/**
 * How many images a model still gets right as they are changed ever more: of the active model, or the one that was pointed
 * at in the view "Models"; on the Explorer's clicked folder or file, or the data that `blindspot.json` names.
 */
export const robustnessCurve: Command = {
	name: "robustnessCurve",
	async run({ active, catalog, pages }, clicked) {
		if (!(await trusted())) return;
		const data = clicked instanceof vscode.Uri ? clicked.fsPath : null;
		const pointedAt = data === null ? modelOf(clicked) : null;
		const model = pointedAt ?? (await active.resolve());
		// Several models and none picked: the person changed their mind. No model at all: the page asks for one.
		if (model === null && catalog.usable.length > 0) return;
		await openRobustness(pages, model, null, data);
	},
};
