/** The page "Which Units Fire?" to the extension. */
import * as vscode from "vscode";
import { z } from "zod";
import { probeSettings } from "../../settings.js";
import type { Analysis } from "../analysis/analysis.js";
import { analysisPage, newSession } from "../analysis/session.js";
import type { Pages } from "../pages.js";
import { UNIT_IMAGES } from "../unit/analysis.js";
import type { UnitQuestion } from "../unit/question.js";
import { firingAnalysis, NAMED_UNITS } from "./analysis.js";
import type { FiringPageMessage } from "./messages.js";
import type { FiringQuestion, ShownFiring } from "./question.js";

const ownMessage = z.strictObject({
	type: z.literal("openUnit"),
	layer: z.string().min(1).max(1_000),
	unit: z.number().int().nonnegative(),
}) satisfies z.ZodType<FiringPageMessage>;

const analysis: Analysis<FiringQuestion, ShownFiring> = {
	...firingAnalysis,
	receive: async (message, { shown }) => {
		const { success, data } = ownMessage.safeParse(message);
		if (!success) return false;
		if (shown === null) return true;
		const question: UnitQuestion = {
			model: shown.model,
			layer: data.layer,
			data: shown.data,
			pre: false,
			reduce: "max",
			unit: { kind: "unit", index: data.unit },
			top: UNIT_IMAGES,
			seed: shown.seed,
			standings: null,
		};
		await vscode.commands.executeCommand("blindspot.openUnit", question);
		return true;
	},
};

export const firingKind = analysisPage(analysis);

/** Opens a page on a picture, and runs at once where the data is known that it is held against. */
export async function openFiring(pages: Pages, model: string | null, picture: string): Promise<void> {
	const question: FiringQuestion = { model, picture, data: null, top: NAMED_UNITS, seed: probeSettings().seed };
	await pages.open(firingKind, (id, around) => newSession(id, analysis, question, around)).start();
}
