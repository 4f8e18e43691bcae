/**
 * Projected gradient descent in a ball around the image: Madry et al., "Towards deep learning models resistant to adversarial
 * attacks" (ICLR 2018), with the Euclidean norm, steps of a fortieth of the radius and no random start.
 */

import { norm } from "../../math/vectors.js";
import { clipped, furthestInBox } from "../box.js";
import type { Search } from "../search.js";
import type { Steps } from "../steps.js";
import { isAdversarial, lossGradient } from "./lossGradient.js";
import { smallestSize } from "./smallest.js";

const STEPS = 50;
const RELATIVE_STEP = 0.025;
/** Of the longest move that the box allows. */
const FIRST = 1 / 256;

/** Balls down to the smallest radius in which it succeeds. Knows of no reason where it fails. */
export function* pgd(search: Search): Steps<null> {
	const most = furthestInBox(search.original);
	yield* smallestSize(FIRST * most, most, function* (radius) {
		return yield* isAdversarial(search, yield* inBall(search, radius));
	});
	return null;
}

/** Where the steps end, which all stay within `radius` and the box. */
export function* inBall(search: Search, radius: number): Steps<Float32Array> {
	const { original } = search;
	const x = original.slice();
	for (let step = 0; step < STEPS; step++) {
		const { gradient } = yield* lossGradient(search, x);
		const length = norm(gradient);
		if (length === 0) break;
		for (let i = 0; i < x.length; i++) x[i] = x[i]! + ((RELATIVE_STEP * radius) / length) * gradient[i]!;
		const moved = norm(x.map((value, i) => value - original[i]!));
		const shrink = Math.min(1, radius / moved);
		for (let i = 0; i < x.length; i++) x[i] = clipped(original[i]! + shrink * (x[i]! - original[i]!));
	}
	return x;
}
