/** Which labels are worth trying, from the network's slopes at the original. */

import { norm } from "../math/vectors.js";
import { furthestInBox } from "./box.js";
import { highestBut } from "./goal.js";
import type { Search } from "./search.js";
import type { Steps } from "./steps.js";

export interface Candidate {
	readonly label: number;
	/** Norm of the gradient, at the original, of the gap between the likeliest other label and this one. */
	readonly slope: number;
	/** Distance to the label's boundary, were the network linear and without a box. */
	readonly estimate: number;
}

/** With more classes than this, only the likeliest ones are looked at. */
const LOOKED_AT = 12;

/**
 * The wanted label, or untargeted the `most` with the smallest gap / |gradient|, nearest first. `logits` are
 * those at the original. A slope is 0 where the network has no gradient there.
 */
export function* findCandidates(search: Search, logits: Float32Array, most: number): Steps<Candidate[]> {
	const { original, target } = search.goal;
	const labels = target === null ? likeliest(logits, original).slice(0, LOOKED_AT) : [target];
	const rivals = labels.map((label) => highestBut(logits, label));
	const gradients = yield* search.gapGradients(
		search.original,
		labels.map((label, k) => [rivals[k]!, label] as const),
	);
	const candidates = labels.map((label, k): Candidate => {
		const slope = norm(gradients[k]!);
		const gap = logits[rivals[k]!]! - logits[label]!;
		return { label, slope, estimate: slope > 0 ? gap / slope : furthestInBox(search.original) };
	});
	return candidates.sort((a, b) => a.estimate - b.estimate).slice(0, most);
}

/** All labels but `excluded`, the highest logit first. */
export function likeliest(logits: Float32Array, excluded: number): number[] {
	return Array.from(logits, (_, j) => j)
		.filter((j) => j !== excluded)
		.sort((a, b) => logits[b]! - logits[a]! || a - b);
}
