/** How single units are judged: the one rule for the tests, their words and the page of a unit. */
import type { CoherenceMeasure, ProbeStatistics } from "./report.js";

/** A p or q below this is called more than chance. */
export const SIGNIFICANT = 0.05;

/** The measure that single units are judged by: purity where it says something, else similarity of features or pixels. */
export function judgedMeasure({
	purity,
	featureSimilarity,
}: Pick<ProbeStatistics, "purity" | "featureSimilarity">): CoherenceMeasure {
	if (purity) return "purity";
	return featureSimilarity ? "featureSimilarity" : "similarity";
}
