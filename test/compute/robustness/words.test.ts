import { describe, expect, it } from "vitest";
import { findingOf } from "../../../src/compute/robustness/words.js";
import { FIRST, robustnessReport, SECOND } from "../../webviews/robustness/sampleReport.js";

describe("the finding", () => {
	it("says first where a model is wrong on most images before any change", () => {
		const poor = { ...FIRST, readable: 100, attacked: 12 };
		const { data, labels, ...rest } = robustnessReport([FIRST]);
		const facts = { ...rest, data, comparison: null, models: [poor] as const };
		expect(findingOf({ ...facts, labels })).toMatch(
			/^mnist-mlp is right on only 12 of 100 images before any change\. /,
		);
		// Without labels right means unchanged, which says nothing.
		expect(findingOf({ ...facts, labels: null })).not.toMatch(/before any change/);
	});

	it("compares shares literally where searches failed", () => {
		const report = robustnessReport([FIRST, SECOND]);
		if (report.comparison === null) throw new Error("no comparison");
		const difference = { value: 0.2, interval: [0.1, 0.3] } as const;
		const within = { distortion: 0.05, both: 10, first: 2, second: 10, neither: 16, difference, p: 0.04 };
		expect(findingOf({ ...report, comparison: { ...report.comparison, within } })).toBe(
			"Adversarials of mnist-mlp-adv were found less often: below 0.05 an adversarial was found for 47.4% (mnist-mlp-adv) and 68.4% (mnist-mlp) of the 38 images that both get right.",
		);
	});
});
