/** What came of trying other preprocessings: plain data. */
import type { FolderOrder } from "../data/folderOrders.js";
import type { BytePicture } from "../data/png.js";
import type { Preprocessing } from "../data/types.js";
import type { LabelProbability } from "../reports/report.js";
import type { ModelRequest } from "../reports/request.js";
import type { Estimate } from "../robustness/report.js";

/** One way of taking the pictures, and how many of them are right in it. */
export interface PreprocessingTrial {
	/** "-1 to 1" */
	readonly name: string;
	readonly preprocessing: Preprocessing;
	/** How the class folders are numbered in it; null where that is no question. */
	readonly folders: FolderOrder | null;
	/** `present`: what is used as long as nothing else is said. `offered`: shown to be better. `tried`: not shown to be. */
	readonly state: "present" | "offered" | "tried";
	readonly right: number;
	/** Fewer than of the present one where it was given up before. */
	readonly of: number;
	readonly accuracy: Estimate | null;
	/** Against the present one: right where that is wrong and the other way round, and the p of no gain, corrected. Null for the present one. */
	readonly against: { readonly better: number; readonly worse: number; readonly p: number } | null;
	/** What `blindspot.json` would say of the model, as JSON. */
	readonly written: string;
	/** What the model says of the samples, in their order. */
	readonly says: readonly LabelProbability[];
}

/** A place where a model's preprocessing may be told. */
export interface Evidence {
	/** "The graph" */
	readonly place: string;
	readonly found: string;
	/** The preprocessing that follows from it, a hint; null where it says nothing. */
	readonly says: string | null;
}

export interface SuggestResult {
	/** The present one first, then by how many are right. Empty where no picture has a label or nothing is open. */
	readonly trials: readonly PreprocessingTrial[];
	/** How many labelled pictures the present one was judged on. */
	readonly pictures: number;
	/** Of what the pictures choose, each judged by what the others choose; null without an offer. */
	readonly chosen: { readonly right: number; readonly accuracy: Estimate } | null;
	/** A few of the pictures on which the ways differ most, at most 5. */
	readonly samples: readonly {
		readonly source: string;
		readonly label: string;
		readonly index: number;
		readonly picture: BytePicture;
	}[];
	/** How the pictures got their labels. */
	readonly labels: string | null;
	/** From what the present preprocessing is assumed: "the input shape: RGB, 224 × 224, 0 to 1". */
	readonly assumed: string;
	/** Where the class names are from; null where they are unknown. */
	readonly classNames: string | null;
	readonly evidence: readonly Evidence[];
}

/** The trials that were shown to be better, best first. More than one: they can't be told apart. */
export function offersOf({ trials }: Pick<SuggestResult, "trials">): readonly PreprocessingTrial[] {
	return trials.filter(({ state }) => state === "offered");
}

/** How many ways were held against the present one. */
export function triedBeside({ trials }: Pick<SuggestResult, "trials">): number {
	return Math.max(0, trials.length - 1);
}

/** The request with an offer taken: it is then said to be checked. */
export function withOffer(
	model: ModelRequest,
	{ preprocessing, folders, right, of }: PreprocessingTrial,
): ModelRequest {
	return {
		...model,
		preprocessing,
		...(folders === null ? {} : { folders }),
		checked: `${right} of ${of} labelled pictures are right with it`,
	};
}
