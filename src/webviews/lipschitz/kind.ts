/** The page "Lipschitz" to the extension. */
import { analysisPage, newSession } from "../analysis/session.js";
import type { Pages } from "../pages.js";
import { lipschitzAnalysis } from "./analysis.js";

export const lipschitzKind = analysisPage(lipschitzAnalysis);

/** Opens a page on a model and runs at once. The answer names the page. */
export function openLipschitz(pages: Pages, model: string | null): string {
	const question = lipschitzAnalysis.question(model);
	const session = pages.open(lipschitzKind, (id, around) => newSession(id, lipschitzAnalysis, question, around));
	void session.start();
	return session.id;
}
