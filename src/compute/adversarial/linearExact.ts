/** `closest` for a linear network: the boundaries are planes, so the nearest point is found without a search. */

import { dot } from "../math/vectors.js";
import { solveBoxQp } from "./boxQp.js";
import { acceptedMargin, highestBut } from "./goal.js";
import type { Adversarial, Search } from "./search.js";
import type { Steps } from "./steps.js";

/** The logits around the original: z_j(x) = z_j(x0) + g_j·(x - x0), every z less that of the original's label. */
interface LinearModel {
	readonly logits: Float32Array;
	/** By class; null for the original's label, whose gradient is zero here. */
	readonly gradients: readonly (Float32Array | null)[];
}

/** The planes are put this many accepted margins away, so that float32 keeps the label. */
const MARGIN_FACTORS = [1.1, 2, 4];
/** Violations, as distances, that count as feasible. */
const FEASIBLE = 1e-6;

/**
 * Solves for the wanted label, or untargeted for every label that could still be nearer than the best one. Returns
 * whether any label's region meets the box.
 */
export function* solveLinear(search: Search, logits: Float32Array): Steps<boolean> {
	const { original: y, target } = search.goal;
	const others = Array.from(logits, (_, j) => j).filter((j) => j !== y);
	const rows = yield* search.gapGradients(
		search.original,
		others.map((j) => [j, y] as const),
	);
	const gradients: (Float32Array | null)[] = Array.from(logits, () => null);
	others.forEach((j, k) => {
		gradients[j] = rows[k]!;
	});
	const model: LinearModel = { logits, gradients };
	const labels = (target === null ? others : [target])
		.map((label) => ({ label, bound: planeDistance(model, y, label) }))
		.sort((a, b) => a.bound - b.bound);
	let feasible = false;
	for (const { label, bound } of labels) {
		// The box and the other classes only make it further than the plane.
		if (search.best !== null && bound ** 2 > search.best.squaredDistance) break;
		for (const factor of MARGIN_FACTORS) {
			const before: Adversarial | null = search.best;
			const nearest = nearestWithLabel(search, model, label, factor);
			yield* search.logits(Float32Array.from(nearest.x));
			if (search.best !== before || !nearest.feasible) break;
			feasible = true;
		}
	}
	return feasible;
}

/** Distance from the original to the plane where `label` and `y` are equal; infinite where it has no gradient. */
function planeDistance({ logits, gradients }: LinearModel, y: number, label: number): number {
	const row = gradients[label]!;
	let squared = 0;
	for (let i = 0; i < row.length; i++) squared += row[i]! * row[i]!;
	return squared === 0 ? Number.POSITIVE_INFINITY : (logits[y]! - logits[label]!) / Math.sqrt(squared);
}

/** Adds planes of other classes until none is violated. Where the box excludes the label, a point that violates little. */
function nearestWithLabel(
	search: Search,
	model: LinearModel,
	label: number,
	factor: number,
): { readonly x: Float64Array; readonly feasible: boolean } {
	const { original } = search;
	const { logits } = model;
	const highest = Math.max(Math.abs(logits[label]!), Math.abs(logits[search.goal.original]!));
	const margin = factor * acceptedMargin(highest, search.goal.rounding);
	const rivals = [highestBut(logits, label)];
	const rows: Float32Array[] = [];
	const bounds: number[] = [];
	for (;;) {
		const rival = rivals[rivals.length - 1]!;
		const row = gapGradient(model, rival, label, original.length);
		rows.push(row);
		bounds.push(dot(row, original) - (logits[rival]! - logits[label]! + margin));
		const { x, violation } = solveBoxQp({ original, rows, bounds });
		if (violation > FEASIBLE) return { x, feasible: false };
		const next = mostViolated(model, x, original, label, margin);
		if (next === null || rivals.includes(next)) return { x, feasible: true };
		rivals.push(next);
	}
}

/** Gradient of z[up] - z[down]. */
function gapGradient({ gradients }: LinearModel, up: number, down: number, length: number): Float32Array {
	const row = new Float32Array(length);
	const plus = gradients[up];
	const minus = gradients[down];
	for (let i = 0; i < length; i++) row[i] = (plus?.[i] ?? 0) - (minus?.[i] ?? 0);
	return row;
}

function mostViolated(
	{ logits, gradients }: LinearModel,
	x: Float64Array,
	original: Float32Array,
	label: number,
	margin: number,
): number | null {
	const moved = Array.from(logits, (logit, j) => {
		const row = gradients[j];
		if (!row) return logit;
		let sum = logit;
		for (let i = 0; i < row.length; i++) sum += row[i]! * (x[i]! - original[i]!);
		return sum;
	});
	let worst: number | null = null;
	for (let j = 0; j < moved.length; j++) {
		if (j === label || moved[j]! <= moved[label]! - margin * (1 - 1e-3)) continue;
		if (worst === null || moved[j]! > moved[worst]!) worst = j;
	}
	return worst;
}
