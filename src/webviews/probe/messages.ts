/** What the page "Probe" and the extension say to each other beside what all pages of analyses say. Types only. */
import type { ActivationMap } from "../../compute/activations/unit/report.js";
import type { BlindTest } from "./blind/blindTest.js";
import type { LayerChoice } from "./question.js";

/** A unit by its index, or a direction of the report: drawn ones by their place in the drawing, own ones by their place. */
export interface ChosenDirection {
	readonly kind: "unit" | "direction" | "own";
	readonly index: number;
}

/** What is done to the person's own directions; those of a new run are probed beside the random ones. */
export type OwnAction =
	| { readonly kind: "combination" | "load" | "save" | "clear" }
	/** The mean of these images of the data minus that of all others. */
	| { readonly kind: "images"; readonly sources: readonly string[] };

export type ProbePageMessage =
	/** The layers of a model, for the field; the answer is `layers`. */
	| { readonly type: "layers"; readonly model: string }
	/** What a unit or direction of the report says at the places of one of its images; the answer is `map`. */
	| { readonly type: "map"; readonly source: string; readonly of: ChosenDirection }
	/** Opens the page of a unit or direction. */
	| { readonly type: "openUnit"; readonly of: ChosenDirection }
	/** Draws a blind test; the answer is `blind`. */
	| { readonly type: "startBlind"; readonly seed: number; readonly perKind: number }
	/** A grid was judged: keep the test as it is now; null throws it away. */
	| { readonly type: "blind"; readonly test: BlindTest | null }
	| { readonly type: "exportBlind" }
	| { readonly type: "own"; readonly action: OwnAction };

export type ProbeExtensionMessage =
	| { readonly type: "layers"; readonly model: string; readonly layers: readonly LayerChoice[] }
	| { readonly type: "map"; readonly source: string; readonly of: ChosenDirection; readonly map: ActivationMap }
	| { readonly type: "blind"; readonly test: BlindTest | null };
