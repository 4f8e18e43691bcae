/**
 * Carlini and Wagner, "Towards evaluating the robustness of neural networks" (IEEE S&P 2017), the L2 attack: Adam on the argument of a
 * tanh, and a binary search for the weight of the margin, nine times a thousand steps. As something to compare with, on networks that
 * PyTorch doesn't have.
 */
import { highestBut } from "../src/compute/adversarial/goal.js";
import type { Search } from "../src/compute/adversarial/search.js";
import type { Steps } from "../src/compute/adversarial/steps.js";
import { squaredDistance } from "../src/compute/math/vectors.js";

const RATE = 0.01;
const FIRST_WEIGHT = 1e-3;
const DECAYS = [0.9, 0.999] as const;
/** A run whose loss hasn't fallen to this share of what it was a tenth of the steps ago is ended. */
const SLOW = 0.9999;
/** Keeps the inverse of tanh finite at the box's ends. */
const INSIDE = 0.999999;

export function* carliniWagner(search: Search, searchSteps: number, steps: number): Steps<void> {
	let low = 0;
	let high = Number.POSITIVE_INFINITY;
	let weight = FIRST_WEIGHT;
	for (let k = 0; k < searchSteps; k++) {
		const succeeded = yield* descend(search, weight, steps);
		if (succeeded) high = weight;
		else low = weight;
		weight = Number.isFinite(high) ? (low + high) / 2 : 10 * weight;
	}
}

/** Minimises |x - x0|² + weight·max(0, margin to the goal); whether the goal was reached on the way. */
function* descend(search: Search, weight: number, steps: number): Steps<boolean> {
	const { original, goal } = search;
	const argument = original.map((value) => Math.atanh((2 * value - 1) * INSIDE));
	const x = new Float32Array(original.length);
	const means = new Float64Array(original.length);
	const squares = new Float64Array(original.length);
	let succeeded = false;
	let before = Number.POSITIVE_INFINITY;
	for (let step = 1; step <= steps; step++) {
		for (let i = 0; i < x.length; i++) x[i] = (Math.tanh(argument[i]!) + 1) / 2;
		let gap = 0;
		const { gradient } = yield* search.gradient(x, (logits, out) => {
			const label = goal.target ?? highestBut(logits, goal.original);
			const rival = goal.target === null ? goal.original : highestBut(logits, label);
			gap = logits[rival]! - logits[label]!;
			if (gap < 0) return;
			out[rival] = weight;
			out[label] = -weight;
		});
		succeeded ||= gap < 0;
		const loss = squaredDistance(x, original) + weight * Math.max(0, gap);
		if (step % Math.ceil(steps / 10) === 0) {
			if (loss > SLOW * before) break;
			before = loss;
		}
		for (let i = 0; i < x.length; i++) {
			const slope = (gradient[i]! + 2 * (x[i]! - original[i]!)) * 2 * x[i]! * (1 - x[i]!);
			means[i] = DECAYS[0] * means[i]! + (1 - DECAYS[0]) * slope;
			squares[i] = DECAYS[1] * squares[i]! + (1 - DECAYS[1]) * slope * slope;
			const mean = means[i]! / (1 - DECAYS[0] ** step);
			const square = squares[i]! / (1 - DECAYS[1] ** step);
			argument[i] = argument[i]! - (RATE * mean) / (Math.sqrt(square) + 1e-8);
		}
	}
	return succeeded;
}
