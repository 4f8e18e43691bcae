/**
 * Projected L-BFGS in the box [0, 1]: the two-loop recursion of Nocedal (1980) on the variables that are free to
 * move, and an Armijo line search along the projected path (Bertsekas 1982) with quadratic interpolation.
 * Vectors are float32, sums are float64.
 */
import type { Steps } from "./steps.js";

/** A function of the pixels to be made small. */
export interface Objective {
	/** The value at `x`; writes the gradient. `logits` are valid until the next request. */
	evaluate(x: Float32Array, gradient: Float32Array): Steps<{ readonly value: number; readonly logits: Float32Array }>;
}

export interface MinimiseOptions {
	readonly iterations: number;
	/** Stops where the norm of the gradient over the free variables is below this. */
	readonly gradientTolerance: number;
	/** Stops after a step whose decrease, relative to the value, is below this. */
	readonly decreaseTolerance: number;
	/** Inverse curvature assumed for the first step. */
	readonly firstStep: number;
}

export interface Minimised {
	readonly value: number;
	/** Logits at the final point, a copy. */
	readonly logits: Float32Array;
	readonly iterations: number;
}

const ARMIJO = 1e-4;
const LINE_SEARCH_TRIALS = 12;
/** Below this relative change float32 logits say nothing about a decrease. */
const VALUE_NOISE = 1e-7;

/** Solver for vectors of one length: keeps its memory between calls, and its correction pairs until `forget`. */
export class ProjectedLbfgs {
	readonly #steps: Float32Array[] = [];
	readonly #changes: Float32Array[] = [];
	#kept = 0;
	#newest = -1;
	#gradient: Float32Array;
	#trialGradient: Float32Array;
	#trial: Float32Array;
	readonly #direction: Float32Array;
	readonly #free: Int32Array;
	#freeCount = 0;

	constructor(
		readonly length: number,
		readonly pairs: number,
	) {
		for (let i = 0; i < pairs; i++) {
			this.#steps.push(new Float32Array(length));
			this.#changes.push(new Float32Array(length));
		}
		this.#gradient = new Float32Array(length);
		this.#trialGradient = new Float32Array(length);
		this.#trial = new Float32Array(length);
		this.#direction = new Float32Array(length);
		this.#free = new Int32Array(length);
	}

	/** Bytes that a solver for this many variables takes. */
	static bytes(length: number, pairs: number): number {
		return 4 * length * (2 * pairs + 5);
	}

	/** Drops the curvature seen so far: the next function is another one. */
	forget(): void {
		this.#kept = 0;
		this.#newest = -1;
	}

