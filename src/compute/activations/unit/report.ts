/** Reports about one unit or direction, and about one picture: what the pages of a unit and of "Which units fire?" show. */
import type { BytePicture } from "../../data/png.js";
import type { Size } from "../../data/types.js";
import type { LabelProbability, ReportHead, ReportSubject } from "../../reports/report.js";
import type {
	ProbeControl,
	ProbedData,
	ProbedDirection,
	ProbedLayer,
	ProbeReduction,
	ProbeThumbnail,
} from "../probe/report.js";

/** A unit of a layer; a direction by its values, one per unit; or one that a probe drew with the seed alone, by its place. */
export type UnitChoice = KnownChoice | DrawnChoice;

export interface DrawnChoice {
	readonly kind: "drawn";
	readonly control: (typeof REDRAWABLE_CONTROLS)[number];
	readonly index: number;
	/** Of the probe. */
	readonly seed: number;
}

/** Controls whose directions depend on nothing but the seed. */
export const REDRAWABLE_CONTROLS = ["gaussian", "rotation"] as const satisfies readonly ProbeControl[];

export type KnownChoice =
	| { readonly kind: "unit"; readonly index: number }
	| { readonly kind: "direction"; readonly name: string; readonly values: readonly number[] };

/** Counts over equal steps from `low` to `high`, the highest value in the last step. */
export interface Histogram {
	readonly low: number;
	readonly high: number;
	readonly counts: readonly number[];
}

/** Scores of the images of one class. */
export interface ClassScores {
	readonly label: number;
	readonly images: number;
	readonly mean: number;
	/** 5% and 95% quantiles. */
	readonly low: number;
	readonly high: number;
}

/** Weights that lead to a unit from one of the values before it. */
export interface IncomingWeight {
	/** Index of the value (unit, channel) that it comes from. */
	readonly from: number;
	/** The weight; for a convolution the one of largest size in the kernel from that channel. */
	readonly weight: number;
	/** The weights of that unit itself, where they are weights of pixels. */
	readonly picture: WeightPicture | null;
}

/** Weights of pixels, row by row, channels last. */
export interface WeightPicture extends Size {
	readonly channels: number;
	readonly values: readonly number[];
}

export interface UnitReport extends ReportHead, ReportSubject {
	readonly kind: "unit";
	readonly layer: ProbedLayer;
	readonly pre: boolean;
	readonly reduce: ProbeReduction;
	readonly unit: UnitChoice;
	readonly seed: number;
	readonly labels: string | null;
	readonly data: ProbedData;
	readonly warnings: readonly string[];
	/** Its figures, with the images that drive it most and, above the floor, least. */
	readonly figures: ProbedDirection;
	/** Images at its floor, which are not among the least activating. */
	readonly atFloor: number;
	readonly scores: Histogram | null;
	readonly byClass: readonly ClassScores[];
	/** Where a linear layer follows that gives the logits: the weight to each logit; null elsewhere. */
	readonly logitWeights: readonly number[] | null;
	/** Largest first; empty where the layer isn't linear in the values before it. */
	readonly incoming: readonly IncomingWeight[];
	/** Name of the layer that `incoming` comes from. */
	readonly incomingLayer: string | null;
	/** The unit's own weights where it reads pixels; null elsewhere. */
	readonly weightPicture: WeightPicture | null;
	readonly ascent: Ascent | null;
	readonly run: { readonly date: string; readonly seconds: number };
}

/** A picture in [0, 1] found by gradient ascent from mid grey; for a layer with places on the value at the one in the middle. */
export interface Ascent {
	/** Score of the picture. */
	readonly activation: number;
	readonly steps: number;
	/** Weight of the gradient of the picture's total variation beside the score's own, which is scaled to 1 per pixel. */
	readonly smoothness: number;
}

export interface UnitRecord {
	readonly report: UnitReport;
	readonly thumbnails: readonly ProbeThumbnail[];
	/** Goes with `report.ascent`. */
	readonly ascentPicture: BytePicture | null;
}

/** What one direction says at each place of one picture. */
export interface ActivationMap {
	/** The picture as the model gets it. */
	readonly picture: BytePicture;
	/** Values at the places, row by row; one value for a layer without places. */
	readonly rows: number;
	readonly columns: number;
	readonly values: Float32Array;
	readonly score: number;
}

/** A unit and what one picture does to it, against the data's distribution. */
export interface FiringUnit {
	readonly unit: number;
	readonly activation: number;
	/** Standard deviations above its mean over the data. */
	readonly deviations: number;
	/** Share of the data's images with a lower activation. */
	readonly percentile: number;
}

export interface FiringLayer {
	readonly layer: ProbedLayer;
	/** Most driven first. */
	readonly units: readonly FiringUnit[];
	/** Root mean square over the layer's units of their deviations from the mean, in standard deviations: 1 is usual. */
	readonly deviation: number;
}

export interface FiringReport extends ReportHead, ReportSubject {
	readonly kind: "firing";
	readonly source: string;
	readonly fileSize: Size;
	readonly predicted: LabelProbability;
	readonly seed: number;
	readonly data: ProbedData;
	readonly warnings: readonly string[];
	/** In the order of the network. */
	readonly layers: readonly FiringLayer[];
	readonly run: { readonly date: string; readonly seconds: number };
}

export interface FiringRecord {
	readonly report: FiringReport;
	/** The picture as the model gets it. */
	readonly picture: BytePicture;
}
