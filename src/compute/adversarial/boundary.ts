/** Brings points onto the decision boundary. */
import { clipped } from "./box.js";
import { acceptedMargin, assess, highestBut } from "./goal.js";
import type { Search } from "./search.js";
import type { Steps } from "./steps.js";

const NEWTON_STEPS = 4;
const SEGMENT_TRIALS = 12;
/** A point is on the boundary where its margin is above the least accepted one by no more than this share of it. */
const SLACK = 0.1;
/** A bracket this share of the segment is as good as its end. */
const NARROW = 1e-6;

/** Newton steps of `x`, in place, onto the boundary of `target`, along the gradient of the largest gap over the free variables. */
export function* stepOntoBoundary(search: Search, target: number, x: Float32Array): Steps<void> {
	for (let step = 0; step < NEWTON_STEPS; step++) {
		let rival = target;
		const { logits, gradient } = yield* search.gradient(x, (at, out) => {
			rival = highestBut(at, target);
			out[rival] = 1;
			out[target] = -1;
		});
		const accepted = acceptedMargin(logits[target]!, search.goal.rounding);
		const gap = logits[rival]! - logits[target]! + accepted;
		if (gap <= 0 && gap >= -SLACK * accepted) return;
		// Aims into the middle of the slack.
		const wanted = gap + (SLACK / 2) * accepted;
		const squared = freeSquaredNorm(x, gradient, wanted);
		if (squared === 0) return;
		const factor = wanted / squared;
		for (let i = 0; i < x.length; i++) {
			if (movable(x[i]!, gradient[i]!, wanted)) x[i] = clipped(x[i]! - factor * gradient[i]!);
		}
	}
}

/** Whether a move against `slope` (with it, where `wanted` is negative) keeps a pixel in the box. */
function movable(value: number, slope: number, wanted: number): boolean {
	return slope * wanted > 0 ? value > 0 : value < 1;
}

function freeSquaredNorm(x: Float32Array, gradient: Float32Array, wanted: number): number {
	let sum = 0;
	for (let i = 0; i < x.length; i++) {
		if (movable(x[i]!, gradient[i]!, wanted)) sum += gradient[i]! * gradient[i]!;
	}
	return sum;
}

/**
 * Looks for a nearer adversarial on the segment from the original to the best one, by false position (Illinois).
 * `originalLogits` are those at the original. Does nothing without a best one.
 */
export function* searchSegment(search: Search, originalLogits: Float32Array): Steps<void> {
	const { best, original } = search;
	if (best === null) return;
	const end = best.pixels;
	const slack = SLACK * acceptedMargin(best.logits[best.label]!, search.goal.rounding);
	// Looks for the middle of the slack, so that a hit is adversarial.
	const offset = slack / 2;
	let low = 0;
	let high = 1;
	let atLow = assess(search.goal, originalLogits).excess - offset;
	let atHigh = best.excess - offset;
	let last: "low" | "high" | null = null;
	const x = new Float32Array(original.length);
	for (let trial = 0; trial < SEGMENT_TRIALS && atHigh > 0 && high - low > NARROW; trial++) {
		const t = low + ((high - low) * atLow) / (atLow - atHigh);
		for (let i = 0; i < x.length; i++) x[i] = original[i]! + t * (end[i]! - original[i]!);
		const excess = assess(search.goal, yield* search.logits(x)).excess;
		if (excess >= 0 && excess <= slack) return;
		if (excess > 0) {
			high = t;
			atHigh = excess - offset;
			if (last === "high") atLow /= 2;
			last = "high";
		} else {
			low = t;
			atLow = excess - offset;
			if (last === "low") atHigh /= 2;
			last = "low";
		}
	}
}
