/**
 * The adversarial as a PNG stores it, in steps of 1/255. Where plain rounding loses the label, a near point of the
 * lattice is searched: the perturbation is stretched until its rounding holds, or pushed along the gradient,
 * and then steps that cost distance but bring little margin are taken back.
 */

import { distortion, squaredDistance } from "../math/vectors.js";
import { logitsAlone } from "./alone.js";
import { clipped } from "./box.js";
import { assess, type Goal, highestBut } from "./goal.js";
import type { Steps } from "./steps.js";

export interface StoredForm {
	readonly success: boolean;
	/** To the original; null without success. */
	readonly distortion: number | null;
	readonly repaired: boolean;
	/** One byte per value; null without success. */
	readonly pixels: Uint8Array | null;
}

/** Stretches by 1 + 0.01·2^k are tried up to 3.56, then halved between the last two. */
const FIRST_STRETCH = 0.01;
const STRETCHES = 9;
const STRETCH_HALVINGS = 5;
const PUSHES = 12;
const PUSH_FACTOR = 1.5;
const TRIM_ROUNDS = 3;
/** Shares of the margin that trimming may spend by the linear estimate, boldest first. */
const TRIM_SHARES = [0.9, 0.5, 0.2];

/** `adversarial` is in the box and has the goal's label. What is returned has it alone, at batch size 1. */
export function* store(original: Float32Array, goal: Goal, adversarial: Float32Array): Steps<StoredForm> {
	const plain = rounded(adversarial);
	if (assess(goal, yield* logitsAlone(asPixels(plain))).adversarial) return storedForm(original, plain, false);
	const lattice = new Lattice(original, goal);
	yield* lattice.stretch(adversarial);
	if (!lattice.found) yield* lattice.push(adversarial);
	if (lattice.found) yield* lattice.trim();
	for (const { steps } of lattice.nearestFirst()) {
		if (assess(goal, yield* logitsAlone(asPixels(steps))).adversarial) return storedForm(original, steps, true);
	}
	return { success: false, distortion: null, repaired: false, pixels: null };
}

function storedForm(original: Float32Array, pixels: Uint8Array, repaired: boolean): StoredForm {
	return { success: true, distortion: distortion(asPixels(pixels), original), repaired, pixels };
}

function rounded(x: Float32Array): Uint8Array {
	return Uint8Array.from(x, (value) => Math.round(255 * value));
}

function asPixels(steps: Uint8Array): Float32Array {
	return Float32Array.from(steps, (step) => step / 255);
}

interface LatticePoint {
	readonly steps: Uint8Array;
	readonly squaredDistance: number;
}

/** Lattice points around an image, judged in batches. */
class Lattice {
	/** Those that have the label, each nearer than the one before. */
	readonly #found: LatticePoint[] = [];

	constructor(
		private readonly original: Float32Array,
		private readonly goal: Goal,
	) {}

	get found(): boolean {
		return this.#found.length > 0;
	}

	nearestFirst(): readonly LatticePoint[] {
		return this.#found.toReversed();
	}

	/** Whether a lattice point has the label; if so it is kept where it is the nearest. */
	*holds(steps: Uint8Array): Steps<boolean> {
		const pixels = asPixels(steps);
		const answer = yield { kind: "logits", points: [pixels], alone: false };
		if (!assess(this.goal, answer.logits[0]!).adversarial) return false;
		const squared = squaredDistance(pixels, this.original);
		const nearest = this.#found.at(-1);
		if (nearest === undefined || squared < nearest.squaredDistance)
			this.#found.push({ steps, squaredDistance: squared });
		return true;
	}

	/**
	 * Rounds x0 + μ r for the smallest μ >= 1 that holds. To first order that is optimal: of the lattice points with a
	 * given linear margin g·q, the nearest to x0 is the rounding of x0 + μ g, and r is along g at the closest adversarial.
	 */
	*stretch(adversarial: Float32Array): Steps<void> {
		const at = (stretch: number) =>
			rounded(adversarial.map((value, i) => clipped(value + stretch * (value - this.original[i]!))));
		let low = 0;
		let high = FIRST_STRETCH;
		let held = false;
		for (let trial = 0; trial < STRETCHES && !held; trial++) {
			held = yield* this.holds(at(high));
			if (!held) {
				low = high;
				high *= 2;
			}
		}
		if (!held) return;
		for (let halving = 0; halving < STRETCH_HALVINGS; halving++) {
			const middle = (low + high) / 2;
			if (yield* this.holds(at(middle))) high = middle;
			else low = middle;
		}
	}

