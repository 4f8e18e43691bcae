/**
 * A convolution on a circular grid: one matrix, input channels to output channels, for each frequency of the grid, and
 * its norm is the largest of theirs (Sedghi, Gupta and Long, "The singular values of convolutional layers", 2019). A
 * zero-padded one that lies in the grid is a part of it, so its norm is at most that. Strides: every phase of the input
 * counts as channels of their own.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../slices.js";
import type { Geometry } from "./convolutionGeometry.js";
import { addProduct, addTransposedProduct, type MatrixView, type Vectors, type VectorView } from "./doubleProducts.js";
import type { MatrixBatch } from "./matrixBatch.js";

/** A place of the kernel: where it reads, and its matrix from input to output channels. */
interface Tap {
	readonly phase: number;
	readonly offset: readonly [vertical: number, horizontal: number];
	/** `[into, out]`. */
	readonly matrix: MatrixView;
}

export type Grid = readonly [vertical: number, horizontal: number];

/** The frequencies of one group of channels, each with its conjugate counted once. */
export class CircularConvolution implements MatrixBatch {
	readonly count: number;
	readonly rows: number;
	readonly columns: number;
	readonly #taps: readonly Tap[];
	readonly #phases: number;
	readonly #frequencies: readonly Grid[];
	/** Whether A leads from inputs to outputs, which then are fewer or as many. */
	readonly #isForward: boolean;

