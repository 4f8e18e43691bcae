/** The smallest size of perturbation with which an attack of a fixed size succeeds. */
import type { Steps } from "../steps.js";

const HALVINGS = 12;

/**
 * Doubles `first` until the attack succeeds, at most to `most`, then halves the bracket. An attack that
 * succeeds at one size and fails at a larger one is taken at the smallest that was tried.
 */
export function* smallestSize(first: number, most: number, succeeds: (size: number) => Steps<boolean>): Steps<void> {
	let [low, high] = [0, first];
	while (!(yield* succeeds(high))) {
		if (high === most) return;
		low = high;
		high = Math.min(most, 2 * high);
	}
	for (let k = 0; k < HALVINGS; k++) {
		const middle = (low + high) / 2;
		if (yield* succeeds(middle)) high = middle;
		else low = middle;
	}
}
