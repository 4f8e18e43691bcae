/** Saves a report as JSON, the same as the CLI prints. */
import { basename } from "node:path";
import * as vscode from "vscode";
import type { AttackReport } from "../compute/report.js";

/** Asks where to; says what was written, or null where the person changed their mind. */
export async function exportReport(report: AttackReport): Promise<string | null> {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	const name = "adversarial-report.json";
	const chosen = await vscode.window.showSaveDialog({
		title: vscode.l10n.t("Export Report"),
		filters: { JSON: ["json"] },
		...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
	});
	if (!chosen) return null;
	await vscode.workspace.fs.writeFile(chosen, Buffer.from(`${JSON.stringify(report, null, "\t")}\n`));
	return vscode.l10n.t("Exported {0}.", basename(chosen.fsPath));
}