	/** `kernel [kh, kw, into, out]`. */
	constructor(
		kernel: Float32Array,
		private readonly into: number,
		private readonly out: number,
		[vertical, horizontal]: Geometry,
		private readonly grid: Grid,
	) {
		const size = into * out;
		this.#phases = vertical.phases * horizontal.phases;
		this.#taps = vertical.taps.flatMap((v, i) =>
			horizontal.taps.map((h, j) => {
				const at = (i * horizontal.taps.length + j) * size;
				return {
					phase: v.phase * horizontal.phases + h.phase,
					offset: [v.offset, h.offset] as const,
					matrix: { values: kernel, at, rows: into, columns: out },
				};
			}),
		);
		const inputs = into * this.#phases;
		this.#isForward = out <= inputs;
		// A complex matrix as a real one of twice the size.
		this.rows = 2 * Math.max(inputs, out);
		this.columns = 2 * Math.min(inputs, out);
		this.#frequencies = halfPlane(grid);
		this.count = this.#frequencies.length;
	}

	transposed(indices: readonly number[]): tf.Tensor3D {
		const { into, out } = this;
		const inputs = Array.from({ length: this.#phases }, (_, phase) => {
			const taps = this.#taps.filter((tap) => tap.phase === phase);
			if (taps.length === 0) return tf.zeros([2 * indices.length, into, out]);
			const matrices = new Float32Array(taps.length * into * out);
			taps.forEach(({ matrix }, t) => {
				matrices.set(matrix.values.subarray(matrix.at, matrix.at + into * out), t * into * out);
			});
			const waves = [Math.cos, Math.sin].flatMap((part) =>
				indices.flatMap((index) => taps.map(({ offset }) => part(this.#angle(index, offset)))),
			);
			const sums = tf.matMul(
				tf.tensor2d(Float32Array.from(waves), [2 * indices.length, taps.length]),
				tf.tensor2d(matrices, [taps.length, into * out]),
			);
			return tf.reshape(sums, [2 * indices.length, into, out]);
		});
		const joined = (inputs.length === 1 ? inputs[0] : tf.concat(inputs, 1)) as tf.Tensor3D;
		const turned = this.#isForward ? tf.transpose(joined, [0, 2, 1]) : joined;
		const [real, imaginary] = tf.split(turned, 2, 0) as [tf.Tensor3D, tf.Tensor3D];
		// Aᵀ for A = [[R, -I], [I, R]]. Turning the complex matrix without conjugating it keeps its singular values.
		return tf.concat([tf.concat([real, imaginary], 2), tf.concat([tf.neg(imaginary), real], 2)], 1) as tf.Tensor3D;
	}

	/**
	 * A(f)ᴴA(f) is the sum of `exp(iθ(f))·C` over differences of two taps' offsets, with real C that are the same for
	 * all frequencies: C·x is computed once.
	 */
	async gramTimes(x: Vectors, vectors: number, slices: Slices): Promise<Float64Array> {
		const half = this.columns / 2;
		// Real and imaginary halves are vectors of their own.
		const parts = await this.#differences({ values: x, length: half, from: 0 }, 2 * vectors, slices);
		const results = new Float64Array(this.count * x.length);
		for (let index = 0; index < this.count; index++) {
			const result = results.subarray(index * x.length, (index + 1) * x.length);
			for (const { difference, product } of parts) addTurned(result, product, this.#angle(index, difference), half);
			await slices.breathe();
		}
		return results;
	}

	/** C·x for each difference of offsets. */
	async #differences(
		x: VectorView,
		vectors: number,
		slices: Slices,
	): Promise<readonly { readonly difference: Grid; readonly product: Vectors }[]> {
		const { into, out } = this;
		// What A makes of x, by the offset it comes with and, where A leads to the inputs, their phase.
		const middles = new Map<string, { offset: Grid; phase: number; vectors: VectorView }>();
		for (const { phase, offset, matrix } of this.#taps) {
			const own = this.#isForward ? phase : 0;
			const key = `${offset} ${own}`;
			const length = this.#isForward ? into : out;
			const fresh = () => ({ values: new Float64Array(length * vectors), length, from: 0 });
			const middle = middles.get(key) ?? { offset, phase: own, vectors: fresh() };
			middles.set(key, middle);
			if (this.#isForward) addProduct(matrix, x, middle.vectors, vectors);
			else addTransposedProduct(matrix, { ...x, from: phase * into }, middle.vectors, vectors);
			await slices.breathe();
		}
		const parts = new Map<string, { difference: Grid; product: Vectors }>();
		for (const { phase, offset, matrix } of this.#taps)
			for (const middle of middles.values()) {
				if (this.#isForward && middle.phase !== phase) continue;
				const difference = [middle.offset[0] - offset[0], middle.offset[1] - offset[1]] as const;
				const part = parts.get(`${difference}`) ?? { difference, product: new Float64Array(x.length * vectors) };
				parts.set(`${difference}`, part);
				const to = { values: part.product, length: x.length, from: this.#isForward ? 0 : phase * into };
				if (this.#isForward) addTransposedProduct(matrix, middle.vectors, to, vectors);
				else addProduct(matrix, middle.vectors, to, vectors);
				await slices.breathe();
			}
		return [...parts.values()];
	}

	#angle(index: number, [down, across]: Grid): number {
		const [v, h] = this.#frequencies[index] as Grid;
		return 2 * Math.PI * (((v * down) / this.grid[0] + (h * across) / this.grid[1]) % 1);
	}
}

/** Every frequency but those whose conjugate is there. */
function halfPlane([height, width]: Grid): readonly Grid[] {
	const frequencies: Grid[] = [];
	for (let v = 0; v < height; v++)
		for (let h = 0; h <= Math.floor(width / 2); h++) {
			const isOwnConjugateColumn = h === 0 || 2 * h === width;
			if (!isOwnConjugateColumn || v <= (height - v) % height || v === 0) frequencies.push([v, h]);
		}
	return frequencies;
}

/** `result += exp(i·angle)·part`, for vectors whose first half is real, whose second is imaginary. */
function addTurned(result: Vectors, part: Vectors, angle: number, half: number): void {
	const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
	for (let start = 0; start < part.length; start += 2 * half)
		for (let i = start; i < start + half; i++) {
			const real = part[i] as number;
			const imaginary = part[half + i] as number;
			result[i]! += cos * real - sin * imaginary;
			result[half + i]! += sin * real + cos * imaginary;
		}
}

/** The same where inputs or outputs are a single channel, so that each matrix is a vector: its length, in float64. */
export function largestVector(
	kernel: Float32Array,
	into: number,
	out: number,
	[vertical, horizontal]: Geometry,
	grid: Grid,
): number {
	const phases = vertical.phases * horizontal.phases;
	const size = into * out;
	let largest = 0;
	for (const [v, h] of halfPlane(grid)) {
		const real = new Float64Array(phases * size);
		const imaginary = new Float64Array(phases * size);
		vertical.taps.forEach((down, i) => {
			horizontal.taps.forEach((across, j) => {
				const angle = 2 * Math.PI * ((v * down.offset) / grid[0] + (h * across.offset) / grid[1]);
				const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
				const to = (down.phase * horizontal.phases + across.phase) * size;
				const from = (i * horizontal.taps.length + j) * size;
				for (let c = 0; c < size; c++) {
					const value = kernel[from + c] as number;
					real[to + c]! += cos * value;
					imaginary[to + c]! += sin * value;
				}
			});
		});
		const squares = real.reduce((sum, re, c) => sum + re * re + (imaginary[c] as number) ** 2, 0);
		largest = Math.max(largest, squares);
	}
	return Math.sqrt(largest);
}
