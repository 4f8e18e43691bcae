/** What is asked about a model file. */
import type { ModelSummary } from "../reports/report.js";
import { type ModelRequest, request, tellingRequest } from "../reports/request.js";
import type { ModelComparison, ModelRecord } from "./report.js";

export interface InspectParams {
	readonly model: ModelRequest;
}

/** How many bytes of a model's files have been read, of those that are known. */
export interface ReadingProgress {
	readonly read: number;
	readonly of: number;
}

export interface DescribeModelParams {
	/** Chosen by the caller; names the run in its progress. */
	readonly run: string;
	readonly model: ModelRequest;
}

export interface CompareModelsParams {
	readonly before: ModelRequest;
	readonly after: ModelRequest;
}

export const modelRequests = {
	inspect: request<InspectParams, ModelSummary>(),
	/** Everything about a model file that can be said without a picture; tells how far its reading is. */
	describeModel: tellingRequest<DescribeModelParams, ModelRecord, ReadingProgress>(),
	compareModels: request<CompareModelsParams, ModelComparison>(),
};
