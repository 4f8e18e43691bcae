/** The page "Model" to the extension: how it is opened, and what its own messages ask of the editor. */
import { basename } from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import type { Analysis } from "../analysis/analysis.js";
import { AnalysisSession, analysisPage, newSession } from "../analysis/session.js";
import type { PageKind, PageSurroundings } from "../pageKind.js";
import type { Pages } from "../pages.js";
import { modelAnalysis } from "./analysis.js";
import { LEADS, type Lead, type OwnPageMessage } from "./messages.js";
import type { ModelPageReport, ModelQuestion } from "./report.js";

/** Commands that go on from a model, with its path and the name of a layer or null. */
const LEAD_COMMANDS: Readonly<Record<Lead, string>> = {
	probe: "blindspot.probeLayer",
	bounds: "blindspot.lipschitzBounds",
	adversarial: "blindspot.generateForModel",
};

const ownMessage = z.discriminatedUnion("type", [
	z.strictObject({ type: z.literal("lead"), to: z.enum(LEADS), layer: z.string().max(100_000).nullable() }),
	z.strictObject({ type: z.literal("compareWith") }),
]) satisfies z.ZodType<OwnPageMessage>;

const analysis: Analysis<ModelQuestion, ModelPageReport> = {
	...modelAnalysis,
	async receive(received, session, around) {
		const { success, data } = ownMessage.safeParse(received);
		const { model } = session.asked;
		if (!success) return false;
		if (model === null) return true;
		if (data.type === "lead") await goOn(data.to, model, data.layer, around);
		else await vscode.commands.executeCommand("blindspot.compareModels", vscode.Uri.file(model));
		return true;
	},
};

export const modelKind: PageKind = analysisPage(analysis);

/** Opens a page on a model and reads it. */
export function openModel(pages: Pages, question: ModelQuestion): void {
	const session = pages.open(modelKind, (id, around) => newSession(id, analysis, question, around));
	void session.start();
}

/** Shows a model in a panel that the editor made for its file; read once the workspace is trusted. */
export function showModelIn(pages: Pages, panel: vscode.WebviewPanel, model: string): void {
	const session = pages.openIn(panel, modelKind, (id, around) => new EditorSession(id, model, around));
	if (vscode.workspace.isTrusted) void session.start();
	else {
		const waiting = vscode.workspace.onDidGrantWorkspaceTrust(() => void session.start());
		panel.onDidDispose(() => waiting.dispose());
	}
}

/** Of a file's own editor, which the editor itself brings back: nothing is stored. */
class EditorSession extends AnalysisSession<ModelQuestion, ModelPageReport> {
	constructor(id: string, model: string, around: PageSurroundings) {
		super(id, analysis, { asked: { model, against: null }, shown: null, complete: true, report: null }, around);
	}

	override get stored(): null {
		return null;
	}
}

async function goOn(to: Lead, model: string, layer: string | null, around: PageSurroundings): Promise<void> {
	const command = LEAD_COMMANDS[to];
	const known = await vscode.commands.getCommands(true);
	if (!known.includes(command)) {
		around.notice(vscode.l10n.t("This version of Blindspot can't do that with {0}.", basename(model)), "error");
		return;
	}
	// The command of the view "Models" takes a node of it, which has the path.
	if (to === "adversarial") await vscode.commands.executeCommand(command, { path: model });
	else await vscode.commands.executeCommand(command, model, layer);
}
