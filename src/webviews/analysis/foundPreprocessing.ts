import { preprocessingSentence, standingOf } from "../../compute/data/standing.js";
import type { ReportPreprocessing } from "../../compute/reports/report.js";

/** A sentence on how the preprocessing is known; none where it was assumed, which a report's warnings say. */
export function foundPreprocessing({
	preprocessing: { provenance },
}: {
	readonly preprocessing: ReportPreprocessing;
}): readonly string[] {
	return standingOf(provenance) === "assumed" ? [] : [preprocessingSentence(provenance)];
}
