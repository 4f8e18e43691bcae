/**
 * Attacks as coroutines: the algorithm for one image is straight-line code that yields what it wants the network
 * to compute and is resumed with the answer. `runTogether` gathers what all live images want into batches, so each
 * image keeps its own state, and one that is done leaves the batch.
 */

/** Writes into `out` the weights `[classes]` of the sum of logits whose gradient is wanted, given a point's logits. */
export type Cotangent = (logits: Float32Array, out: Float32Array, point: number) => void;

/** Network passes wanted for `points`, each `[height·width·channels]` in [0, 1]; one point may be named more than once. */
export type Request =
	/** Logits; `alone` asks for batch size 1, as a person would run a picture by itself. */
	| { readonly kind: "logits"; readonly points: readonly Float32Array[]; readonly alone: boolean }
	/** With `widths`, one per kink, it is the network with its kinks rounded off so far, logits included. */
	| {
			readonly kind: "gradient";
			readonly points: readonly Float32Array[];
			readonly cotangent: Cotangent;
			readonly widths: Float32Array | null;
	  }
	/** Logits under two disturbances as large as rounding: `disturbed` has both, one after the other. */
	| { readonly kind: "disturbed"; readonly points: readonly Float32Array[] }
	/** How much the input of each kink varies within the image: what widths are measured in. */
	| { readonly kind: "spreads"; readonly points: readonly Float32Array[] };

/** One entry per point, valid until the next request; empty for what wasn't asked for. */
export interface Answer {
	readonly logits: readonly Float32Array[];
	readonly gradients: readonly Float32Array[];
	readonly disturbed: readonly Float32Array[];
	/** One value per kink. */
	readonly spreads: readonly Float32Array[];
}

/** A computation that asks the network for things on its way to a `T`. */
export type Steps<T> = Generator<Request, T, Answer>;
