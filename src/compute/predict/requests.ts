/** What is asked about predictions. */

import type { Preprocessing } from "../data/types.js";
import type { BackendInfo, PredictedImage } from "../reports/report.js";
import { type DataRequest, type ModelRequest, request } from "../reports/request.js";

export interface PredictParams {
	readonly model: ModelRequest;
	readonly data: DataRequest;
	/** How many labels to name per picture. */
	readonly top: number;
	/** Path of an `.npz` to write `logits` and `output` to; null for none. */
	readonly npz: string | null;
}

export interface PredictResult {
	readonly images: readonly PredictedImage[];
	readonly classNames: readonly string[];
	readonly warnings: readonly string[];
	readonly backend: BackendInfo;
	/** Share of readable, labelled pictures that are predicted right; null where none has a label. */
	readonly accuracy: number | null;
}

/** One of the usual preprocessings and how many of the labelled pictures the model gets right with it. */
export interface PreprocessingTrial {
	readonly name: string;
	readonly preprocessing: Preprocessing;
	readonly right: number;
	readonly of: number;
}

export interface SuggestParams {
	readonly model: ModelRequest;
	readonly data: DataRequest;
}

export interface SuggestResult {
	/** Best first; empty where no labelled picture was readable. */
	readonly trials: readonly PreprocessingTrial[];
}

export const predictRequests = {
	predict: request<PredictParams, PredictResult>(),
	suggestPreprocessing: request<SuggestParams, SuggestResult>(),
};
