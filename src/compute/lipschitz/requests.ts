/** What is asked of the Lipschitz analysis, and what it tells. */

import type { ReportModel } from "../reports/report.js";
import { type DataRequest, type ModelRequest, tellingRequest } from "../reports/request.js";
import type { Certificate, LayerBound, LayerOutline, LipschitzReport, NetworkBound } from "./report.js";

export interface LipschitzParams {
	/** Chosen by the caller; names the run in its progress. */
	readonly run: string;
	readonly model: ModelRequest;
	/** Pictures to certify; null for none. */
	readonly data: DataRequest | null;
	/** Whether the closest adversarial of each picture is searched, for the upper end of its bracket. */
	readonly adversarials: boolean;
	readonly seed: number;
}

/** What the analysis tells while it runs. Layers and pictures are named by their position. */
export type LipschitzProgress =
	| {
			readonly kind: "started";
			readonly model: ReportModel;
			readonly layers: readonly LayerOutline[];
			/** Where the pictures come from, in order. */
			readonly pictures: readonly string[];
	  }
	| { readonly kind: "layer"; readonly index: number; readonly layer: LayerBound }
	/** All layers are done; what was seen may still grow. */
	| { readonly kind: "network"; readonly network: NetworkBound }
	/** Certified, and once more when its adversarial was searched. */
	| { readonly kind: "picture"; readonly index: number; readonly certificate: Certificate };

export const lipschitzRequests = {
	/** Bounds of all layers and of the network. */
	lipschitz: tellingRequest<LipschitzParams, LipschitzReport, LipschitzProgress>(),
};
