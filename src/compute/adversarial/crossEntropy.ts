/** The objective of Szegedy et al. (2014): c·|r|² + cross-entropy(x + r, target). */

import { squaredDistance } from "../math/vectors.js";
import type { Objective } from "./lbfgs.js";
import type { Search } from "./search.js";
import type { Steps } from "./steps.js";

/** Divided by 2c, so that the distance has curvature 1 whatever c is: ½|r|² + cross-entropy / 2c. */
export class PenalisedCrossEntropy implements Objective {
	#crossEntropy = 0;

	constructor(
		private readonly search: Search,
		private readonly target: number,
		private readonly c: number,
	) {}

	*evaluate(x: Float32Array, gradient: Float32Array): Steps<{ value: number; logits: Float32Array }> {
		const { original } = this.search;
		const answer = yield* this.search.gradient(x, (logits, out) => this.#weigh(logits, out));
		for (let i = 0; i < x.length; i++) gradient[i] = x[i]! - original[i]! + answer.gradient[i]!;
		return { value: squaredDistance(x, original) / 2 + this.#crossEntropy / (2 * this.c), logits: answer.logits };
	}

	#weigh(logits: Float32Array, out: Float32Array): void {
		this.#crossEntropy = crossEntropy(logits, this.target, out);
		for (let j = 0; j < out.length; j++) out[j] = out[j]! / (2 * this.c);
	}
}

/** The cross-entropy of logits for a label; writes its gradient in the logits: softmax less the label's unit vector. */
export function crossEntropy(logits: Float32Array, label: number, gradient: Float32Array): number {
	let top = Number.NEGATIVE_INFINITY;
	for (const logit of logits) top = Math.max(top, logit);
	let sum = 0;
	for (const logit of logits) sum += Math.exp(logit - top);
	for (let j = 0; j < logits.length; j++) {
		gradient[j] = Math.exp(logits[j]! - top) / sum - (j === label ? 1 : 0);
	}
	return Math.log(sum) + top - logits[label]!;
}
