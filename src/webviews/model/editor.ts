/** Model files open in the page "Model", as pictures open in a viewer. */
import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { SAVED_MODEL } from "../../compute/data/pathNames.js";
import { FORMAT_LIST, isNamed } from "../../compute/formats/formats.js";
import type { Pages } from "../pages.js";
import { showModelIn } from "./kind.js";

/** View types of the custom editor: for files that are models by their names, and for those that may be. */
const MODEL_EDITOR = "blindspot.modelEditor";
const OPTIONAL_MODEL_EDITOR = "blindspot.optionalModelEditor";

export function registerModelEditor(pages: Pages): vscode.Disposable {
	const provider: vscode.CustomReadonlyEditorProvider = {
		openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
		resolveCustomEditor: ({ uri }, panel) => showModelIn(pages, panel, modelPath(uri)),
	};
	return vscode.Disposable.from(
		...[MODEL_EDITOR, OPTIONAL_MODEL_EDITOR].map((viewType) =>
			vscode.window.registerCustomEditorProvider(viewType, provider, { supportsMultipleEditorsPerDocument: true }),
		),
	);
}

/** Opens a model file in the page "Model", whatever opens it by default. */
export async function openModelEditor(file: string): Promise<void> {
	const opensByItself = FORMAT_LIST.some(({ names, editor }) => editor === "default" && isNamed(file, names));
	const viewType = opensByItself ? MODEL_EDITOR : OPTIONAL_MODEL_EDITOR;
	await vscode.commands.executeCommand("vscode.openWith", vscode.Uri.file(file), viewType);
}

/** Path of the model that a file opens: inside the folder of a SavedModel, the folder is the model. */
function modelPath({ fsPath }: vscode.Uri): string {
	return basename(fsPath) === SAVED_MODEL ? dirname(fsPath) : fsPath;
}
