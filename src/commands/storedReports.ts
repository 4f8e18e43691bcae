/** What the view "Reports" does with its reports. */
import * as vscode from "vscode";
import type { Command } from "./command.js";

/** Opens the page on a report, or brings the one that has it to the front. */
const openStoredReport: Command = {
	name: "openStoredReport",
	async run({ pages }, node) {
		const { id } = reportOf(node);
		if (!pages.reveal(id)) pages.openStored(id, await pages.store.load(id));
	},
};

const stopReport: Command = {
	name: "stopReport",
	run({ pages }, node) {
		const { id } = reportOf(node);
		pages.all.find((page) => page.id === id)?.cancel();
	},
};

const deleteReport: Command = {
	name: "deleteReport",
	async run({ pages }, node) {
		const { id, title } = reportOf(node);
		const words = vscode.l10n.t("Delete the report “{0}”?", title);
		if (await confirmed(words, vscode.l10n.t("Delete"))) await pages.store.delete(id);
	},
};

const deleteAllReports: Command = {
	name: "deleteAllReports",
	async run({ pages }) {
		const { length } = await pages.store.list();
		if (length === 0) return;
		const words = vscode.l10n.t("Delete all {0} reports of this workspace?", length);
		if (await confirmed(words, vscode.l10n.t("Delete All"))) await pages.store.deleteAll();
	},
};

export const storedReports: readonly Command[] = [openStoredReport, stopReport, deleteReport, deleteAllReports];

async function confirmed(words: string, action: string): Promise<boolean> {
	const detail = vscode.l10n.t("Models, images, and exported files aren't affected.");
	return (await vscode.window.showWarningMessage(words, { modal: true, detail }, action)) === action;
}

/** The report of a node of the view. */
function reportOf(node: unknown): { readonly id: string; readonly title: string } {
	if (typeof node === "object" && node !== null && "id" in node && typeof node.id === "string") {
		const report = "report" in node && typeof node.report === "object" ? node.report : null;
		const title = report !== null && "title" in report ? String(report.title) : node.id;
		return { id: node.id, title };
	}
	throw new Error("Select a report in the Reports view first.");
}
