/** What the page "Model" says to the extension beside what all analyses say. Types only. */
import type { AnalysisExtensionMessage, AnalysisPageMessage } from "../analysis/messages.js";
import type { ModelPageReport, ModelQuestion } from "./report.js";

/** What a layer or the model leads to. */
export const LEADS = ["probe", "bounds", "adversarial"] as const;
export type Lead = (typeof LEADS)[number];

export type OwnPageMessage =
	/** Go on with this analysis; `layer` is the one selected, null for the whole model. */
	| { readonly type: "lead"; readonly to: Lead; readonly layer: string | null }
	/** Ask for a second model to compare with. */
	| { readonly type: "compareWith" };

export type PageMessage = AnalysisPageMessage<ModelQuestion> | OwnPageMessage;
export type ExtensionMessage = AnalysisExtensionMessage<ModelQuestion, ModelPageReport>;
