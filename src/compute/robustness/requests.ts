/** What is asked about robustness, and what is told on the way. */
import { type DataRequest, type ModelRequest, tellingRequest } from "../reports/request.js";
import type { RobustnessOptions, RobustnessRecord, RobustnessReport } from "./report.js";

export interface RobustnessParams {
	/** Chosen by the caller; names the run in its progress and in `stop`. */
	readonly run: string;
	readonly model: ModelRequest;
	/** A second model, or an earlier checkpoint, on the same images; null for none. */
	readonly against: ModelRequest | null;
	/** Null for the data that `blindspot.json` names for the model. */
	readonly data: DataRequest | null;
	readonly options: RobustnessOptions;
	readonly seed: number;
}

/** What a robustness run tells while it goes on. */
export type RobustnessProgress =
	| { readonly kind: "progress"; readonly done: number; readonly total: number }
	/** Over the images so far, without noise; every few seconds. */
	| { readonly kind: "report"; readonly report: RobustnessReport };

export const robustnessRequests = {
	/** How robust a model is, or two beside each other. */
	robustness: tellingRequest<RobustnessParams, RobustnessRecord, RobustnessProgress>(),
};
