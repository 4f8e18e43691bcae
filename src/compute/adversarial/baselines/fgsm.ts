/** The fast gradient sign method: Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples" (ICLR 2015). */
import { clipped } from "../box.js";
import type { Search } from "../search.js";
import type { Steps } from "../steps.js";
import { isAdversarial, lossGradient } from "./lossGradient.js";
import { smallestSize } from "./smallest.js";

const FIRST = 1 / 1024;

/** One step of the smallest size that succeeds. Knows of no reason where it fails. */
export function* fgsm(search: Search): Steps<null> {
	const sign = yield* signs(search);
	yield* smallestSize(FIRST, 1, (size) => isAdversarial(search, signStep(search.original, sign, size)));
	return null;
}

/** For each pixel the sign of the gradient at the original. */
export function* signs(search: Search): Steps<Float32Array> {
	return (yield* lossGradient(search, search.original)).gradient.map(Math.sign);
}

/** Every pixel by `size`, clipped to the box. */
export function signStep(original: Float32Array, sign: Float32Array, size: number): Float32Array {
	return original.map((value, i) => clipped(value + size * sign[i]!));
}
