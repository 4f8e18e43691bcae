/**
 * Reports: plain data that says what was asked, of which model file, on which data, with which seed, backend
 * and versions, and what came out. Pages render them, the CLI prints them as JSON.
 */

import type { AttackMethod, Effort } from "../attack/methods.js";
import type { Pixels, Preprocessing, Provenance, Size } from "../data/types.js";
import type { ModelFormat } from "../formats/formats.js";
import type { OutputChoice } from "../network/outputs.js";
import type { OperationName, Shape } from "../network/types.js";

export const REPORT_VERSION = 1;

export interface LayerSummary {
	readonly name: string;
	/** The layer's type as the file calls it. */
	readonly type: string;
	readonly op: OperationName;
	readonly outputShape: Shape;
	readonly parameters: number;
}

/** What `inspect` says of a model. */
export interface ModelSummary {
	readonly path: string;
	/** All files that the model consists of, the graph's first. */
	readonly files: readonly string[];
	readonly sha256: string;
	readonly format: ModelFormat;
	readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
	readonly outputs: readonly { readonly name: string; readonly shape: Shape }[];
	readonly layers: readonly LayerSummary[];
	readonly parameters: number;
	/** Number of classes; null where the model is no classifier that Blindspot understands. */
	readonly classes: number | null;
	/** Class names, empty where `classes` is null. */
	readonly classNames: readonly string[];
	readonly preprocessing: Preprocessing | null;
	readonly warnings: readonly string[];
}

export type BackendName = "native" | "wasm" | "js";

export interface BackendInfo {
	readonly name: BackendName;
	/** "TensorFlow 2.18.1", "TensorFlow.js 4.22.0". */
	readonly version: string;
	/** Why a faster backend isn't used; null where the preferred one is. */
	readonly note: string | null;
}

export interface LabelProbability {
	readonly index: number;
	readonly name: string;
	readonly probability: number;
}

/** What a model says of one picture. */
export interface PredictedImage {
	readonly source: string;
	readonly label: number | null;
	readonly fileSize: Size | null;
	/** Most probable first. */
	readonly top: readonly LabelProbability[];
	/** Why the picture could not be read; null where it could. */
	readonly error: string | null;
}

export interface ReportModel {
	readonly path: string;
	readonly sha256: string;
	readonly format: ModelFormat;
	readonly parameters: number;
	readonly classes: number;
	readonly classNames: readonly string[];
	readonly inputSize: Size;
	readonly channels: number;
	/** Absent where the file has one output, or somebody said which. */
	readonly outputChoice?: OutputChoice;
}

export interface ReportPreprocessing extends Preprocessing {
	readonly provenance: Provenance;
}

/** What every report says of how it came about. */
export interface ReportHead {
	readonly version: typeof REPORT_VERSION;
	/** The version of Blindspot. */
	readonly blindspot: string;
	readonly backend: { readonly name: BackendName; readonly version: string };
}

/** What a report says of a model that it is about, and how pictures get into it. */
export interface ReportSubject {
	readonly model: ReportModel;
	readonly preprocessing: ReportPreprocessing;
}

/** Which label an adversarial is to get. `any`: untargeted. `next`: (label + 1) mod classes. `second`: the second most probable. */
export type Target =
	| { readonly kind: "any" }
	| { readonly kind: "next" }
	| { readonly kind: "random" }
	| { readonly kind: "second" }
	| { readonly kind: "label"; readonly index: number };

export interface AttackOptions {
	readonly method: AttackMethod;
	readonly effort: Effort;
	readonly target: Target;
	/** The most evaluations (network passes, gradients and forwards) for one image; null for the method's own plan. */
	readonly budget: number | null;
}

/** Why no adversarial was found: the gradient is zero; the box [0, 1] leaves no room; the budget is spent; stopped by the person; the model gives the wanted label already. */
export const ATTACK_FAILURES = ["no gradient", "box", "budget", "stopped", "already target"] as const;
export type AttackFailure = (typeof ATTACK_FAILURES)[number];

