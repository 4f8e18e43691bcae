/** What a probe is set to, and what its stages hand on. */

import type { Control } from "../../prepare/context.js";
import type { PreparedData } from "../../prepare/prepare.js";
import type { Directions } from "../directions.js";
import type { ScoringPass } from "../scoringPass.js";
import type { ProbedLayer, RankedImage } from "./report.js";
import type { ProbeProgress } from "./requests.js";

export interface ProbeSetting extends Control<ProbeProgress> {
	readonly layer: ProbedLayer;
	readonly data: PreparedData & { readonly name: string };
	readonly warnings: readonly string[];
}

/** What is known after the scores: what each row is, and the pass that scored them. */
export interface Scored {
	readonly pass: ScoringPass;
	readonly units: readonly number[];
	readonly directions: Directions;
	readonly own: Directions;
}

/** What the place of a row's highest score in an image sees. */
export type BoxOf = (row: number, image: number) => RankedImage["box"];
