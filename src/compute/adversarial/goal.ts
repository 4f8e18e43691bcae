/** What counts as adversarial. */

/**
 * The least margin, relative to the logit: a point whose margin is zero changes its label with the batch size, because
 * float32 sums come out differently.
 */
const RELATIVE_MARGIN = 2e-5;
/** In deep networks rounding adds up. So many times the standard deviation of a gap: other runtimes differ by up to five (`rounding.ts`). */
const ROUNDINGS = 10;

/** The least margin with which a label whose logit is `logit` counts as given; `rounding` is that of `Goal`. */
export function acceptedMargin(logit: number, rounding: number): number {
	return Math.max(RELATIVE_MARGIN * (1 + Math.abs(logit)), ROUNDINGS * rounding);
}

export interface Goal {
	/** Standard deviation that rounding gives to the gaps between this image's logits. */
	readonly rounding: number;
	/** What the model says of the original. */
	readonly original: number;
	/** The wanted label; null for any but the original. */
	readonly target: number | null;
}

export interface Assessment {
	/** The wanted label, or where any will do the likeliest but the original. */
	readonly label: number;
	/** Its logit minus the highest other one. */
	readonly margin: number;
	/** How far the margin is above the least accepted one. */
	readonly excess: number;
	readonly adversarial: boolean;
}

/** Judges the logits `[classes]` of one point. */
export function assess(goal: Goal, logits: Float32Array): Assessment {
	const label = goal.target ?? highestBut(logits, goal.original);
	const logit = logits[label]!;
	const margin = logit - logits[highestBut(logits, label)]!;
	const excess = margin - acceptedMargin(logit, goal.rounding);
	return { label, margin, excess, adversarial: excess >= 0 };
}

/** Index of the highest logit. */
export function highest(logits: Float32Array): number {
	return highestBut(logits, -1);
}

/** Index of the highest logit other than `excluded`; the first of equals. */
export function highestBut(logits: Float32Array, excluded: number): number {
	let best = excluded === 0 ? 1 : 0;
	for (let j = best + 1; j < logits.length; j++) if (j !== excluded && logits[j]! > logits[best]!) best = j;
	return best;
}
