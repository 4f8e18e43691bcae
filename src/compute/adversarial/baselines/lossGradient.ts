/** What the baselines share: the direction in which they go, and when they succeed. */
import { crossEntropy } from "../crossEntropy.js";
import { assess } from "../goal.js";
import type { Search } from "../search.js";
import type { Steps } from "../steps.js";

/** Logits at a point and the gradient to follow there, as in Foolbox: both valid until the next request. */
export function* lossGradient(
	search: Search,
	x: Float32Array,
): Steps<{ logits: Float32Array; gradient: Float32Array }> {
	const { original, target } = search.goal;
	return yield* search.gradient(x, (logits, out) => {
		crossEntropy(logits, target ?? original, out);
		if (target !== null) for (let j = 0; j < out.length; j++) out[j] = -out[j]!;
	});
}

/** Whether a point succeeds; the search keeps it if it does. */
export function* isAdversarial(search: Search, x: Float32Array): Steps<boolean> {
	return assess(search.goal, yield* search.logits(x)).adversarial;
}
