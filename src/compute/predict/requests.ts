/** What is asked about predictions. */

import type { BackendInfo, PredictedImage } from "../reports/report.js";
import {
	type DataRequest,
	type ImagesProgress,
	type ModelRequest,
	request,
	tellingRequest,
} from "../reports/request.js";
import type { SuggestResult } from "./suggestion.js";

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
	/** How many of the readable, labelled pictures are predicted right, and how many there are. */
	readonly right: number;
	readonly labelled: number;
	/** What couldn't be written and why; the warnings say it too. */
	readonly unwritten: readonly string[];
}

export interface SuggestParams {
	/** Chosen by the caller; names the run in its progress. */
	readonly run: string;
	readonly model: ModelRequest;
	readonly data: DataRequest;
	readonly seed: number;
}

export const predictRequests = {
	predict: request<PredictParams, PredictResult>(),
	/** Tries other preprocessings where the present one is an assumption; tells how many pictures were judged. */
	suggestPreprocessing: tellingRequest<SuggestParams, SuggestResult, ImagesProgress>(),
};
