/** The page "Robustness" to the extension, and how it is opened. */
import * as vscode from "vscode";
import { robustnessSettings } from "../../settings.js";
import { analysisPage, newSession } from "../analysis/session.js";
import type { Pages } from "../pages.js";
import { robustnessAnalysis } from "./analysis.js";

const analysis = robustnessAnalysis(robustnessSettings, async (model, data, sources) => {
	await vscode.commands.executeCommand("blindspot.openAdversarials", model, data, sources);
});

export const robustnessKind = analysisPage(analysis);

/** Opens a page, and runs where the data of the model is known. `data` null for what `blindspot.json` names. */
export async function openRobustness(
	pages: Pages,
	model: string | null,
	against: string | null,
	data: string | null,
): Promise<void> {
	const asked = { ...analysis.question(model), against };
	const question = data === null ? asked : analysis.withData(asked, data);
	await pages.open(robustnessKind, (id, around) => newSession(id, analysis, question, around)).start();
}
