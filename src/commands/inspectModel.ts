import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { trusted } from "../trust.js";
import { openModelEditor } from "../webviews/model/editor.js";
import { openModel } from "../webviews/model/kind.js";
import type { Command } from "./command.js";
import { modelOf } from "./generateForModel.js";

/** Shows what a model is: the file or folder that was pointed at, or one that is asked for. */
export const inspectModel: Command = {
	name: "inspectModel",
	async run({ active, pages }, pointedAt) {
		if (!(await trusted())) return;
		const model = pathOf(pointedAt) ?? (await active.choose());
		if (model === null) return;
		// A folder has no editor of its own.
		if ((await stat(model)).isDirectory()) openModel(pages, { model, against: null });
		else await openModelEditor(model);
	},
};

/** The path of a file in the explorer or of a node of the view "Models". */
export function pathOf(pointedAt: unknown): string | null {
	return pointedAt instanceof vscode.Uri ? pointedAt.fsPath : modelOf(pointedAt);
}
