/**
 * Reports of layer probing: the images that drive units and random directions of a layer most, and the statistics
 * that say whether the units are special.
 */
import type { BytePicture } from "../../data/png.js";
import type { Provenance } from "../../data/types.js";
import type { PixelBox } from "../../network/receptiveField.js";
import type { Shape } from "../../network/types.js";
import type { ReportHead, ReportSubject } from "../../reports/report.js";

/**
 * Directions that units are compared with. `gaussian`: independent normal coordinates. `rotation`: rows of random
 * (Haar) rotations of the units. `whitened`: Σ^(-1/2) g, scaled to unit variance of the score. `components`: the principal
 * components, largest variance first. `classMeans`: for each class its mean activation minus that of the others,
 * found on one half of the images and scored, like the units, on the other.
 */
export const PROBE_CONTROLS = ["gaussian", "rotation", "whitened", "components", "classMeans"] as const;
export type ProbeControl = (typeof PROBE_CONTROLS)[number];

/** How the scores at the places of a layer become one score of the image. */
export const PROBE_REDUCTIONS = ["max", "mean"] as const;
export type ProbeReduction = (typeof PROBE_REDUCTIONS)[number];

/** A direction that a person made. */
export type OwnDirection = { readonly name: string } & (
	| { readonly kind: "values"; readonly values: readonly number[] }
	/** The sum of units times weights. */
	| { readonly kind: "combination"; readonly parts: readonly { readonly unit: number; readonly weight: number }[] }
	/** The mean activation over the selected images minus that over all others of the data. */
	| { readonly kind: "images"; readonly sources: readonly string[] }
);

export interface ProbeOptions {
	/** Before the layer's activation function rather than after it. */
	readonly pre: boolean;
	readonly reduce: ProbeReduction;
	readonly control: ProbeControl;
	/** How many directions of that control; fewer where there aren't as many. */
	readonly directions: number;
	readonly own: readonly OwnDirection[];
	/** How many images to show of each direction, and to judge it by. */
	readonly top: number;
	/** Whether the images that drive a direction least are wanted as well. */
	readonly bottom: boolean;
	/** Rotations of the frame of units in the test; 0 for no test. */
	readonly permutations: number;
	/** Whether the test is done for the architecture with re-drawn weights too. */
	readonly redrawn: boolean;
}

export const DEFAULT_PROBE_OPTIONS: ProbeOptions = {
	pre: false,
	reduce: "max",
	control: "gaussian",
	directions: 1000,
	own: [],
	top: 9,
	bottom: false,
	permutations: 999,
	redrawn: true,
};

export interface ProbedLayer {
	/** The node whose values are probed. */
	readonly node: string;
	/** The layer of the file that it belongs to; people see this name. */
	readonly layer: string;
	readonly layerType: string;
	/** Of one picture: `[places..., units]`. */
	readonly shape: Shape;
	readonly units: number;
	/** Places at which the units have a value: 1 for a dense layer. */
	readonly places: number;
}

/** One of the images that a direction ranks highest (or lowest). */
export interface RankedImage {
	/** Position in the data, in its own order. */
	readonly index: number;
	readonly source: string;
	readonly label: number | null;
	readonly score: number;
	/** What the place of the highest score sees; null without places, for a mean over them and while images are streamed. */
	readonly box: PixelBox | null;
}

/** Label that most of the top images have, and how many of them. */
export interface CommonestLabel {
	readonly label: number;
	readonly count: number;
}

/** A unit or a direction. Figures are null where they can't be said. */
export interface ProbedDirection {
	/** Of a unit: its index in the layer. Of a direction: its place in the order in which it was drawn. */
	readonly index: number;
	/** "unit 3", "direction 12", or the name that the person gave. */
	readonly name: string;
	/** Best first. */
	readonly top: readonly RankedImage[];
	/** Lowest first; empty where it wasn't asked for. */
	readonly bottom: readonly RankedImage[];
	/** Fewer than `top` images are above its floor (its lowest score): no purity, out of the tests. */
	readonly inactive: boolean;
	/** Share of the top images that have the commonest label. */
	readonly purity: number | null;
	readonly commonest: CommonestLabel | null;
	/** Mean pairwise cosine of the top images' pixels. */
	readonly similarity: number | null;
	/** Mean pairwise cosine of the top images in the penultimate layer. */
	readonly featureSimilarity: number | null;
	/** Share of images with a score above the floor. */
	readonly active: number | null;
	/** 0: the same score on all images; 1: on one image only (Vinje and Gallant 2000). */
	readonly sparsity: number | null;
	/** The class whose images' mean score lies highest above that of all others, in standard deviations of all scores. */
	readonly selectivity: { readonly label: number; readonly difference: number } | null;
	readonly mean: number | null;
	readonly highest: number | null;
	readonly lowest: number | null;
	/** Images on which it is no finite number; they are left out. */
	readonly notFinite: number;
	/** Units only: one-sided p against single directions of the rotated frames, and its Benjamini-Hochberg q over all units. */
	readonly single: SingleUnitTest | null;
}