	/** Moves a point along the gradient of the largest gap at its rounding, by ever more than the margin that is missing. */
	*push(adversarial: Float32Array): Steps<void> {
		const x = adversarial.slice();
		let factor = 1;
		for (let trial = 0; trial < PUSHES; trial++) {
			const steps = rounded(x);
			const { margin, gradient } = yield* this.#margin(asPixels(steps));
			let squared = 0;
			for (let i = 0; i < x.length; i++) if (canMove(x[i]!, gradient[i]!)) squared += gradient[i]! ** 2;
			if (squared === 0) return;
			const move = (factor * Math.max(-margin.excess, 1e-3 * Math.abs(margin.margin))) / squared;
			for (let i = 0; i < x.length; i++) x[i] = clipped(x[i]! + move * gradient[i]!);
			if (yield* this.holds(rounded(x))) return;
			factor *= PUSH_FACTOR;
		}
	}

	/** Takes back single steps towards the original, those first that bring most distance for the margin they cost. */
	*trim(): Steps<void> {
		for (let round = 0; round < TRIM_ROUNDS; round++) {
			const before = this.#found.at(-1);
			if (before === undefined) return;
			const { margin, gradient } = yield* this.#margin(asPixels(before.steps));
			if (margin.excess <= 0) return;
			const moves = this.#movesBack(before.steps, gradient);
			for (const share of TRIM_SHARES) {
				if (yield* this.holds(applied(before.steps, moves, share * margin.excess))) break;
			}
			if (this.#found.at(-1) === before) return;
		}
	}

	/** Steps towards the original that shorten the perturbation, the best bargain first. */
	#movesBack(steps: Uint8Array, gradient: Float32Array): Move[] {
		const moves: (Move & { readonly bargain: number })[] = [];
		for (let i = 0; i < steps.length; i++) {
			const offset = steps[i]! - 255 * this.original[i]!;
			const gain = 2 * Math.abs(offset) - 1;
			if (gain <= 0) continue;
			const direction = offset > 0 ? -1 : 1;
			const loss = (-direction * gradient[i]!) / 255;
			moves.push({ index: i, direction, loss, bargain: loss <= 0 ? Number.POSITIVE_INFINITY : gain / loss });
		}
		return moves.sort((a, b) => (a.bargain === b.bargain ? a.index - b.index : b.bargain - a.bargain));
	}

	/** Margin and its gradient. */
	*#margin(pixels: Float32Array) {
		let label = -1;
		const answer = yield* gradientOf(pixels, (logits, out) => {
			label = assess(this.goal, logits).label;
			out[label] = 1;
			out[highestBut(logits, label)] = -1;
		});
		return { margin: assess(this.goal, answer.logits), gradient: answer.gradient };
	}
}

interface Move {
	readonly index: number;
	readonly direction: 1 | -1;
	/** Margin that it costs by the linear estimate. */
	readonly loss: number;
}

/** The moves that `allowance` of margin pays for. */
function applied(steps: Uint8Array, moves: readonly Move[], allowance: number): Uint8Array {
	const result = steps.slice();
	let left = allowance;
	for (const { index, direction, loss } of moves) {
		if (loss > left) continue;
		result[index]! += direction;
		left -= loss;
	}
	return result;
}

function canMove(value: number, slope: number): boolean {
	return slope > 0 ? value < 1 : value > 0;
}

function* gradientOf(
	pixels: Float32Array,
	cotangent: (logits: Float32Array, out: Float32Array) => void,
): Steps<{ logits: Float32Array; gradient: Float32Array }> {
	const answer = yield { kind: "gradient", points: [pixels], cotangent, widths: null };
	return { logits: answer.logits[0]!, gradient: answer.gradients[0]! };
}
