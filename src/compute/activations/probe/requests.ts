/** What is asked of a probe, and what it tells. */
import { type DataRequest, type ModelRequest, tellingRequest } from "../../reports/request.js";
import type { ProbeOptions, ProbeRecord, ProbeReport, ProbeStageName, ProbeThumbnail } from "./report.js";

export interface ProbeParams {
	/** Chosen by the caller; names the run in its progress and in `stop`. */
	readonly run: string;
	readonly model: ModelRequest;
	/** Null for the data that `blindspot.json` names for the model. */
	readonly data: DataRequest | null;
	/** A layer or a node by its name. */
	readonly layer: string;
	readonly options: ProbeOptions;
	readonly seed: number;
}

/** What probing tells while it runs. */
export type ProbeProgress =
	/**
	 * How far it is: images of the passes over the data, rotations of the tests. Sent several times a second at most.
	 */
	| { readonly kind: "progress"; readonly stage: ProbeStageName; readonly done: number; readonly total: number }
	/**
	 * The rows over the images so far, without what takes the tests; `thumbnails` are those that weren't told before.
	 * The first comes after a few hundred images.
	 */
	| { readonly kind: "rows"; readonly report: ProbeReport; readonly thumbnails: readonly ProbeThumbnail[] };

export const probeRequests = { probe: tellingRequest<ProbeParams, ProbeRecord, ProbeProgress>() };
