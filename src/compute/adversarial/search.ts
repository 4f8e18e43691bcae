/** The search around one image: every network pass goes through here, and the best of all points is kept. */

import { squaredDistance } from "../math/vectors.js";
import type { AttackFailure } from "../reports/report.js";
import { type Assessment, assess, type Goal } from "./goal.js";
import type { Cotangent, Steps } from "./steps.js";

/** Thrown out of a request to end the search: the budget is spent, or a person stopped it. */
export class SearchEnded extends Error {
	override readonly name = "SearchEnded";

	constructor(readonly reason: Extract<AttackFailure, "budget" | "stopped">) {
		super(`The search ended: ${reason}.`);
	}
}

/** Weights of the constraints at a point: `weights[j] >= 0` belongs to "class j is below class `target`". */
export interface Multipliers {
	readonly target: number;
	readonly weights: Float64Array;
}

/** An adversarial point, in the box. */
export interface Adversarial {
	readonly pixels: Float32Array;
	readonly logits: Float32Array;
	readonly label: number;
	/** How far its margin is above the least accepted one. */
	readonly excess: number;
	readonly squaredDistance: number;
	/** The weights that the augmented Lagrangian had there, or at the last best point where it saw one. */
	readonly multipliers: Multipliers | null;
}

/** The point nearest to being adversarial, where none is. */
export interface Attempt {
	readonly pixels: Float32Array;
	readonly logits: Float32Array;
	readonly label: number;
	readonly margin: number;
}

export interface SearchOptions {
	/** The most evaluations; null for no limit. */
	readonly budget: number | null;
	stopped(): boolean;
	/** Called at each nearer adversarial. */
	onBetter(search: Search): void;
}

export class Search {
	/** Points evaluated so far, with or without a gradient. */
	evaluations = 0;
	best: Adversarial | null = null;
	/** The highest margin so far; only kept up until there is a `best`. */
	attempt: Attempt | null = null;
	/** Best distortion against evaluations: one entry per nearer adversarial. */
	readonly history: [evaluations: number, distortion: number][] = [];

	constructor(
		readonly original: Float32Array,
		readonly goal: Goal,
		private readonly options: SearchOptions,
	) {}

	/** Logits `[classes]` of a point. Throws `SearchEnded`. */
	*logits(pixels: Float32Array): Steps<Float32Array> {
		this.#spend(1);
		const answer = yield { kind: "logits", points: [pixels], alone: false };
		const logits = answer.logits[0]!;
		this.#offer(pixels, logits, null);
		return logits;
	}

	/**
	 * Logits and the gradient of a weighted sum of them. `multipliers` may share its weights with `cotangent`: they
	 * are read after it has run. With `widths` both are of the network with rounded kinks, which says nothing of whether the point is
	 * adversarial. Both results are valid until the next request. Throws `SearchEnded`.
	 */
	*gradient(
		pixels: Float32Array,
		cotangent: Cotangent,
		multipliers: Multipliers | null = null,
		widths: Float32Array | null = null,
	): Steps<{ readonly logits: Float32Array; readonly gradient: Float32Array }> {
		this.#spend(1);
		const answer = yield { kind: "gradient", points: [pixels], cotangent, widths };
		const logits = answer.logits[0]!;
		if (widths === null) this.#offer(pixels, logits, multipliers);
		return { logits, gradient: answer.gradients[0]! };
	}

	/** Gradients at one point of z[up] - z[down] for each of the pairs, as copies. Throws `SearchEnded`. */
	*gapGradients(pixels: Float32Array, pairs: readonly (readonly [up: number, down: number])[]): Steps<Float32Array[]> {
		if (pairs.length === 0) return [];
		this.#spend(pairs.length);
		const answer = yield {
			kind: "gradient",
			points: pairs.map(() => pixels),
			cotangent: (_, out, point) => {
				const [up, down] = pairs[point]!;
				out[up] = 1;
				out[down] = -1;
			},
			widths: null,
		};
		this.#offer(pixels, answer.logits[0]!, null);
		return answer.gradients.map((gradient) => gradient.slice());
	}

	/** How much the input of each kink varies at the original: a copy. Throws `SearchEnded`. */
	*kinkSpreads(): Steps<Float32Array> {
		this.#spend(1);
		const answer = yield { kind: "spreads", points: [this.original] };
		return answer.spreads[0]!.slice();
	}

	#spend(points: number): void {
		if (this.options.stopped()) throw new SearchEnded("stopped");
		if (this.options.budget !== null && this.evaluations + points > this.options.budget)
			throw new SearchEnded("budget");
		this.evaluations += points;
	}

	#offer(pixels: Float32Array, logits: Float32Array, multipliers: Multipliers | null): void {
		const assessment = assess(this.goal, logits);
		if (assessment.adversarial) this.#offerAdversarial(pixels, logits, assessment, multipliers);
		else if (this.best === null) this.#offerAttempt(pixels, logits, assessment);
	}

	#offerAdversarial(
		pixels: Float32Array,
		logits: Float32Array,
		{ label, excess }: Assessment,
		multipliers: Multipliers | null,
	): void {
		const distance = squaredDistance(pixels, this.original);
		if (this.best !== null && distance >= this.best.squaredDistance) return;
		this.best = {
			pixels: pixels.slice(),
			logits: logits.slice(),
			label,
			excess,
			squaredDistance: distance,
			multipliers: this.#multipliersFor(label, multipliers),
		};
		this.history.push([this.evaluations, Math.sqrt(distance / pixels.length)]);
		this.options.onBetter(this);
	}

	/** A step onto the boundary or along the segment has no multipliers of its own; its point takes over those of the best one before, near which it is. */
	#multipliersFor(label: number, seen: Multipliers | null): Multipliers | null {
		if (seen?.target === label) return { target: label, weights: seen.weights.slice() };
		const before = this.best?.multipliers;
		return before?.target === label ? before : null;
	}

	#offerAttempt(pixels: Float32Array, logits: Float32Array, { label, margin }: Assessment): void {
		if (this.attempt !== null && !(margin > this.attempt.margin)) return;
		this.attempt = { pixels: pixels.slice(), logits: logits.slice(), label, margin };
	}
}
