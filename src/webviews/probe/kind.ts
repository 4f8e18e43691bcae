/** The page "Probe" to the extension: how it is opened, and what its own messages ask of the editor. */
import { basename } from "node:path";
import * as vscode from "vscode";
import { readDirections, writeDirections } from "../../compute/activations/probe/directionFile.js";
import { probeSettings } from "../../settings.js";
import { storedAnalysis } from "../analysis/session.js";
import type { PageKind, PageSurroundings } from "../pageKind.js";
import type { Pages } from "../pages.js";
import { probeAnalysis } from "./analysis.js";
import type { ProbeQuestion } from "./question.js";
import { blindOf, type ProbeEditor, ProbeSession, type StoredProbe } from "./session.js";

const analysis = probeAnalysis(probeSettings);

export const probeKind: PageKind = {
	name: analysis.name,
	label: analysis.label,
	restore: (id, content, around) =>
		session(id, { ...storedAnalysis(content, analysis), blind: blindOf(content) }, around),
	empty: (id, around) => asking(id, analysis.question(around.activeModel()), around),
};

/** Opens a page on a layer, and probes it where its data is known; `layer` null for the last hidden one. */
export async function openProbe(pages: Pages, model: string | null, layer: string | null): Promise<void> {
	const question = { ...analysis.question(model), layer };
	await pages.open(probeKind, (id, around) => asking(id, question, around)).start();
}

function asking(id: string, asked: ProbeQuestion, around: PageSurroundings): ProbeSession {
	return session(id, { asked, shown: null, complete: true, report: null, blind: null }, around);
}

function session(id: string, start: StoredProbe, around: PageSurroundings): ProbeSession {
	const editor: ProbeEditor = {
		openUnit: async (question) => void (await vscode.commands.executeCommand("blindspot.openUnit", question)),
		askCombination: async (problem) => {
			const text = await vscode.window.showInputBox({
				title: vscode.l10n.t("Own Direction"),
				prompt: vscode.l10n.t("A combination of units"),
				placeHolder: "unit 3 + 0.5 unit 7 - 2 unit 9",
				validateInput: problem,
			});
			return text ?? null;
		},
		loadDirections: async () => {
			const chosen = await vscode.window.showOpenDialog({
				title: vscode.l10n.t("Load Directions"),
				filters: { JSON: ["json"] },
			});
			return chosen?.[0] === undefined ? null : readDirections(chosen[0].fsPath);
		},
		saveDirections: async (directions) => {
			const chosen = await chooseFile(vscode.l10n.t("Save Directions"), "directions.json");
			if (chosen === null) return;
			await writeDirections(chosen.fsPath, directions, "replace");
			around.notice(vscode.l10n.t("Saved {0}.", basename(chosen.fsPath)));
		},
		save: async (name, content) => {
			const chosen = await chooseFile(vscode.l10n.t("Save Blind Test"), name);
			if (chosen === null) return;
			await vscode.workspace.fs.writeFile(chosen, Buffer.from(`${JSON.stringify(content, null, "\t")}\n`));
			around.notice(vscode.l10n.t("Saved {0}.", basename(chosen.fsPath)));
		},
	};
	return new ProbeSession(id, analysis, start, around, editor);
}

async function chooseFile(title: string, name: string): Promise<vscode.Uri | null> {
	const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
	const chosen = await vscode.window.showSaveDialog({
		title,
		filters: { JSON: ["json"] },
		...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}),
	});
	return chosen ?? null;
}
