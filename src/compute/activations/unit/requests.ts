/** What is asked about one unit, or one picture and all units. */
import {
	type DataRequest,
	type ImagesProgress,
	type ModelRequest,
	request,
	tellingRequest,
} from "../../reports/request.js";
import type { ProbeReduction } from "../probe/report.js";
import type { ActivationMap, FiringRecord, UnitChoice, UnitRecord } from "./report.js";

export interface ProbeUnitParams {
	/** Chosen by the caller; names the run in its progress. */
	readonly run: string;
	readonly model: ModelRequest;
	readonly data: DataRequest | null;
	readonly layer: string;
	readonly pre: boolean;
	readonly reduce: ProbeReduction;
	readonly unit: UnitChoice;
	/** How many images to show of the most and of the least activating. */
	readonly top: number;
	readonly seed: number;
	/** The data is as it was when another unit was looked at: what is known from then is not computed again. */
	readonly reuse: boolean;
}

/** What looking at a unit tells while it goes on. */
export type UnitProgress =
	| ({ readonly kind: "images" } & ImagesProgress)
	/** All but the picture that drives it, which takes a while. */
	| { readonly kind: "report"; readonly record: UnitRecord };

/** What a direction says at each place of one picture of the data. */
export interface ActivationMapParams {
	readonly model: ModelRequest;
	readonly data: DataRequest | null;
	readonly source: string;
	readonly layer: string;
	readonly pre: boolean;
	readonly reduce: ProbeReduction;
	readonly unit: UnitChoice;
}

export interface FiringParams {
	readonly run: string;
	readonly model: ModelRequest;
	/** The data whose distribution of activations the picture is held against. */
	readonly data: DataRequest | null;
	/** Path of the picture, or `path#index` for an entry of a data set's file. */
	readonly picture: string;
	/** How many units to name per layer. */
	readonly top: number;
	readonly seed: number;
}

export const unitRequests = {
	/** All about one unit or direction of a layer. */
	probeUnit: tellingRequest<ProbeUnitParams, UnitRecord, UnitProgress>(),
	activationMap: request<ActivationMapParams, ActivationMap>(),
	/** The units of each layer that a picture drives most, against the data's distribution. */
	whichUnitsFire: tellingRequest<FiringParams, FiringRecord, ImagesProgress>(),
};
