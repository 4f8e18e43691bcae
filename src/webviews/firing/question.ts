/** What the page "Which Units Fire?" asks, and the report that it shows. Types only: the page has them in its bundle. */

import type { FiringReport } from "../../compute/activations/unit/report.js";
import type { BytePicture } from "../../compute/data/png.js";
import type { ProbedPart } from "../probe/question.js";

export interface FiringQuestion {
	readonly model: string | null;
	/** Path of the picture, or `path#index` for an entry of a data set's file. */
	readonly picture: string;
	/** The data whose distribution of activations the picture is held against. */
	readonly data: ProbedPart | null;
	/** How many units to name per layer. */
	readonly top: number;
	readonly seed: number;
}

export interface ShownFiring extends FiringReport {
	/** The picture as the model gets it. */
	readonly picture: BytePicture;
}
