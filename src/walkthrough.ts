/** What the walkthrough's steps are ticked off by. */
import * as vscode from "vscode";
import type { ModelCatalog } from "./explorer/modelCatalog.js";
import type { Pages } from "./webviews/pages.js";

/** Context keys that `contributes.walkthroughs` names: the workspace has a model that can be read; a page has its results. */
const HAS_MODEL = "blindspot.hasModel";
const HAS_RESULT = "blindspot.hasResult";

export function followWalkthrough(catalog: ModelCatalog, pages: Pages): vscode.Disposable {
	const set = (key: string) => void vscode.commands.executeCommand("setContext", key, true);
	return vscode.Disposable.from(
		catalog.onDidChange(() => {
			if (catalog.usable.length > 0) set(HAS_MODEL);
		}),
		pages.onDidChange(() => {
			if (pages.all.some(({ phase }) => phase.kind === "complete")) set(HAS_RESULT);
		}),
	);
}
