/**
 * Every message between the page "Adversarial" and the extension. Types and constants only, so that neither side
 * pulls the other's code into its bundle; what the extension receives is validated by `pageMessages.ts`.
 */

import type { ByMethod } from "../../compute/attack/methodComparison.js";
import type { AttackMethod, Effort } from "../../compute/attack/methods.js";
import type { OutputChoice } from "../../compute/network/outputs.js";
import type { SuggestResult } from "../../compute/predict/suggestion.js";
import type { AttackedImage, AttackPixels, Target } from "../../compute/reports/report.js";
import {
	COMMON_KEYS,
	type CommonExtensionMessage,
	type CommonPageMessage,
	type ModelChoice,
	type Phase,
} from "../messages.js";

/** What a run is asked for. */
export interface Question {
	/** Path of the model file; null where none is chosen yet. */
	readonly model: string | null;
	readonly method: AttackMethod;
	readonly target: Target;
	readonly effort: Effort;
	/** The most evaluations for one image; null for the method's own plan. */
	readonly budget: number | null;
	readonly seed: number;
}

/** `waiting`: not begun. `running`: being searched. `done`: finished, found or not, or unreadable. `unfinished`: the run ended before. */
export type RowStatus = "waiting" | "running" | "done" | "unfinished";

/** What one method made of an image. */
export interface MethodRow {
	readonly image: AttackedImage;
	readonly status: RowStatus;
	/** Seconds from its start to its end; null while it isn't done. */
	readonly seconds: number | null;
}

/** One image of the page. */
export interface Row extends MethodRow {
	/** What was asked for this image. */
	readonly target: Target;
	/** What further methods than the run's made of it; empty where none was tried. */
	readonly methods: ByMethod<MethodRow>;
}

/** Pixels at the model's input size; `adversarial` is the best so far. */
export type RowPixels = Pick<AttackPixels, "original" | "adversarial">;

/** Pixels with the noise in one byte each: `scale` is what a step of it stands for. */
export interface ExportedPixels {
	readonly original: RowPixels["original"];
	readonly noise: { readonly steps: Int8Array; readonly scale: number } | null;
}

export interface PreprocessingNote {
	/** `settled`: a person or a file says it. `checked`: labelled pictures have shown it. `assumed`: nothing does; the page warns then. */
	readonly state: "settled" | "checked" | "assumed";
	/** "the input shape: RGB, 224 × 224, 0 to 1" */
	readonly because: string;
}

/** What goes with a complete run, for people to read. */
export interface RunFacts {
	readonly modelPath: string;
	readonly sha256: string;
	/** How the images got their true labels; null where none has one. */
	readonly labels: string | null;
	/** "native TensorFlow 2.18.1" */
	readonly backend: string;
	readonly seconds: number;
	/** ISO 8601. */
	readonly date: string;
}

export interface AdversarialState {
	/** Names the report, so that a reopened page finds its selection and scroll position again. */
	readonly report: string;
	/** What the toolbar says. */
	readonly asked: Question;
	/** What the rows are results of; null before the first run. */
	readonly shown: Question | null;
	readonly models: readonly ModelChoice[];
	/** Names of the classes of the model in `shown`; empty until they are known. */
	readonly classNames: readonly string[];
	readonly rows: readonly Row[];
	readonly phase: Phase;
	readonly preprocessing: PreprocessingNote | null;
	/** What labelled pictures say of the assumed preprocessing and of the usual others; null where nothing was tried. */
	readonly tried: SuggestResult | null;
	/** `blindspot.json` is another than that of the results. */
	readonly configurationChanged: boolean;
	/** The model's file is another than that of the results. */
	readonly modelChanged: boolean;
	/** Which of several outputs of the model's file was taken; null where that is no question. */
	readonly outputChoice: OutputChoice | null;
	readonly warnings: readonly string[];
	readonly facts: RunFacts | null;
}

/** Keys are contributed keybindings; the extension forwards the command that they stand for. */
export const KEY_COMMANDS = [
	...COMMON_KEYS,
	"rowUp",
	"rowDown",
	"rowFirst",
	"rowLast",
	"screenUp",
	"screenDown",
	"open",
	"save",
	"target",
	"compare",
	"noiseMore",
	"noiseLess",
	"compact",
	"detail",
] as const;
export type KeyCommand = (typeof KEY_COMMANDS)[number];

/** From the extension to the page. */
export type ExtensionMessage =
	/** Everything but pixels. Pixels of rows with the same source are kept; others follow as `image`. */
	| { readonly type: "state"; readonly state: AdversarialState }
	/** One row has changed. `pixels` is null where they are as before. */
	| { readonly type: "image"; readonly index: number; readonly row: Row; readonly pixels: RowPixels | null }
	/** A row of a page that is a file of its own, with small pictures. */
	| { readonly type: "exportedImage"; readonly index: number; readonly row: Row; readonly pixels: ExportedPixels }
	/** What a further method makes of a row; `adversarial` is its best so far. */
	| {
			readonly type: "method";
			readonly index: number;
			readonly method: AttackMethod;
			readonly row: MethodRow;
			readonly adversarial: RowPixels["adversarial"];
	  }
	/** The same on a page that is a file of its own; after its row. */
	| {
			readonly type: "exportedMethod";
			readonly index: number;
			readonly method: AttackMethod;
			readonly row: MethodRow;
			readonly noise: ExportedPixels["noise"];
	  }
	| { readonly type: "phase"; readonly phase: Phase; readonly facts: RunFacts | null }
	/** Files were written for one image. */
	| { readonly type: "files"; readonly index: number; readonly files: AttackedImage["files"] }
	| CommonExtensionMessage;

export const SAVED_PARTS = ["adversarial", "noise", "both"] as const;
export type SavedPart = (typeof SAVED_PARTS)[number];

/** From the page to the extension, beside what all pages ask. */
export type OwnPageMessage =
	| ({ readonly type: "run" } & Omit<Question, "seed" | "model"> & { readonly model: string })
	/** Run one image again, the others stay. */
	| { readonly type: "runImage"; readonly index: number; readonly target: Target; readonly budget: number | null }
	/** Run what isn't done: after a cancel or after the process ended. */
	| { readonly type: "runOthers" }
	/** Keep the best so far of one image and go on with the others. */
	| { readonly type: "stopImage"; readonly index: number }
	/** Run further methods on one image, the other results stay. */
	| { readonly type: "compareMethods"; readonly index: number; readonly methods: readonly AttackMethod[] }
	/** Keep the best so far of one further method and go on with the others. */
	| { readonly type: "stopMethod"; readonly method: AttackMethod }
	/** Ask the person for pictures, by the editor's own dialog. */
	| { readonly type: "chooseImages" }
	/** `factor` is what the noise is multiplied by on the page. */
	| { readonly type: "save"; readonly index: number; readonly what: SavedPart; readonly factor: number }
	| { readonly type: "saveAll"; readonly factor: number }
	/** Attack with one of the preprocessings that were tried, by its place in the list. */
	| { readonly type: "useTried"; readonly index: number }
	| { readonly type: "runAsAssumed" }
	/** Ask the person which preprocessing to write into `blindspot.json`, with what the model says under each. */
	| { readonly type: "setPreprocessing" }
	/** Have blindspot.json name another output of the model, and attack that. */
	| { readonly type: "takeOutput"; readonly name: string }
	/** Write one of those that were tried into blindspot.json, by its place in the list, and attack with it. */
	| { readonly type: "writeTried"; readonly index: number };

export type PageMessage = OwnPageMessage | CommonPageMessage;
