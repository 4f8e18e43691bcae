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

/** A value with its 95% interval, of which an end may lie beyond all that was found: null. */
export interface OpenEstimate {
	readonly value: number;
	readonly interval: readonly [low: number | null, high: number | null];
}

/** The share of images that are right and have no adversarial found up to a distortion, with the Wilson interval for it. */
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
	readonly median: OpenEstimate | null;
	readonly curve: readonly CurvePoint[];
	/** The same with Gaussian noise, one draw for an image at each distortion; clipped to the box. */
	readonly noise: readonly CurvePoint[];
}

/** How many images have a property in both models, in one of them only, or in neither. */
export interface PairedShares {
	readonly both: number;
	readonly first: number;
	readonly second: number;
	readonly neither: number;
	/** The second's share less the first's, with Newcombe's interval for paired shares; null of no images. */
	readonly difference: Estimate | null;
	/** McNemar's exact test, two-sided. */
	readonly p: number;
}

/** The second model compared with the first. */
export interface RobustnessComparison {
	/** Images that both get right. */
	readonly pairs: number;
	/** Those of them with an adversarial in both, or in one only. */
	readonly found: { readonly both: number; readonly first: number; readonly second: number };
	/**
	 * Median over the pairs of the second's distortion divided by the first's, failed searches censored, with the sign test's interval. Null
	 * where failed searches leave the median open.
	 */
	readonly ratio: OpenEstimate | null;
	/** Pairs without an adversarial up to a distortion; null where so few searches failed that the ratio says it all. */
	readonly within: (PairedShares & { readonly distortion: number }) | null;
	/** Over all readable images. */
	readonly accuracy: PairedShares;
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
	/** Null for one model, and in reports of before it was made so. */
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
