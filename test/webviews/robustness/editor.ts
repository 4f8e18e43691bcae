/** What stands in for the editor around the page "Robustness": its API, its theme, and reports to show. */
import type { AnalysisExtensionMessage } from "../../../src/webviews/analysis/messages.js";
import type { RobustnessQuestion, ShownRobustness } from "../../../src/webviews/robustness/question.js";
import { FIRST, QUESTION, robustnessReport, SECOND } from "./sampleReport.js";

export type RobustnessSample = "two" | "one" | "running" | "nothing";
type Message = AnalysisExtensionMessage<RobustnessQuestion, ShownRobustness>;

export interface RobustnessHarness {
	readonly sent: readonly { readonly type: string }[];
	readonly violations: readonly string[];
	show(name: RobustnessSample): void;
}

const sent: { readonly type: string }[] = [];
const violations: string[] = [];
const theme = new URLSearchParams(location.search).get("theme") ?? "dark";
document.documentElement.dataset.theme = theme;
document.body.className = `vscode-${theme}`;
document.addEventListener("securitypolicyviolation", (event) =>
	violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
);

function messages(name: RobustnessSample): readonly Message[] {
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

Object.assign(window, {
	acquireVsCodeApi: () => ({
		postMessage: (message: { readonly type: string }) => sent.push(message),
		getState: (): unknown => null,
		setState: () => undefined,
	}),
	robustnessHarness: {
		sent,
		violations,
		show: (name) => {
			for (const message of messages(name)) window.postMessage(message, "*");
		},
	} satisfies RobustnessHarness,
});
