/** The page "Unit" to the extension: how it is opened, and the link to it. */
import * as vscode from "vscode";
import { z } from "zod";
import type { Analysis } from "../analysis/analysis.js";
import { analysisPage, newSession } from "../analysis/session.js";
import type { Pages } from "../pages.js";
import { unitAnalysis } from "./analysis.js";
import { unitLink } from "./link.js";
import type { UnitPageMessage } from "./messages.js";
import type { ShownUnit, UnitQuestion } from "./question.js";

const ownMessage = z.strictObject({ type: z.literal("copyLink") }) satisfies z.ZodType<UnitPageMessage>;

const analysis: Analysis<UnitQuestion, ShownUnit> = {
	...unitAnalysis,
	receive: async (message, session, around) => {
		if (!ownMessage.safeParse(message).success) return false;
		const link = unitLink(vscode.env.uriScheme, session.asked, (path) => vscode.workspace.asRelativePath(path, false));
		await vscode.env.clipboard.writeText(link);
		around.notice(vscode.l10n.t("The link to this unit is copied. “Blindspot: Open Link to a Unit…” opens it, too."));
		return true;
	},
};

export const unitKind = analysisPage(analysis);

/** Opens a page on a unit, and looks at it where its data is known. */
export async function openUnitPage(pages: Pages, question: UnitQuestion): Promise<void> {
	await pages.open(unitKind, (id, around) => newSession(id, analysis, question, around)).start();
}
