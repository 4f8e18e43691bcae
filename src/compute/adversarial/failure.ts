/** Why a search that ran to its end found nothing. */

import { norm } from "../math/vectors.js";
import type { AttackFailure } from "../reports/report.js";
import { assess, highestBut } from "./goal.js";
import type { Search } from "./search.js";
import type { Steps } from "./steps.js";

/** A gradient of which the box lets this share move is held by the box. */
const HELD = 1e-3;

/**
 * Looks at the nearest attempt: without a gradient there "no gradient", with one that only points out of the box "box",
 * else there was a way on, and the method's own plan was spent: "budget".
 */
export function* explainFailure({ attempt, original, goal }: Search): Steps<AttackFailure> {
	const x = attempt?.pixels ?? original;
	const answer = yield {
		kind: "gradient",
		points: [x],
		cotangent: (logits, out) => {
			const { label } = assess(goal, logits);
			out[label] = 1;
			out[highestBut(logits, label)] = -1;
		},
		widths: null,
	};
	const gradient = answer.gradients[0]!;
	const length = norm(gradient);
	if (length === 0) return "no gradient";
	const movable = gradient.map((slope, i) => ((slope > 0 ? x[i]! < 1 : x[i]! > 0) ? slope : 0));
	return norm(movable) < HELD * length ? "box" : "budget";
}
