/** Cholesky factors of many matrices at once, in blocks: the large products on the backend, the small rest here. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../backend/slices.js";
import { emptyTriangle, factorBlock, invertBlock } from "./choleskyBlock.js";
import { beside, type ComplexMatrices, disposeOf, eachPart, sum, timesAdjoint } from "./complexMatrices.js";

/** A lower triangular factor, block column by block column, from the diagonal down. */
export interface Panel {
	/** First row and column. */
	readonly start: number;
	readonly width: number;
	/** `[count, size - start, width]`. */
	readonly real: Float32Array;
	readonly imaginary: Float32Array | null;
}

export interface Factors {
	readonly panels: readonly Panel[];
	/** Which matrices are not positive definite, as far as float32 can tell; their panels mean nothing. */
	readonly failed: readonly boolean[];
}

/** The diagonal blocks, which are factored here, have this share of a matrix's size. */
const SHARE = 1 / 12;
const NARROWEST = 8;
const WIDEST = 256;

/** Factors `shift·I - gram` (the left-looking form; Golub and Van Loan, "Matrix Computations", section 4.2). */
export async function factorShifted(gram: ComplexMatrices, shift: number, slices: Slices): Promise<Factors> {
	const [count, size] = gram.real.shape;
	const width = blockWidth(size);
	const failed = Array<boolean>(count).fill(false);
	const panels: Panel[] = [];
	const held: ComplexMatrices[] = [];
	try {
		for (let start = 0; start < size; start += width) {
			const w = Math.min(width, size - start);
			const column = tidied(() => blockColumn(gram, held, start, w));
			const { factor, inverse } = factorDiagonal(column, shift, failed);
			const panel = tidied(() => belowDiagonal(column, onBackend(factor, w), onBackend(inverse, w)));
			disposeOf(column);
			held.push(panel);
			panels.push({ start, width: w, ...valuesOf(panel) });
			await slices.breathe();
		}
		return { panels, failed };
	} finally {
		held.forEach(disposeOf);
	}
}

function tidied(work: () => ComplexMatrices): ComplexMatrices {
	let result: ComplexMatrices | undefined;
	tf.tidy(() => {
		result = work();
		return result.imaginary ? [result.real, result.imaginary] : [result.real];
	});
	return result as ComplexMatrices;
}

/** Read outside `tidy`, which would look for tensors in each of the values. */
function valuesOf({ real, imaginary }: ComplexMatrices): Pick<Panel, "real" | "imaginary"> {
	return {
		real: real.dataSync() as Float32Array,
		imaginary: imaginary && (imaginary.dataSync() as Float32Array),
	};
}

function blockWidth(size: number): number {
	return Math.max(NARROWEST, Math.min(WIDEST, 8 * Math.ceil((size * SHARE) / 8)));
}

/** `gram + LLᴴ` (of the columns of L so far) from row and column `start` down: `[count, size - start, width]`. */
function blockColumn(
	gram: ComplexMatrices,
	held: readonly ComplexMatrices[],
	start: number,
	width: number,
): ComplexMatrices {
	const [count, size] = gram.real.shape;
	const below = size - start;
	const own = eachPart(gram, (x) => tf.slice(x, [0, start, start], [count, below, width]));
	if (held.length === 0) return own;
	const before = beside(
		held.map((panel) => eachPart(panel, (x) => tf.slice(x, [0, x.shape[1] - below, 0], [count, below, x.shape[2]]))),
	);
	const top = eachPart(before, (x) => tf.slice(x, [0, 0, 0], [count, width, start]));
	return sum(own, timesAdjoint(before, top));
}

/** What is in a block column of L: the factor of its diagonal block, and below it the rest times `inverseᴴ`. */
function belowDiagonal(column: ComplexMatrices, factor: ComplexMatrices, inverse: ComplexMatrices): ComplexMatrices {
	const [count, height, width] = column.real.shape;
	if (height === width) return factor;
	const rest = eachPart(column, (x) => tf.neg(tf.slice(x, [0, width, 0], [count, height - width, width])));
	const solved = timesAdjoint(rest, inverse);
	return {
		real: tf.concat([factor.real, solved.real], 1),
		imaginary: factor.imaginary && solved.imaginary && tf.concat([factor.imaginary, solved.imaginary], 1),
	};
}

/** Many blocks, one after the other. */
interface Blocks {
	readonly real: Float32Array;
	readonly imaginary: Float32Array | null;
}

function onBackend({ real, imaginary }: Blocks, width: number): ComplexMatrices {
	const shape = [real.length / (width * width), width, width] as [number, number, number];
	return { real: tf.tensor3d(real, shape), imaginary: imaginary && tf.tensor3d(imaginary, shape) };
}

/**
 * Lower factors of `shift·I` less the blocks at the top of a block column, and their inverses. A block that isn't
 * positive definite is marked and gets zeros.
 */
function factorDiagonal(
	column: ComplexMatrices,
	shift: number,
	failed: boolean[],
): { readonly factor: Blocks; readonly inverse: Blocks } {
	const [count, , width] = column.real.shape;
	const top = eachPart(column, (x) => tf.slice(x, [0, 0, 0], [count, width, width]));
	const { real, imaginary } = valuesOf(top);
	disposeOf(top);
	const size = width * width;
	const zeros = (): Blocks => ({
		real: new Float32Array(count * size),
		imaginary: imaginary && new Float32Array(count * size),
	});
	const [factor, inverse] = [zeros(), zeros()];
	const [own, inverted] = [emptyTriangle(width), emptyTriangle(width)];
	for (let b = 0; b < count; b++) {
		if (failed[b]) continue;
		const [at, end] = [b * size, (b + 1) * size];
		const block = { real: real.subarray(at, end), imaginary: imaginary?.subarray(at, end) ?? null };
		if (!factorBlock(block, shift, width, own)) {
			failed[b] = true;
			continue;
		}
		invertBlock(own, imaginary !== null, width, inverted);
		factor.real.set(own.real, at);
		factor.imaginary?.set(own.imaginary, at);
		inverse.real.set(inverted.real, at);
		inverse.imaginary?.set(inverted.imaginary, at);
	}
	return { factor, inverse };
}
