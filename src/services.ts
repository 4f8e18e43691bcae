/** What commands and pages work with; made once, when the extension is activated. */
import type * as vscode from "vscode";
import type { ComputeClient } from "./compute/process/client.js";
import type { ActiveModel } from "./explorer/activeModel.js";
import type { ModelCatalog } from "./explorer/modelCatalog.js";
import type { Pages } from "./webviews/pages.js";

export interface Services {
	readonly context: vscode.ExtensionContext;
	readonly log: vscode.LogOutputChannel;
	readonly client: ComputeClient;
	readonly catalog: ModelCatalog;
	readonly active: ActiveModel;
	readonly pages: Pages;
}
