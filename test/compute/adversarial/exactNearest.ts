/**
 * The exact nearest point of a linear network's label region within the box, found in another way than the product does:
 * exact maximisation of the dual over one multiplier at a time (Hildreth 1957), by bisection. The solution
 * carries its Karush-Kuhn-Tucker residual, which proves it: the problem is convex.
 */
import type { Layer } from "./networks.js";

export interface ExactNearest {
	readonly x: Float64Array;
	readonly distance: number;
	/** The largest violation of feasibility or complementarity, as a distance. */
	readonly residual: number;
}

/** Nearest x to `original` in [0, 1] with z_target - z_j >= margin for every other class j. */
export function exactNearest(layer: Layer, original: ArrayLike<number>, target: number, margin: number): ExactNearest {
	const rivals = Array.from({ length: layer.outputs }, (_, j) => j).filter((j) => j !== target);
	const rows = rivals.map((j) =>
		Float64Array.from({ length: layer.inputs }, (_, i) => weight(layer, i, j) - weight(layer, i, target)),
	);
	const norms = rows.map((row) => Math.hypot(...row));
	const offsets = rivals.map((j) => layer.biases[j]! - layer.biases[target]! + margin);
	const multipliers = new Float64Array(rows.length);
	// The point before clipping, x0 - Σ λ_j a_j, kept up to date.
	const u = Float64Array.from(original);
	const valueWith = (j: number, change: number) => {
		const row = rows[j]!;
		let sum = offsets[j]!;
		for (let i = 0; i < u.length; i++) sum += row[i]! * clip(u[i]! - change * row[i]!);
		return sum / norms[j]!;
	};
	let residual = Number.POSITIVE_INFINITY;
	for (let sweep = 0; sweep < 3000 && residual > 1e-9; sweep++) {
		for (let j = 0; j < rows.length; j++) {
			const change = rootOf((step) => valueWith(j, step), -multipliers[j]!, norms[j]!);
			multipliers[j]! += change;
			for (let i = 0; i < u.length; i++) u[i]! -= change * rows[j]![i]!;
		}
		residual = Math.max(
			...rows.map((_, j) => {
				const value = valueWith(j, 0);
				return multipliers[j]! * norms[j]! > 1e-9 ? Math.abs(value) : Math.max(0, value);
			}),
		);
	}
	const x = u.map(clip);
	return { x, distance: Math.hypot(...x.map((value, i) => value - original[i]!)), residual };
}

/** Root of a falling function on [lowest, ∞), or `lowest` where it is negative there already. */
function rootOf(f: (step: number) => number, lowest: number, norm: number): number {
	if (f(lowest) <= 0) return lowest;
	let low = lowest;
	let span = 1e-3 / norm;
	while (f(lowest + span) > 0 && span < 1e6) {
		low = lowest + span;
		span *= 2;
	}
	let high = lowest + span;
	for (let halving = 0; halving < 80; halving++) {
		const middle = (low + high) / 2;
		if (f(middle) > 0) low = middle;
		else high = middle;
	}
	return high;
}

function weight({ weights, outputs }: Layer, input: number, output: number): number {
	return weights[input * outputs + output]!;
}

function clip(value: number): number {
	return Math.min(1, Math.max(0, value));
}
