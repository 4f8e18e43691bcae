/** Checks at batch size 1, where a point has the label that a person would see. */

import { squaredDistance } from "../math/vectors.js";
import { clipped } from "./box.js";
import { assess } from "./goal.js";
import type { Adversarial, Search } from "./search.js";
import type { Steps } from "./steps.js";

/** A point that fails alone is moved outwards along its perturbation by at most this share. */
const FURTHEST_MOVE = 0.02;
const FIRST_MOVE = 2e-6;

/** Logits of a point by itself. Checks don't count as evaluations of the search. */
export function* logitsAlone(pixels: Float32Array): Steps<Float32Array> {
	const answer = yield { kind: "logits", points: [pixels], alone: true };
	return answer.logits[0]!.slice();
}

/** The best point of the search as it holds alone, moved a trifle outwards if need be; null where it doesn't. */
export function* confirm(search: Search): Steps<Adversarial | null> {
	const { best, original, goal } = search;
	if (best === null) return null;
	let pixels = best.pixels;
	for (let move = 0; move <= FURTHEST_MOVE; move = move === 0 ? FIRST_MOVE : 2 * move) {
		if (move > 0) pixels = best.pixels.map((value, i) => clipped(value + move * (value - original[i]!)));
		const logits = yield* logitsAlone(pixels);
		const { adversarial, label, excess } = assess(goal, logits);
		if (!adversarial) continue;
		return {
			pixels,
			logits,
			label,
			excess,
			squaredDistance: squaredDistance(pixels, original),
			multipliers: best.multipliers,
		};
	}
	return null;
}