	/** Moves `x` downhill in place, inside the box. */
	*minimise(objective: Objective, x: Float32Array, options: MinimiseOptions): Steps<Minimised> {
		const first = yield* objective.evaluate(x, this.#gradient);
		let value = first.value;
		let logits: Float32Array = first.logits.slice();
		let iterations = 0;
		while (iterations < options.iterations) {
			this.#findFree(x);
			if (this.#freeNorm() < options.gradientTolerance) break;
			this.#findDirection(options.firstStep);
			const before: number = value;
			let moved = yield* this.#lineSearch(objective, x, value);
			if (moved === null && this.#kept > 0) {
				this.forget();
				this.#findDirection(options.firstStep);
				moved = yield* this.#lineSearch(objective, x, value);
			}
			if (moved === null) break;
			value = moved.value;
			logits = moved.logits;
			this.#remember(x);
			x.set(this.#trial);
			[this.#gradient, this.#trialGradient] = [this.#trialGradient, this.#gradient];
			iterations++;
			if (before - value < options.decreaseTolerance * Math.abs(before)) break;
		}
		return { value, logits, iterations };
	}

	/** The variables that a step against the gradient may move. */
	#findFree(x: Float32Array): void {
		const gradient = this.#gradient;
		const free = this.#free;
		let count = 0;
		for (let i = 0; i < x.length; i++) {
			const slope = gradient[i]!;
			if (slope > 0 ? x[i]! > 0 : x[i]! < 1) free[count++] = i;
		}
		this.#freeCount = count;
	}

	#freeNorm(): number {
		return Math.sqrt(this.#freeDot(this.#gradient, this.#gradient));
	}

	#freeDot(a: Float32Array, b: Float32Array): number {
		const free = this.#free;
		let sum = 0;
		for (let k = 0; k < this.#freeCount; k++) {
			const i = free[k]!;
			sum += a[i]! * b[i]!;
		}
		return sum;
	}

	#addFree(to: Float32Array, factor: number, from: Float32Array): void {
		const free = this.#free;
		for (let k = 0; k < this.#freeCount; k++) {
			const i = free[k]!;
			to[i] = to[i]! + factor * from[i]!;
		}
	}

	/** Two-loop recursion with every inner product taken over the free variables; pairs without curvature there are skipped. */
	#findDirection(firstStep: number): void {
		const direction = this.#direction;
		const free = this.#free;
		direction.fill(0);
		for (let k = 0; k < this.#freeCount; k++) {
			const i = free[k]!;
			direction[i] = -this.#gradient[i]!;
		}
		const used: { step: Float32Array; change: Float32Array; curvature: number; alpha: number }[] = [];
		let inverse = firstStep;
		for (let age = 0; age < this.#kept; age++) {
			const slot = (this.#newest - age + this.pairs) % this.pairs;
			const step = this.#steps[slot]!;
			const change = this.#changes[slot]!;
			let curvature = 0;
			let projection = 0;
			let changeSquared = 0;
			for (let k = 0; k < this.#freeCount; k++) {
				const i = free[k]!;
				const y = change[i]!;
				curvature += step[i]! * y;
				projection += step[i]! * direction[i]!;
				changeSquared += y * y;
			}
			if (!(curvature > 1e-8 * changeSquared)) continue;
			if (used.length === 0) inverse = curvature / changeSquared;
			const alpha = projection / curvature;
			this.#addFree(direction, -alpha, change);
			used.push({ step, change, curvature, alpha });
		}
		for (let k = 0; k < this.#freeCount; k++) {
			const i = free[k]!;
			direction[i] = direction[i]! * inverse;
		}
		for (const { step, change, curvature, alpha } of used.reverse()) {
			const beta = this.#freeDot(change, direction) / curvature;
			this.#addFree(direction, alpha - beta, step);
		}
	}

	/** Backtracks along the projected path; leaves the accepted point in `#trial` and its gradient in `#trialGradient`. */
	*#lineSearch(
		objective: Objective,
		x: Float32Array,
		value: number,
	): Steps<{ readonly value: number; readonly logits: Float32Array } | null> {
		let length = 1;
		for (let trial = 0; trial < LINE_SEARCH_TRIALS; trial++) {
			const slope = this.#project(x, length);
			if (!(slope < 0) || -slope < VALUE_NOISE * Math.abs(value)) return null;
			const next = yield* objective.evaluate(this.#trial, this.#trialGradient);
			if (next.value <= value + ARMIJO * slope) return { value: next.value, logits: next.logits.slice() };
			const rise = next.value - value - slope;
			const ratio = Number.isFinite(rise) && rise > 0 ? -slope / (2 * rise) : 0.1;
			length *= Math.min(0.5, Math.max(0.1, ratio));
		}
		return null;
	}

	/** Puts the projected point at `length` into `#trial`; returns the gradient's product with the move. */
	#project(x: Float32Array, length: number): number {
		const trial = this.#trial;
		const direction = this.#direction;
		const gradient = this.#gradient;
		let slope = 0;
		for (let i = 0; i < x.length; i++) {
			const from = x[i]!;
			let to = from + length * direction[i]!;
			if (to < 0) to = 0;
			else if (to > 1) to = 1;
			trial[i] = to;
			slope += gradient[i]! * (trial[i]! - from);
		}
		return slope;
	}

	#remember(x: Float32Array): void {
		const slot = (this.#newest + 1) % this.pairs;
		const step = this.#steps[slot]!;
		const change = this.#changes[slot]!;
		let curvature = 0;
		for (let i = 0; i < x.length; i++) {
			step[i] = this.#trial[i]! - x[i]!;
			change[i] = this.#trialGradient[i]! - this.#gradient[i]!;
			curvature += step[i]! * change[i]!;
		}
		if (!(curvature > 0)) return;
		this.#newest = slot;
		this.#kept = Math.min(this.#kept + 1, this.pairs);
	}
}
