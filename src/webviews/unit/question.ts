/** What the page "Unit" asks, and the report that it shows. Types only: the page has them in its bundle. */

import type { CoherenceMeasure, ProbeReduction, ProbeThumbnail } from "../../compute/activations/probe/report.js";
import type { UnitChoice, UnitReport } from "../../compute/activations/unit/report.js";
import type { BytePicture } from "../../compute/data/png.js";
import type { ProbedPart } from "../probe/question.js";

export interface UnitQuestion {
	readonly model: string | null;
	readonly layer: string;
	readonly data: ProbedPart | null;
	readonly pre: boolean;
	readonly reduce: ProbeReduction;
	readonly unit: UnitChoice;
	/** How many images to show of the most and of the least activating. */
	readonly top: number;
	readonly seed: number;
	/** Where it was opened from a probe: how the layer's units stand among the directions there. */
	readonly standings: Standings | null;
}

/** The units of a layer among the random directions of a probe. */
export interface Standings {
	/** What the units were judged by; p and q are of it. */
	readonly measure: CoherenceMeasure;
	/** How many have a figure. */
	readonly directions: number;
	/** "not resolvable with 1,000 directions" */
	readonly words: string | null;
	/** Without those that are inactive or have no figure. */
	readonly units: readonly Standing[];
}

/** One unit among them. */
export interface Standing {
	readonly index: number;
	/** So many directions are as pure or purer (or as similar, by `measure`). */
	readonly asCoherent: number;
	readonly p: number | null;
	readonly q: number | null;
}

/** The report with its pictures. */
export interface ShownUnit extends UnitReport {
	readonly thumbnails: readonly ProbeThumbnail[];
	readonly ascentPicture: BytePicture | null;
}
