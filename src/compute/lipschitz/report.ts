/** What is asked of the Lipschitz analysis, what it tells while it runs, and its report. */
import type { OperationName, Shape } from "../network/types.js";
import type { LabelProbability, ReportHead, ReportSubject } from "../reports/report.js";
import type { DataRequest } from "../reports/request.js";

/**
 * How good a bound is. `exact`: no bound smaller by more than 0.1% holds. `upper`: it holds, the least may be smaller.
 * `unbounded`: the operation has no bound that holds for every input, or none can be computed.
 */
export const BOUND_KINDS = ["exact", "upper", "unbounded"] as const;
export type BoundKind = (typeof BOUND_KINDS)[number];

/** A layer as it runs, before its bound is known. */
export interface LayerOutline {
	/** The layer of the file; where several run as one, that with the kernel. */
	readonly name: string;
	/** The other layers of the file that were taken into it, such as a batch normalisation. */
	readonly folded: readonly string[];
	readonly op: OperationName;
	/** What goes with the operation: "5×5 / 2", "relu"; empty where there is nothing to say. */
	readonly detail: string;
	/** The input that the bound holds for; null for the model's input and for constants. */
	readonly inputShape: Shape | null;
	readonly outputShape: Shape;
}

/** The L2 operator norm, or Lipschitz constant, of one layer as it runs. */
export interface LayerBound extends LayerOutline {
	readonly kind: BoundKind;
	/** No two inputs move the output further apart than this times their distance; null where unbounded. */
	readonly upper: number | null;
	/** The largest stretch found by running the layer; null where none was looked for. */
	readonly lower: number | null;
	/** The paper's value for a convolution: circular, on a grid of the input's own size. Not a bound; null for others. */
	readonly circular: number | null;
	/** Bound from the pixels to this layer's input, the largest where it has several; null where unbounded. */
	readonly before: number | null;
	/** Bound from the pixels to this layer's output; null where unbounded. */
	readonly product: number | null;
	/** Why there is no bound, or why it isn't exact; null where it is. */
	readonly because: string | null;
}

/** The network from pixels in [0, 1] to logits. */
export interface NetworkBound {
	readonly kind: BoundKind;
	/** Null where unbounded. */
	readonly upper: number | null;
	/** The largest stretch seen: the larger of the two below. */
	readonly lower: number;
	/** The largest norm of an input gradient of a unit combination of the logits. */
	readonly gradient: number;
	/** The largest quotient of distances between logits and between pictures. */
	readonly quotient: number;
	/** Where these were seen. */
	readonly seenOn: "pictures" | "random pixels";
	/** The first layer without a bound, and why; null where there is a bound. */
	readonly unboundedBy: string | null;
}

/** No adversarial of this picture is nearer than `radius`. Null figures where the picture is unreadable. */
export interface Certificate {
	readonly source: string;
	/** True class, null where it isn't known. */
	readonly label: number | null;
	readonly predicted: LabelProbability | null;
	/** Logit of the predicted label minus the highest other one. */
	readonly margin: number | null;
	/** L2 over the pixels in [0, 1] within which the prediction can't change; null where the network is unbounded. */
	readonly radius: number | null;
	/** L2 distance of the closest adversarial found; null where none was searched or found. */
	readonly found: number | null;
	/** Why the picture could not be read; null where it could. */
	readonly error: string | null;
}

/** Shares of the readable pictures at one distance; they add up to 1. A picture without a label counts as right. */
export interface CertifiedShares {
	readonly distance: number;
	/** Right, and no adversarial is nearer. */
	readonly certified: number;
	readonly unknown: number;
	/** Wrong as it is, or an adversarial was found nearer. */
	readonly found: number;
}

export interface LipschitzReport extends ReportHead, ReportSubject {
	readonly kind: "lipschitz";
	readonly asked: {
		/** The data as it was named; null for none. */
		readonly data: DataRequest | null;
		readonly adversarials: boolean;
	};
	readonly seed: number;
	/** What was assumed or skipped, for people to read. */
	readonly warnings: readonly string[];
	/** In the order in which they run. */
	readonly layers: readonly LayerBound[];
	readonly network: NetworkBound;
	readonly certificates: readonly Certificate[];
	/** By growing distance; empty without pictures. */
	readonly shares: readonly CertifiedShares[];
	/** The only part in which two runs with one seed differ. `layerSeconds` goes with `layers`. */
	readonly run: {
		readonly date: string;
		readonly seconds: number;
		readonly layerSeconds: readonly number[];
	};
}
