import { describe, expect, it } from "vitest";
import { standings } from "../../../src/webviews/probe/standings.js";
import { sampleReport } from "./sampleReport.js";

describe("how units stand among directions", () => {
	const REPORT = sampleReport({ units: 3, directions: 4 });
	const [unit] = REPORT.units;
	if (!unit) throw new Error("the sample has no units");
	const row = (featureSimilarity: number, similarity: number) => ({ ...unit, similarity, featureSimilarity });
	const directions = [row(0.1, 0.9), row(0.2, 0.8), row(0.3, 0.7), row(0.4, 0.6)];
	const { featureSimilarity } = REPORT.statistics;

	it("is ranked by the measure that the tests judge them by", () => {
		const statistics = { ...REPORT.statistics, purity: null };
		const report = { ...REPORT, units: [row(0.35, 0.65)], directions };
		expect(featureSimilarity).not.toBeNull();
		expect(standings({ ...report, statistics })).toMatchObject({
			measure: "featureSimilarity",
			units: [{ asCoherent: 1 }],
		});
		const withoutFeatures = { ...statistics, featureSimilarity: null };
		expect(standings({ ...report, statistics: withoutFeatures })).toMatchObject({
			measure: "similarity",
			units: [{ asCoherent: 3 }],
		});
	});
});
