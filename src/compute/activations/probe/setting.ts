/** What a probe is set to, and what its stages hand on. */

import type { PreparedData } from "../../prepare/prepare.ts";
import type { ProbeProgress } from "../../process/protocol.ts";
import type { Directions } from "../directions.ts";
import type { ScoringPass } from "../scoringPass.ts";
import type { ProbedLayer, RankedImage } from "./report.ts";

export interface ProbeSetting {
	readonly layer: ProbedLayer;
	readonly data: PreparedData & { readonly name: string };
	readonly warnings: readonly string[];
	readonly signal: AbortSignal;
	readonly stopped: () => boolean;
	readonly tell: (event: ProbeProgress) => void;
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
