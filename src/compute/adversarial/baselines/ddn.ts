/**
 * Decoupled direction and norm: Rony et al., "Decoupling direction and norm for efficient gradient-based L2 adversarial attacks
 * and defenses" (CVPR 2019). The radius shrinks after a step that is adversarial and grows after one that isn't.
 */

import { norm } from "../../math/vectors.js";
import { clipped, furthestInBox } from "../box.js";
import { highest } from "../goal.js";
import type { Search } from "../search.js";
import type { Steps } from "../steps.js";
import { lossGradient } from "./lossGradient.js";

/** Gradients that the method takes, as in Foolbox. */
const STEPS = 100;
const FIRST_RADIUS = 1;
const GAMMA = 0.05;
const LAST_STEP = 0.01;

/** Knows of no reason where it fails. */
export function* ddn(search: Search, steps = STEPS): Steps<null> {
	const { original, goal } = search;
	const worst = furthestInBox(original);
	const delta = new Float32Array(original.length);
	const x = original.slice();
	let radius = FIRST_RADIUS;
	for (let step = 0; step < steps; step++) {
		const { logits, gradient } = yield* lossGradient(search, x);
		const label = highest(logits);
		const isAdversarial = goal.target === null ? label !== goal.original : label === goal.target;
		const length = norm(gradient);
		if (length === 0) break;
		const stepSize = LAST_STEP + ((1 - LAST_STEP) * (1 + Math.cos((Math.PI * step) / steps))) / 2;
		for (let i = 0; i < delta.length; i++) delta[i] = delta[i]! + (stepSize / length) * gradient[i]!;
		radius = Math.min(worst, radius * (isAdversarial ? 1 - GAMMA : 1 + GAMMA));
		const scale = radius / norm(delta);
		for (let i = 0; i < delta.length; i++) {
			x[i] = clipped(original[i]! + scale * delta[i]!);
			delta[i] = x[i]! - original[i]!;
		}
	}
	return null;
}
