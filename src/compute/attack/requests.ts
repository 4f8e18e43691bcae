/** What is asked of an attack, and what it tells. */
import type { AttackedImage, AttackOptions, AttackPixels, AttackRecord, AttackReport } from "../reports/report.js";
import { type DataRequest, type ModelRequest, tellingRequest } from "../reports/request.js";

export interface AttackParams {
	/** Chosen by the caller; names the run in its progress and in `stop`. */
	readonly run: string;
	readonly model: ModelRequest;
	readonly data: DataRequest;
	/** Where the images are part of a run that was asked for before: their places in it, so that what is random is the same again. */
	readonly places?: readonly number[];
	readonly options: AttackOptions;
	readonly seed: number;
	/** Path of an `.npz` to write originals, adversarials and labels to; null for none. */
	readonly npz: string | null;
	/** Folder to write adversarial and noise PNGs to; null for none. */
	readonly out: string | null;
	/** Whether the answer and what is told on the way have the pixels; without them a data set streams through. */
	readonly keepPixels: boolean;
}

/** What an attack tells while it runs. Images are named by their position. */
export type AttackProgress =
	/** The list is known; nothing is computed yet. */
	| {
			readonly kind: "started";
			/** The report as far as it is known: what is finished can be kept whatever happens to the rest. */
			readonly report: AttackReport;
	  }
	/** The picture was read and predicted; `pixels.original` is there (null where it is unreadable). */
	| { readonly kind: "read"; readonly index: number; readonly image: AttackedImage; readonly pixels: AttackPixels }
	/** A nearer adversarial than before; sent at most a few times a second per image. */
	| { readonly kind: "better"; readonly index: number; readonly image: AttackedImage; readonly pixels: AttackPixels }
	/** This image is done, with or without an adversarial. */
	| {
			readonly kind: "finished";
			readonly index: number;
			readonly image: AttackedImage;
			readonly pixels: AttackPixels;
			readonly seconds: number;
	  };

export const attackRequests = { attack: tellingRequest<AttackParams, AttackRecord, AttackProgress>() };