/** One label's probability before and after. */
export interface LabelChange {
	readonly index: number;
	readonly name: string;
	readonly before: number;
	readonly after: number;
}

/** How often Gaussian noise of the same distortion, clipped to the box, changes the label. */
export interface NoiseControl {
	readonly samples: number;
	readonly changed: number;
	/** 95% Wilson interval of the share that changes. */
	readonly interval: readonly [low: number, high: number];
	/** Mean distortion of the noise after clipping, where the box couldn't hold as much as the adversarial's. */
	readonly reached?: number;
}

/** The adversarial after rounding to 8 bits, as a PNG stores it. */
export interface StoredAdversarial {
	readonly success: boolean;
	/** Root mean square over all pixels and channels; null where not even the lattice search held. */
	readonly distortion: number | null;
	/** True where plain rounding lost it and a near lattice point was searched. */
	readonly repaired: boolean;
}

/** One image of an attack. Null figures where there is no adversarial. */
export interface AttackedImage {
	readonly source: string;
	/** True class, null where it isn't known. */
	readonly label: number | null;
	readonly fileSize: Size | null;
	readonly predicted: LabelProbability | null;
	/** Index of the wanted label; null when untargeted. */
	readonly target: number | null;
	readonly success: boolean;
	readonly adversarial: LabelProbability | null;
	/** sqrt(mean((x' - x)^2)) over pixels and channels. */
	readonly distortion: number | null;
	readonly l2: number | null;
	readonly linf: number | null;
	/** Logit of the new label minus the highest other one, at the adversarial (or, failing, at the nearest attempt). */
	readonly margin: number | null;
	/** Standard deviation that float32 rounding gives to gaps between this image's logits; margins are at least ten times it. */
	readonly rounding: number | null;
	readonly stored: StoredAdversarial | null;
	readonly control: NoiseControl | null;
	/** The leading labels before and after, most probable first. */
	readonly labels: readonly LabelChange[];
	/** Network passes spent on this image. */
	readonly evaluations: number;
	/** Best distortion so far against evaluations: steps downwards. */
	readonly history: readonly (readonly [evaluations: number, distortion: number])[];
	/** Why there is no adversarial; null on success. */
	readonly failure: AttackFailure | null;
	/** Why the picture could not be read; null where it could. */
	readonly error: string | null;
	/** Files written for this image, by the CLI's `--out` or the page's Save. */
	readonly files: { readonly adversarial: string | null; readonly noise: string | null };
}

export interface AttackSummary {
	readonly attacked: number;
	readonly succeeded: number;
	readonly unreadable: number;
	/** Over the images with an adversarial; null where there is none. */
	readonly meanDistortion: number | null;
}

export interface AttackReport extends ReportHead, ReportSubject {
	readonly kind: "attack";
	readonly options: AttackOptions;
	readonly seed: number;
	readonly classNames: Provenance;
	/** How the pictures got their true labels, for people to read; null where none has one. */
	readonly labels: string | null;
	/** What was assumed or skipped, for people to read. */
	readonly warnings: readonly string[];
	readonly images: readonly AttackedImage[];
	readonly summary: AttackSummary;
	/** The only part in which two runs with one seed differ. `imageSeconds` goes with `images`. */
	readonly run: {
		readonly date: string;
		readonly seconds: number;
		readonly imageSeconds: readonly (number | null)[];
	};
}

/** The pixels that go with one image of an attack report; `adversarial` is the best so far, or null. */
export interface AttackPixels {
	readonly original: Pixels | null;
	readonly adversarial: Pixels | null;
	/** The 8-bit form, as it would be saved; null where `stored.success` is false. */
	readonly stored: Uint8Array | null;
}

/** A report together with the pixels of its images, in the same order. */
export interface AttackRecord {
	readonly report: AttackReport;
	readonly pixels: readonly AttackPixels[];
	/** What couldn't be written and why, a sentence for each file; the report's warnings say it in short. */
	readonly unwritten: readonly string[];
}
