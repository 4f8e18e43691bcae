/** States of the page "Robustness". */
import type { AnalysisExtensionMessage } from "../../../src/webviews/analysis/messages.js";
import type { RobustnessQuestion, ShownRobustness } from "../../../src/webviews/robustness/question.js";
import { FIRST, QUESTION, robustnessReport, SECOND } from "./sampleReport.js";

export type RobustnessSample = "two" | "one" | "running" | "nothing";

/** The messages that bring the page into a state. */
export function messages(
	name: RobustnessSample,
): readonly AnalysisExtensionMessage<RobustnessQuestion, ShownRobustness>[] {
	const asked = name === "one" ? { ...QUESTION, against: null } : QUESTION;
	const none = {
		...robustnessReport([
			{ ...FIRST, images: [], attacked: 0, succeeded: 0, mean: null, median: null, curve: [], noise: [] },
		]),
		pictures: [],
		images: [],
	};
	const reports: Record<RobustnessSample, ShownRobustness> = {
		two: robustnessReport([FIRST, SECOND]),
		one: robustnessReport([FIRST]),
		running: { ...robustnessReport([FIRST, SECOND]), pictures: [] },
		nothing: none,
	};
	const models = [FIRST, SECOND].map(({ model: { path } }) => ({ path, name: path.slice("/models/".length) }));
	return [
		{
			type: "state",
			state: {
				report: "sample",
				asked,
				shown: asked,
				models,
				phase: name === "running" ? { kind: "running", words: "12 of 40 images", share: 0.3 } : { kind: "complete" },
				modelChanged: false,
				missing: null,
			},
		},
		{ type: "report", report: reports[name] },
	];
}
