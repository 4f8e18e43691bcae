/**
 * A convolution on a circular grid: one matrix, input channels to output channels, for each frequency of the grid, and
 * its norm is the largest of theirs (Sedghi, Gupta and Long, "The singular values of convolutional layers", 2019). A
 * zero-padded one that lies in the grid is a part of it, so its norm is at most that. Strides: every phase of the input
 * counts as channels of their own.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../backend/slices.js";
import type { ComplexMatrices } from "./complexMatrices.js";
import type { Vectors } from "./doubleProducts.js";
import type { KernelCorrelation, Offset } from "./kernelCorrelation.js";
import type { DoubleGrams, MatrixBatch } from "./matrixBatch.js";

export type Grid = readonly [vertical: number, horizontal: number];

/** The frequencies of a grid, each with its conjugate counted once. */
export class CircularConvolution implements MatrixBatch {
	readonly count: number;
	readonly indices: readonly number[];
	readonly size: number;
	readonly isComplex: boolean;
	readonly #frequencies: readonly Grid[];
	readonly #circles: readonly [Circle, Circle];

	constructor(
		private readonly correlation: KernelCorrelation,
		grid: Grid,
	) {
		this.#frequencies = halfPlane(grid);
		this.#circles = [new Circle(grid[0]), new Circle(grid[1])];
		this.count = this.#frequencies.length;
		this.indices = [...this.#frequencies.keys()];
		this.size = correlation.size;
		this.isComplex = this.count > 1;
	}

	get doubleWork(): number {
		const { work, pairs } = this.correlation;
		return work + this.count * pairs * this.size ** 2;
	}

	async gram(indices: readonly number[], slices: Slices): Promise<ComplexMatrices> {
		const { size } = this;
		const { differences } = this.correlation;
		const single = await this.correlation.single(slices);
		const correlations = tf.tensor2d(single, [differences.length, size * size]);
		const turns = indices.map((index) => differences.map((offset) => this.#turn(index, offset)));
		const transformed = (part: 0 | 1) =>
			tf.tidy(() => {
				const waves = Float32Array.from(turns.flatMap((row) => row.map((turn) => turn[part])));
				const sums = tf.matMul(tf.tensor2d(waves, [indices.length, differences.length]), correlations);
				return tf.reshape(sums, [indices.length, size, size]) as tf.Tensor3D;
			});
		const gram = { real: transformed(0), imaginary: this.isComplex ? transformed(1) : null };
		correlations.dispose();
		return gram;
	}

	doubleGrams(): DoubleGrams {
		const { size } = this;
		const parts = this.correlation.double();
		return {
			error: this.correlation.doubleError,
			put: (index, real, imaginary) => {
				real.fill(0);
				imaginary.fill(0);
				for (const { offset, symmetric, antisymmetric } of parts) {
					const turn = this.#turn(index, offset);
					const cosine = turn[0];
					const sine = turn[1];
					for (let i = 0; i < size; i++)
						for (let at = i * size; at <= i * size + i; at++) {
							real[at]! += cosine * (symmetric[at] as number);
							imaginary[at]! += sine * (antisymmetric[at] as number);
						}
				}
			},
		};
	}

	async gramTimes(x: Vectors, slices: Slices): Promise<Float64Array> {
		const products = await this.correlation.times(x, slices);
		const results = new Float64Array(this.count * x.length);
		for (let index = 0; index < this.count; index++) {
			const result = results.subarray(index * x.length, (index + 1) * x.length);
			for (const { offset, product } of products) addTurned(result, product, this.#turn(index, offset), this.size);
			await slices.breathe();
		}
		return results;
	}

	/** `exp(iθ)` of an offset at a frequency. */
	#turn(index: number, [down, across]: Offset): Turn {
		const [v, h] = this.#frequencies[index] as Grid;
		const [a, b] = [this.#circles[0].at(v * down), this.#circles[1].at(h * across)];
		return [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
	}
}

type Turn = readonly [cosine: number, sine: number];

/** Points of a circle at equal distances. */
class Circle {
	readonly #points: readonly Turn[];

	constructor(private readonly count: number) {
		this.#points = Array.from({ length: count }, (_, k) => {
			const angle = (2 * Math.PI * k) / count;
			return [Math.cos(angle), Math.sin(angle)];
		});
	}

	at(place: number): Turn {
		const within = place % this.count;
		return this.#points[within < 0 ? within + this.count : within] as Turn;
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

/** `result += exp(iθ)·part` for complex vectors of `size` values, first real parts, then imaginary ones. */
function addTurned(result: Vectors, part: Vectors, turn: Turn, size: number): void {
	const cosine = turn[0];
	const sine = turn[1];
	for (let start = 0; start < part.length; start += 2 * size)
		for (let i = start; i < start + size; i++) {
			const real = part[i] as number;
			const imaginary = part[size + i] as number;
			result[i]! += cosine * real - sine * imaginary;
			result[size + i]! += sine * real + cosine * imaginary;
		}
}
