/** Saves what a page shows where the person says: as a page of its own, as a table, or as the report in JSON. */
import { basename } from "node:path";
import * as vscode from "vscode";
import { writeWholeFile } from "../compute/data/files.js";
import { csv } from "./csv.js";
import type { ExportFormat } from "./messages.js";
import type { ExportedReport } from "./pageKind.js";
import { standaloneHtml } from "./standaloneHtml.js";

export interface ExportedPage {
	/** Name of the kind of page. */
	readonly name: string;
	readonly title: string;
	/** Folder of the pages' bundles. */
	readonly bundles: vscode.Uri;
	readonly exported: ExportedReport;
}

const FILTERS: Readonly<Record<ExportFormat, Record<string, string[]>>> = {
	html: { HTML: ["html"] },
	csv: { CSV: ["csv"] },
	json: { JSON: ["json"] },
};

/** Asks where to; says what was written, or null where the person changed their mind. */
export async function exportPage(page: ExportedPage, format: ExportFormat): Promise<string | null> {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	const chosen = await vscode.window.showSaveDialog({
		title: vscode.l10n.t("Export Report"),
		filters: FILTERS[format],
		...(folder ? { defaultUri: vscode.Uri.joinPath(folder, `${page.name}-report.${format}`) } : {}),
	});
	if (!chosen) return null;
	// The dialog has asked whether to replace what is there.
	await writeWholeFile(chosen.fsPath, await content(page, format), "replace");
	return vscode.l10n.t("Exported {0}.", basename(chosen.fsPath));
}

async function content(
	{ name, title, bundles, exported }: ExportedPage,
	format: ExportFormat,
): Promise<readonly string[]> {
	switch (format) {
		case "json":
			return [`${JSON.stringify(exported.report, null, "\t")}\n`];
		case "csv":
			return [csv(exported.rows)];
		case "html": {
			const text = async (file: string) =>
				new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.joinPath(bundles, file)));
			const [script, themes, own, licences] = await Promise.all([
				text(`${name}.js`),
				text("themes.css"),
				text(`${name}.css`),
				// Of the package's bundles only.
				text(`${name}.js.LEGAL.txt`).catch(() => ""),
			]);
			const style = `${themes}\n${own}`;
			const { messages } = exported;
			return standaloneHtml({ title, element: `blindspot-${name}`, script, style, licences, messages });
		}
	}
}
