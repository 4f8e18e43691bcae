/** Cholesky factors of many matrices at once, in blocks: the large products on the backend, the small rest here. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../slices.js";

/** A lower triangular factor, block column by block column, from the diagonal down. */
export interface Panel {
	/** First row and column. */
	readonly start: number;
	readonly width: number;
	/** `[count, size - start, width]`. */
	readonly values: Float32Array;
}

export interface Factors {
	readonly panels: readonly Panel[];
	/** Which matrices are not positive definite, as far as float32 can tell; their panels mean nothing. */
	readonly failed: readonly boolean[];
}

/** Values of diagonal blocks that are factored here, all matrices together: some milliseconds' work. */
const DIAGONAL_WORK = 2e8;
/** Multiply-adds of one product on the backend: a part of a slice. */
const PRODUCT_WORK = 6e9;

/**
 * Factors `shift·I - AᵀA` for matrices `transposed [count, columns, rows]` (which hold Aᵀ). `AᵀA` is never formed as
 * a whole: each block column is computed when its turn comes (the left-looking form; Golub and Van Loan, "Matrix
 * Computations", section 4.2).
 */
export async function factorShifted(transposed: tf.Tensor3D, shift: number, slices: Slices): Promise<Factors> {
	const [count, size, rows] = transposed.shape;
	const width = blockWidth(count, size, rows);
	const failed = Array<boolean>(count).fill(false);
	const panels: Panel[] = [];
	const held: tf.Tensor3D[] = [];
	try {
		for (let start = 0; start < size; start += width) {
			const w = Math.min(width, size - start);
			const below = size - start - w;
			const column = tf.tidy(() => blockColumn(transposed, held, start, w));
			// Read outside `tidy`, which would look for tensors in each of the values.
			const diagonal = tf.slice(column, [0, 0, 0], [count, w, w]);
			const { factor, inverse } = factorBlocks(diagonal.dataSync() as Float32Array, count, w, shift, failed);
			diagonal.dispose();
			const panel = tf.tidy(() => {
				const top = tf.tensor3d(factor, [count, w, w]);
				if (below === 0) return top;
				const rest = tf.slice(column, [0, w, 0], [count, below, w]);
				const solved = tf.matMul(rest, tf.tensor3d(inverse, [count, w, w]), false, true) as tf.Tensor3D;
				return tf.concat([top, tf.neg(solved)], 1);
			});
			column.dispose();
			held.push(panel);
			panels.push({ start, width: w, values: panel.dataSync() as Float32Array });
			await slices.breathe();
		}
		return { panels, failed };
	} finally {
		tf.dispose(held);
	}
}

function blockWidth(count: number, size: number, rows: number): number {
	const here = Math.sqrt(DIAGONAL_WORK / (count * size));
	const there = PRODUCT_WORK / (count * rows * size);
	return Math.max(8, Math.min(256, Math.floor(Math.min(here, there) / 8) * 8));
}

/** `AᵀA + LLᵀ` (of the columns of L so far) from row and column `start` down, `width` columns: `[count, size - start, width]`. */
function blockColumn(transposed: tf.Tensor3D, held: readonly tf.Tensor3D[], start: number, width: number): tf.Tensor3D {
	const [count, size, rows] = transposed.shape;
	const left = tf.slice(transposed, [0, start, 0], [count, size - start, rows]);
	const own = tf.slice(left, [0, 0, 0], [count, width, rows]);
	const gram = tf.matMul(left, own, false, true) as tf.Tensor3D;
	if (held.length === 0) return gram;
	const parts = held.map((panel) => {
		const [, height, columns] = panel.shape;
		return tf.slice(panel, [0, height - (size - start), 0], [count, size - start, columns]);
	});
	const before = tf.concat(parts, 2);
	const top = tf.slice(before, [0, 0, 0], [count, width, start]);
	return tf.add(gram, tf.matMul(before, top, false, true));
}

/**
 * Lower factors of `shift·I - block` and their inverses, both `[count, width, width]`. A block that isn't positive
 * definite is marked and gets zeros.
 */
function factorBlocks(
	blocks: Float32Array,
	count: number,
	width: number,
	shift: number,
	failed: boolean[],
): { readonly factor: Float32Array; readonly inverse: Float32Array } {
	const factor = new Float32Array(blocks.length);
	const inverse = new Float32Array(blocks.length);
	const l = new Float64Array(width * width);
	const inv = new Float64Array(width * width);
	for (let b = 0; b < count; b++) {
		if (failed[b]) continue;
		const at = b * width * width;
		if (!factorBlock(blocks.subarray(at, at + width * width), l, width, shift)) {
			failed[b] = true;
			continue;
		}
		invertLower(l, inv, width);
		factor.set(l, at);
		inverse.set(inv, at);
	}
	return { factor, inverse };
}

function factorBlock(block: Float32Array, l: Float64Array, n: number, shift: number): boolean {
	l.fill(0);
	for (let i = 0; i < n; i++)
		for (let j = 0; j <= i; j++) {
			let sum = (i === j ? shift : 0) - (block[i * n + j] as number);
			for (let k = 0; k < j; k++) sum -= (l[i * n + k] as number) * (l[j * n + k] as number);
			if (i > j) l[i * n + j] = sum / (l[j * n + j] as number);
			else if (sum > 0) l[i * n + i] = Math.sqrt(sum);
			else return false;
		}
	return true;
}

function invertLower(l: Float64Array, inverse: Float64Array, n: number): void {
	inverse.fill(0);
	for (let j = 0; j < n; j++) {
		inverse[j * n + j] = 1 / (l[j * n + j] as number);
		for (let i = j + 1; i < n; i++) {
			let sum = 0;
			for (let k = j; k < i; k++) sum += (l[i * n + k] as number) * (inverse[k * n + j] as number);
			inverse[i * n + j] = -sum / (l[i * n + i] as number);
		}
	}
}
