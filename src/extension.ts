import * as vscode from "vscode";

/** Entry of the extension in VS Code's extension host. */
export function activate(context: vscode.ExtensionContext): void {
	context.subscriptions.push(vscode.window.createOutputChannel("Blindspot", { log: true }));
}
