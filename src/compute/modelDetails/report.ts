/** What the model page and `inspect` show of a model, and of two models side by side. */
import type { Provenance } from "../data/types.js";
import type { Padding2D, Pair, Shape, WeightRole } from "../network/types.js";
import type { LayerSummary, ModelSummary, ReportHead } from "../reports/report.js";

/** Of the finite values; null where there is none. */
export interface WeightStatistics {
	readonly mean: number | null;
	/** Of the values themselves, not of a population that they were drawn from. */
	readonly standardDeviation: number | null;
	readonly least: number | null;
	readonly most: number | null;
	/** How many values are exactly 0. */
	readonly zeros: number;
	readonly nan: number;
	readonly infinite: number;
}

export interface Histogram {
	/** Ends of the first and the last bin. */
	readonly low: number;
	readonly high: number;
	/** How many finite values are in each bin; bins are equally wide. */
	readonly counts: readonly number[];
}

export interface WeightReport extends WeightStatistics {
	readonly role: WeightRole;
	readonly name: string;
	/** Where it stands in the file, for people to read. */
	readonly place: string;
	readonly shape: Shape;
	/** Null where no value is finite. */
	readonly histogram: Histogram | null;
}

/** Something about a layer's weights that is rarely meant. `first` names the first channels of those concerned. */
export type LayerCheck =
	| { readonly kind: "nan"; readonly values: number }
	| { readonly kind: "infinite"; readonly values: number }
	/** Output channels that are the same for every picture: all their weights are 0, or next to it. */
	| { readonly kind: "dead"; readonly channels: number; readonly of: number; readonly first: readonly number[] }
	/** Output channels that compute what an earlier one computes. */
	| { readonly kind: "duplicate"; readonly channels: number; readonly of: number; readonly first: readonly number[] }
	/** Output channels whose weights' norm is far above the layer's median. */
	| { readonly kind: "large"; readonly channels: number; readonly of: number; readonly first: readonly number[] };

export type CheckKind = LayerCheck["kind"];

/** How a layer slides over its input. */
export interface SlidingWindow {
	readonly size: Pair;
	readonly strides: Pair;
	readonly dilations: Pair;
	readonly padding: Padding2D;
	readonly groups: number;
}

export interface LayerReceptiveField {
	/** In pixels, counting what lies beyond the picture's edges. */
	readonly height: number;
	readonly width: number;
	/** True where a place in the middle can depend on every pixel. */
	readonly wholePicture: boolean;
}

export interface LayerReport extends LayerSummary {
	/** "Conv2D 3×3 / 2 + ReLU". */
	readonly operation: string;
	/** Names of the layers that it reads from. */
	readonly inputs: readonly string[];
	readonly inputShapes: readonly Shape[];
	/** Of one picture. */
	readonly multiplyAdds: number;
	readonly window: SlidingWindow | null;
	/** Of the layer's output; null where the model's input is no picture or the network has too many layers to ask. */
	readonly receptiveField: LayerReceptiveField | null;
	/** The one with most to say first: a kernel before its bias. */
	readonly weights: readonly WeightReport[];
	readonly checks: readonly LayerCheck[];
}

export interface ModelReport extends ReportHead, ModelSummary {
	readonly kind: "model";
	/** Of all files of the model. */
	readonly bytes: number;
	/** In one picture's way through the network. */
	readonly multiplyAdds: number;
	readonly layers: readonly LayerReport[];
	/** Where preprocessing and class names come from; null where the model is no classifier. */
	readonly provenance: { readonly preprocessing: Provenance; readonly classNames: Provenance } | null;
	/** The only part in which two reports on one file differ. */
	readonly run: { readonly date: string; readonly seconds: number };
}

/** A layer's weights as 8-bit pictures, one for each unit; zero is 128, the largest size in each picture 1 or 255. */
export interface WeightPictures {
	readonly layer: string;
	readonly height: number;
	readonly width: number;
	readonly channels: 1 | 3;
	/** How many are shown, of how many units. */
	readonly count: number;
	readonly of: number;
	/** `[count, height, width, channels]`. */
	readonly pixels: Uint8Array;
}

/** Sizes in the picture of the graph: a layer's box, and how far apart layers of a chain are. */
export const LAYER_BOX = { width: 148, height: 18, pitch: 26 } as const;

export type LayoutPoint = readonly [x: number, y: number];

/** A connection of two layers, by their numbers, from the edge of one box to the edge of the other. */
export interface LayoutEdge {
	readonly from: number;
	readonly to: number;
	readonly points: readonly LayoutPoint[];
}

export interface GraphLayout {
	readonly width: number;
	readonly height: number;
	/** Middle of each layer's box, in the report's order. */
	readonly nodes: readonly LayoutPoint[];
	readonly edges: readonly LayoutEdge[];
}

/** A report together with the pictures that belong to it. */
export interface ModelRecord {
	readonly report: ModelReport;
	readonly pictures: readonly WeightPictures[];
	readonly layout: GraphLayout;
}

export interface WeightChange {
	readonly role: WeightRole;
	/** `‖b - a‖ / ‖a‖`; null where a is zero or a value isn't finite. */
	readonly relative: number | null;
	/** Largest absolute difference of two values. */
	readonly most: number | null;
}

/**
 * One layer of two models. `changed` and `same` speak of the weights; layers without weights are `same`. `reshaped` has
 * the name of the earlier one but other weights' shapes or settings.
 */
export interface LayerComparison {
	readonly status: "same" | "changed" | "reshaped" | "added" | "removed";
	/** Names in the first and in the second model; null where it has no such layer. */
	readonly before: string | null;
	readonly after: string | null;
	readonly operation: string;
	readonly outputShape: Shape;
	readonly parameters: number;
	/** Over all weights of the layer; null where there are none or they can't be compared. */
	readonly relativeChange: number | null;
	/** Cosine of the angle between the two layers' weights; null likewise. */
	readonly cosine: number | null;
	readonly weights: readonly WeightChange[];
	/** Why weights can't be compared: what was and what is, for people to read; null where they can. */
	readonly note: string | null;
}

export type ComparedModel = Pick<ModelSummary, "path" | "sha256" | "format" | "parameters">;

export interface ModelComparison extends ReportHead {
	readonly kind: "model comparison";
	readonly before: ComparedModel;
	readonly after: ComparedModel;
	/** In the order of the second model, removed ones where they were. */
	readonly layers: readonly LayerComparison[];
	/** Over all weights that both have; null where there are none. */
	readonly relativeChange: number | null;
	readonly counts: Readonly<Record<LayerComparison["status"], number>>;
	readonly warnings: readonly string[];
	readonly run: { readonly date: string; readonly seconds: number };
}
