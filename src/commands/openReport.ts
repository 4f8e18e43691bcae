import { basename } from "node:path";
import * as vscode from "vscode";
import { readWholeFile } from "../compute/data/files.js";
import { trusted } from "../trust.js";
import { openRun } from "../webviews/adversarial/kind.js";
import type { ReportInfo } from "../webviews/reportStore.js";
import type { Command } from "./command.js";
import { storedRunOfReport } from "./storedRunOfReport.js";

/** Room for the results of a hundred thousand images. */
const MOST_REPORT_BYTES = 256 * 2 ** 20;

interface Choice extends vscode.QuickPickItem {
	readonly info: ReportInfo | null;
}

/** Opens the page on results that were kept, or on a report that was exported as JSON. */
export const openReport: Command = {
	name: "openReport",
	async run({ pages }) {
		if (!(await trusted())) return;
		const stored = await pages.store.list();
		const choices: Choice[] = [
			...stored.map(choiceOf),
			{ label: `$(folder-opened) ${vscode.l10n.t("Open Exported Report…")}`, info: null },
		];
		const chosen = await vscode.window.showQuickPick(choices, {
			title: vscode.l10n.t("Open Report"),
			matchOnDescription: true,
		});
		if (!chosen) return;
		if (chosen.info) return pages.openStored(chosen.info.id, await pages.store.load(chosen.info.id));
		const file = (await vscode.window.showOpenDialog({ filters: { JSON: ["json"] } }))?.[0]?.fsPath;
		if (!file) return;
		const text = (await readWholeFile(file, MOST_REPORT_BYTES)).toString("utf8");
		openRun(pages, storedRunOfReport(text, file));
	},
};

function choiceOf(info: ReportInfo): Choice {
	return {
		label: info.title,
		description: [...info.models.map(({ path }) => basename(path)), info.complete ? "" : vscode.l10n.t("not complete")]
			.filter((part) => part !== "")
			.join(" · "),
		detail: info.written.toLocaleString(vscode.env.language),
		info,
	};
}
