/** What the page of an analysis and the extension say to each other, beside what all pages say. Types only. */
import type { CommonExtensionMessage, CommonPageMessage, ModelChoice, Phase } from "../messages.js";

export interface AnalysisState<Question> {
	/** Names the report, so that a reopened page finds its selection and scroll position again. */
	readonly report: string;
	/** What the toolbar says. */
	readonly asked: Question;
	/** What the report answers; null before the first run. */
	readonly shown: Question | null;
	readonly models: readonly ModelChoice[];
	readonly phase: Phase;
	/** The model's file has changed since the report was made. */
	readonly modelChanged: boolean;
	/** `blindspot.json` was edited since. */
	readonly configurationChanged?: boolean;
	/** What has to be chosen before `asked` can be run. */
	readonly missing: "model" | "data" | null;
}

export type AnalysisExtensionMessage<Question, Report> =
	/** Everything but the report. */
	| { readonly type: "state"; readonly state: AnalysisState<Question> }
	| { readonly type: "phase"; readonly phase: Phase }
	/** The report, or while a run goes on the report so far; null where there is none. */
	| { readonly type: "report"; readonly report: Report | null }
	| CommonExtensionMessage;

export type AnalysisPageMessage<Question> =
	/** A setting in the toolbar has changed; the answer is a `state`. */
	| { readonly type: "ask"; readonly question: Question }
	| { readonly type: "run"; readonly question: Question }
	| CommonPageMessage;
