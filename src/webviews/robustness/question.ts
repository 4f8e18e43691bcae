/** What the page "Robustness" asks, and what it shows. Types only. */
import type { RobustnessOptions, RobustnessPicture, RobustnessReport } from "../../compute/robustness/report.js";

export interface RobustnessQuestion {
	readonly model: string | null;
	/** A second model, or an earlier checkpoint, on the same images; null for none. */
	readonly against: string | null;
	readonly data: { readonly path: string; readonly take: number | null } | null;
	readonly options: RobustnessOptions;
	readonly seed: number;
}

/** A report with the pictures of its outstanding images. */
export interface ShownRobustness extends RobustnessReport {
	readonly pictures: readonly RobustnessPicture[];
}

/** From the page: show these images of the report as adversarials of one of its models. */
export interface OpenAdversarials {
	readonly type: "openAdversarials";
	readonly model: string;
	readonly sources: readonly string[];
}
