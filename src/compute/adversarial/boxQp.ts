/**
 * The nearest point in a box and in half-spaces: min ½|x - x0|² subject to A x <= b, 0 <= x <= 1, for few rows and many
 * variables. Solved through its dual, one multiplier per row, by a semismooth Newton method with a line search
 * (Li and Toh, "On efficiently solving the subproblems of a level-set method", 2018), in float64.
 */
import { dot } from "../math/vectors.js";

export interface BoxQp {
	readonly original: ArrayLike<number>;
	/** Rows of A. */
	readonly rows: readonly Float32Array[];
	/** b, one per row. */
	readonly bounds: readonly number[];
}

export interface BoxQpSolution {
	readonly x: Float64Array;
	/** One per row, >= 0. */
	readonly multipliers: Float64Array;
	/** The largest violation of a row that is left, divided by the row's norm; above the tolerance where the rows and the box exclude each other. */
	readonly violation: number;
}

const ITERATIONS = 100;
const TOLERANCE = 1e-9;

/** Solves the program; rows should have comparable norms. */
export function solveBoxQp(program: BoxQp): BoxQpSolution {
	const { rows } = program;
	const norms = rows.map((row) => Math.sqrt(dot(row, row)) || 1);
	const multipliers = new Float64Array(rows.length);
	let point = evaluate(program, multipliers);
	for (let iteration = 0; iteration < ITERATIONS; iteration++) {
		const working = rows.map((_, j) => j).filter((j) => multipliers[j]! > 0 || point.slopes[j]! > 0);
		const error = Math.max(
			0,
			...working.map((j) => Math.abs(Math.max(point.slopes[j]! / norms[j]!, -multipliers[j]! * norms[j]!))),
		);
		if (error < TOLERANCE) break;
		const step = newtonStep(program, point, working);
		const next = climb(program, multipliers, point, working, step);
		if (next === null) break;
		multipliers.set(next.multipliers);
		point = next.point;
	}
	const violation = Math.max(0, ...Array.from(point.slopes, (slope, j) => slope / norms[j]!));
	return { x: point.x, multipliers, violation };
}

interface DualPoint {
	readonly x: Float64Array;
	/** Variables strictly inside the box: those that follow the multipliers. */
	readonly free: Uint8Array;
	/** The dual function, to be made large. */
	readonly value: number;
	/** Its gradient: A x - b. */
	readonly slopes: Float64Array;
}

/** x(λ) = clip(x0 - Aᵀλ) minimises the Lagrangian. */
function evaluate({ original, rows, bounds }: BoxQp, multipliers: Float64Array): DualPoint {
	const x = new Float64Array(original.length);
	const free = new Uint8Array(original.length);
	let value = 0;
	for (let i = 0; i < x.length; i++) {
		let u = original[i]!;
		for (let j = 0; j < rows.length; j++) u -= multipliers[j]! * rows[j]![i]!;
		x[i] = Math.min(1, Math.max(0, u));
		free[i] = u > 0 && u < 1 ? 1 : 0;
		const difference = x[i]! - original[i]!;
		value += (difference * difference) / 2;
	}
	const slopes = Float64Array.from(rows, (row, j) => dot(row, x) - bounds[j]!);
	for (let j = 0; j < rows.length; j++) value += multipliers[j]! * slopes[j]!;
	return { x, free, value, slopes };
}

/** Solves (A F Aᵀ + ridge) step = slopes over the working rows, F the free variables. */
function newtonStep({ rows }: BoxQp, { free, slopes }: DualPoint, working: readonly number[]): number[] {
	const size = working.length;
	const matrix = working.map((a) => working.map((b) => maskedDot(rows[a]!, rows[b]!, free)));
	// Where everything is at a bound the free part is singular; a share of the whole keeps a direction.
	working.forEach((a, k) => {
		matrix[k]![k]! += 1e-10 * dot(rows[a]!, rows[a]!) + 1e-30;
	});
	const right = working.map((j) => slopes[j]!);
	// Gaussian elimination without pivoting: the matrix is positive definite.
	for (let k = 0; k < size; k++) {
		for (let r = k + 1; r < size; r++) {
			const factor = matrix[r]![k]! / matrix[k]![k]!;
			for (let c = k; c < size; c++) matrix[r]![c]! -= factor * matrix[k]![c]!;
			right[r]! -= factor * right[k]!;
		}
	}
	for (let k = size - 1; k >= 0; k--) {
		for (let c = k + 1; c < size; c++) right[k]! -= matrix[k]![c]! * right[c]!;
		right[k]! /= matrix[k]![k]!;
	}
	return right;
}

/** Goes up the dual along the step, then, should that fail, along its gradient; null where neither rises. */
function climb(
	program: BoxQp,
	multipliers: Float64Array,
	point: DualPoint,
	working: readonly number[],
	step: readonly number[],
): { multipliers: Float64Array; point: DualPoint } | null {
	const along = (direction: readonly number[]) => {
		let length = 1;
		for (let trial = 0; trial < 50; trial++) {
			const next = multipliers.slice();
			working.forEach((j, k) => {
				next[j] = Math.max(0, multipliers[j]! + length * direction[k]!);
			});
			const reached = evaluate(program, next);
			let promised = 0;
			for (const j of working) promised += point.slopes[j]! * (next[j]! - multipliers[j]!);
			if (promised > 0 && reached.value >= point.value + 1e-4 * promised) return { multipliers: next, point: reached };
			length /= 3;
		}
		return null;
	};
	const scale = working.map((j) => dot(program.rows[j]!, program.rows[j]!) || 1);
	return along(step) ?? along(working.map((j, k) => point.slopes[j]! / scale[k]!));
}

function maskedDot(a: Float32Array, b: Float32Array, mask: Uint8Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) if (mask[i]) sum += a[i]! * b[i]!;
	return sum;
}
