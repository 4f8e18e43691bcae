/** Where the search for a label starts: the original, or near it where the network has no gradient at the original. */

import { norm } from "../math/vectors.js";
import { clipped, furthestInBox } from "./box.js";
import type { Candidate } from "./candidates.js";
import { highestBut } from "./goal.js";
import type { Search } from "./search.js";
import type { Steps } from "./steps.js";

export interface Start {
	readonly x: Float32Array;
	readonly logits: Float32Array;
	/** Norm of the gradient of the largest gap there, > 0. */
	readonly slope: number;
	/** The highest other logit less the label's. */
	readonly gap: number;
	/** The longest way that the box leaves from the original. */
	readonly furthest: number;
}

/** Standard deviations of the noise that is tried where there is no gradient. */
const DEVIATIONS = [0.02, 0.1, 0.3];

/** `logits` are those at the original. Null where the network has no gradient there nor around it. */
export function* startingPoint(
	search: Search,
	logits: Float32Array,
	{ label, slope }: Candidate,
	noise: () => number,
): Steps<Start | null> {
	if (slope > 0) return startAt(search, search.original.slice(), logits, label, slope);
	for (const deviation of DEVIATIONS) {
		const x = noisy(search.original, deviation, noise);
		const answer = yield* search.gradient(x, (at, out) => {
			out[highestBut(at, label)] = 1;
			out[label] = -1;
		});
		const there = norm(answer.gradient);
		if (there > 0) return startAt(search, x, answer.logits.slice(), label, there);
	}
	return null;
}

function startAt(search: Search, x: Float32Array, logits: Float32Array, label: number, slope: number): Start {
	const gap = logits[highestBut(logits, label)]! - logits[label]!;
	return { x, logits, slope, gap, furthest: furthestInBox(search.original) };
}

/** `x` with Gaussian noise, clipped to the box. */
export function noisy(x: Float32Array, deviation: number, noise: () => number): Float32Array {
	return x.map((value) => clipped(value + deviation * noise()));
}
