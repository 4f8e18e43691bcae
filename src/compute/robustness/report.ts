/** Reports of robustness: how many of a data set's images a model still gets right as they are changed ever more. */
import type { BytePicture } from "../data/png.js";
import type { Provenance } from "../data/types.js";
import type { AttackFailure, AttackOptions, LabelProbability, ReportHead, ReportSubject } from "../reports/report.js";

export interface RobustnessOptions extends AttackOptions {
	/** Distortions at which Gaussian noise is tried, from 0 to the end of the curve; 0 for no comparison with noise. */
	readonly noiseLevels: number;
}

/** A value with its 95% interval. */
export interface Estimate {
	readonly value: number;
	readonly interval: readonly [low: number, high: number];
}

/** The share of images that are still right at a distortion, with the Wilson interval for it. */
export interface CurvePoint {
	readonly distortion: number;
	readonly share: Estimate;
}

/** What one model makes of one image. */
export interface RobustImage {
	/** Null where the picture could not be read. */
	readonly predicted: LabelProbability | null;
	/** Whether that is the true label; where none is known, true: right then means unchanged. */
	readonly right: boolean;
	/** Of the closest adversarial; null where there is none, or the image wasn't right to begin with. */
	readonly distortion: number | null;
	/** The label that the adversarial gets. */
	readonly adversarial: LabelProbability | null;
	readonly failure: AttackFailure | null;
	readonly evaluations: number;
}

/** One model on all images. Shares are of all readable images; distortions of those with an adversarial. */
export interface RobustnessOfModel extends ReportSubject {
	readonly classNames: Provenance;
	/** In the order of the report's `images`. */
	readonly images: readonly RobustImage[];
	readonly readable: number;
	/** Share that is right without a change. */
	readonly accuracy: Estimate | null;
	/** Images that were right and so were attacked, and those of them with an adversarial. */
	readonly attacked: number;
	readonly succeeded: number;
	/** Mean minimum distortion, the figure in table 1 of Szegedy et al. (2014); null without an adversarial. */
	readonly mean: Estimate | null;
	/**
	 * Over the attacked images, those without an adversarial counting as further than any; null where that is the
	 * median itself.
	 */
	readonly median: Estimate | null;
	readonly curve: readonly CurvePoint[];
	/** The same with Gaussian noise, one draw for an image at each distortion; clipped to the box. */
	readonly noise: readonly CurvePoint[];
}

/** The second model compared with the first, over the images for which both have an adversarial. */
export interface RobustnessComparison {
	readonly pairs: number;
	/** Mean distortion of the second less that of the first, image by image; bootstrap interval. Null without pairs. */
	readonly difference: Estimate | null;
	/** Median of the second divided by that of the first over the same images; bootstrap interval. */
	readonly medianRatio: Estimate | null;
	/** Images that took more distortion in the second model. */
	readonly further: number;
	/** Accuracy of the second less that of the first, over all readable images. */
	readonly accuracyDifference: Estimate | null;
}

export interface RobustnessReport extends ReportHead {
	readonly kind: "robustness";
	readonly options: RobustnessOptions;
	readonly seed: number;
	readonly data: {
		/** For people: the path of the data set, or "12 pictures". */
		readonly name: string;
		readonly total: number;
		/** Images that are done; fewer than `total` where it is still running or was stopped. */
		readonly done: number;
		readonly unreadable: number;
		readonly stopped: boolean;
	};
	/** How the pictures got their true labels, for people to read; null where none has one. */
	readonly labels: string | null;
	readonly warnings: readonly string[];
	/** One sentence with the figures, and what it rests on. */
	readonly finding: string;
	readonly conditions: string;
	/** The first `done` images: where each came from. */
	readonly images: readonly { readonly source: string; readonly label: number | null; readonly error: string | null }[];
	/** One model, or two: the one in question first. */
	readonly models: readonly [RobustnessOfModel] | readonly [RobustnessOfModel, RobustnessOfModel];
	/** Null for one model. */
	readonly comparison: RobustnessComparison | null;
	/** The only part in which two runs with one seed differ. */
	readonly run: { readonly date: string; readonly seconds: number };
}

/** An image with its adversarials, for those nearest to a mistake and those on which two models differ most. */
export interface RobustnessPicture {
	/** Position in the report's `images`. */
	readonly index: number;
	/** One per model, at that model's input size; null where the model has none. */
	readonly pictures: readonly ({ readonly original: BytePicture; readonly adversarial: BytePicture } | null)[];
}

/** A report together with the pictures of a few dozen images. */
export interface RobustnessRecord {
	readonly report: RobustnessReport;
	readonly pictures: readonly RobustnessPicture[];
}