/** The purity (without labels: feature similarity, else pixel similarity) of one unit against random directions. */
export interface SingleUnitTest {
	readonly p: number;
	readonly q: number;
}

/** A person's own direction, with the values that it came to: what a file of directions holds. */
export interface ProbedOwnDirection extends ProbedDirection {
	readonly values: readonly number[];
}

/** A frame of units against random rotations of it. */
export interface RotationResult {
	/** Mean coherence of the frame's active units. */
	readonly frame: number;
	/** Mean of the same over the rotations. */
	readonly rotations: number;
	/** `frame - rotations`. */
	readonly advantage: number;
	/** One-sided: (1 + rotations at least as coherent) / (1 + rotations), ties broken at random. */
	readonly p: number;
}

/** Units against directions by one measure of coherence. */
export interface ProbeComparison {
	/** Medians over the active units and over the directions shown. */
	readonly units: number;
	readonly directions: number;
	/** Cliff's delta: how much likelier a unit is above a direction than below; -1 to 1. */
	readonly delta: number;
	/** 95% bootstrap interval of `delta`. */
	readonly interval: readonly [low: number, high: number];
	/** `rotation.p`; null where the test wasn't done. */
	readonly p: number | null;
	/** Rotations done. */
	readonly permutations: number;
	readonly rotation: RotationResult | null;
	/** The same test on the architecture with re-drawn weights. */
	readonly redrawn: RotationResult | null;
	/** `rotation.advantage - redrawn.advantage` with its 95% bootstrap interval over units: what only learning explains. */
	readonly excess: { readonly difference: number; readonly interval: readonly [low: number, high: number] } | null;
}

/** Measures of coherence, and their names in a report. */
export const COHERENCE_MEASURES = ["purity", "similarity", "featureSimilarity"] as const;
export type CoherenceMeasure = (typeof COHERENCE_MEASURES)[number];

export interface ProbeStatistics {
	/** Null where fewer than two labels are known, or the measure can't be computed. */
	readonly purity: (ProbeComparison & { readonly chance: number }) | null;
	readonly similarity: ProbeComparison | null;
	readonly featureSimilarity: ProbeComparison | null;
	readonly inactive: number;
	/** Images and units that the rotation test was done on; null where it wasn't. */
	readonly test: { readonly images: number; readonly units: number } | null;
	/** Whether single units can be told from directions, in words: "not resolvable with 1,000 directions". */
	readonly singleUnits: {
		readonly measure: CoherenceMeasure;
		readonly directions: number;
		readonly words: string;
	} | null;
}

export interface ProbeReport extends ReportHead, ReportSubject {
	readonly kind: "probe";
	readonly layer: ProbedLayer;
	readonly options: ProbeOptions;
	readonly seed: number;
	readonly classNames: Provenance;
	/** How the pictures got their true labels, for people to read; null where none has one. */
	readonly labels: string | null;
	readonly data: ProbedData;
	/** One sentence that says no more than the tests do, and what it rests on. */
	readonly finding: string;
	readonly conditions: string;
	readonly warnings: readonly string[];
	readonly units: readonly ProbedDirection[];
	readonly directions: readonly ProbedDirection[];
	readonly own: readonly ProbedOwnDirection[];
	readonly statistics: ProbeStatistics;
	/** The only part in which two runs with one seed differ. */
	readonly run: { readonly date: string; readonly seconds: number; readonly stages: readonly ProbeStage[] };
}

export interface ProbeStage {
	readonly stage: ProbeStageName;
	readonly seconds: number;
}

/**
 * `survey`: a pass for directions that depend on the data. `scores`: scores of all images. `places`: where the top
 * images have their maximum. `rotations`: the test. `redrawn`: the same with re-drawn weights.
 */
export type ProbeStageName = "survey" | "scores" | "places" | "rotations" | "redrawn";

export interface ProbedData {
	/** For people: the path of the data set, or "12 pictures". */
	readonly name: string;
	/** Images that there are. */
	readonly total: number;
	/** Images that were scored; fewer than `total` where the run was stopped, some are unreadable, or half found the directions. */
	readonly scored: number;
	readonly unreadable: number;
	/** The first unreadable ones with the reason. */
	readonly unreadableExamples: readonly { readonly source: string; readonly error: string }[];
	/** True where a person stopped it: the report is over the first `scored` images in the seeded order. */
	readonly stopped: boolean;
	/** Images per class, in the order of the classes; null where no image has a label. */
	readonly perClass: readonly number[] | null;
}

/** A small picture of an image that some direction ranks high: the model's input, reduced so that no side is above 64. */
export interface ProbeThumbnail {
	/** As in `RankedImage.index`. */
	readonly index: number;
	readonly picture: BytePicture;
}

/** A report together with the pictures of all images that it ranks. */
export interface ProbeRecord {
	readonly report: ProbeReport;
	readonly thumbnails: readonly ProbeThumbnail[];
}
