/** Real matrices whose largest singular value is wanted. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../backend/slices.js";
import type { ComplexMatrices } from "./complexMatrices.js";
import { addProduct, addTransposedProduct, type MatrixView, PROBES, type Vectors } from "./doubleProducts.js";
import { type DoubleGrams, type MatrixBatch, UNIT_ROUNDOFF } from "./matrixBatch.js";

/** Multiply-adds between two turns of the event loop. */
const WORK = 5e7;
/** Values of the matrices that go to the backend at a time: 32 MiB. */
const CHUNK_VALUES = 2 ** 23;
/** AᵀA is symmetric: of tiles of this size only those on and below its diagonal are computed. */
const TILE = 512;

/** A batch of `count` matrices, each `[height, width]`, row-major one after the other, all times `scale`. */
export class DenseMatrices implements MatrixBatch {
	readonly indices: readonly number[];
	readonly size: number;
	readonly isComplex = false;
	readonly #length: number;
	readonly #isTall: boolean;

	constructor(
		private readonly data: Float32Array,
		private readonly scale: number,
		readonly count: number,
		private readonly height: number,
		private readonly width: number,
	) {
		this.indices = Array.from({ length: count }, (_, i) => i);
		this.size = Math.min(height, width);
		this.#length = Math.max(height, width);
		this.#isTall = height >= width;
	}

	get doubleWork(): number {
		return (this.count * this.#length * this.size ** 2) / 2;
	}

	async gram(indices: readonly number[], slices: Slices): Promise<ComplexMatrices> {
		const tiles: tf.Tensor3D[][] = [];
		const step = Math.max(1, Math.floor(CHUNK_VALUES / (indices.length * this.size)));
		try {
			for (let from = 0; from < this.#length; from += step) {
				const chunk = this.#chunk(indices, from, Math.min(this.#length, from + step));
				try {
					await this.#addTiles(chunk, tiles, slices);
				} finally {
					chunk.dispose();
				}
			}
			return { real: tf.tidy(() => assembled(tiles)), imaginary: null };
		} finally {
			tf.dispose(tiles);
		}
	}

	/** Part of the longer axis: `[indices, to - from, size]` of a tall matrix, `[indices, size, to - from]` of a wide one. */
	#chunk(indices: readonly number[], from: number, to: number): tf.Tensor3D {
		const { height, width, size, scale } = this;
		const length = to - from;
		const values = new Float32Array(indices.length * length * size);
		const [rows, columns] = this.#isTall ? [length, size] : [size, length];
		indices.forEach((index, position) => {
			for (let i = 0; i < rows; i++) {
				const at = (index * height + (this.#isTall ? from + i : i)) * width + (this.#isTall ? 0 : from);
				const to = (position * rows + i) * columns;
				for (let j = 0; j < columns; j++) values[to + j] = scale * (this.data[at + j] as number);
			}
		});
		return tf.tensor3d(values, [indices.length, rows, columns]);
	}

	async #addTiles(chunk: tf.Tensor3D, tiles: tf.Tensor3D[][], slices: Slices): Promise<void> {
		const isTall = this.#isTall;
		const sizes = Array.from({ length: Math.ceil(this.size / TILE) }, (_, i) => Math.min(TILE, this.size - i * TILE));
		const stripes = tf.split(chunk, sizes, isTall ? 2 : 1) as tf.Tensor3D[];
		try {
			for (const [i, a] of stripes.entries()) {
				tiles[i] ??= [];
				const row = tiles[i] as tf.Tensor3D[];
				for (const [j, b] of stripes.slice(0, i + 1).entries()) {
					const before = row[j];
					row[j] = tf.tidy(() => {
						const own = tf.matMul(a, b, isTall, !isTall) as tf.Tensor3D;
						return before ? tf.add<tf.Tensor3D>(before, own) : own;
					});
					before?.dispose();
				}
				await slices.breathe();
			}
		} finally {
			tf.dispose(stripes);
		}
	}

	doubleGrams(): DoubleGrams {
		const { count, size, data, scale, height, width } = this;
		const length = height * width;
		let most = 0;
		for (let start = 0; start < count * length; start += length) {
			let squares = 0;
			for (let i = start; i < start + length; i++) squares += (data[i] as number) ** 2;
			most = Math.max(most, squares);
		}
		return {
			// Each value is a sum of products, whose absolute values together have at most the norm `most`.
			error: (this.#length + 3) * UNIT_ROUNDOFF * scale * scale * most,
			put: (index, real) => {
				real.fill(0);
				const start = index * length;
				if (this.#isTall) addOuterProducts(data.subarray(start, start + length), size, real);
				else addInnerProducts(data.subarray(start, start + length), size, real);
				for (let i = 0; i < size * size; i++) real[i]! *= scale * scale;
			},
		};
	}

	async gramTimes(x: Vectors, slices: Slices): Promise<Float64Array> {
		const results = new Float64Array(this.count * x.length);
		for (let i = 0; i < this.count; i++) results.set(await this.#gramTimes(i, x, slices), i * x.length);
		return results.map((v) => v * this.scale * this.scale);
	}

	async #gramTimes(index: number, x: Vectors, slices: Slices): Promise<Vectors> {
		const { height, width, size } = this;
		const from = { values: x, length: size, from: 0 };
		const between = { values: new Float64Array(this.#length * PROBES), length: this.#length, from: 0 };
		const result = { values: new Float64Array(x.length), length: size, from: 0 };
		const rowsAtATime = Math.max(4, Math.floor(WORK / (width * PROBES)));
		const inTurns = async (work: (rows: MatrixView, start: number) => void): Promise<void> => {
			for (let start = 0; start < height; start += rowsAtATime) {
				const at = (index * height + start) * width;
				work({ values: this.data, at, rows: Math.min(rowsAtATime, height - start), columns: width }, start);
				await slices.breathe();
			}
		};
		if (this.#isTall) {
			await inTurns((rows, start) => {
				addProduct(rows, from, { ...between, from: start });
				addTransposedProduct(rows, { ...between, from: start }, result);
			});
		} else {
			await inTurns((rows, start) => addTransposedProduct(rows, { ...from, from: start }, between));
			await inTurns((rows, start) => addProduct(rows, between, { ...result, from: start }));
		}
		return result.values;
	}
}

/** The whole of a symmetric matrix of which `tiles` are the lower triangle. */
function assembled(tiles: readonly (readonly tf.Tensor3D[])[]): tf.Tensor3D {
	const rows = tiles.map((row, i) => {
		const after = tiles.slice(i + 1).map((below) => tf.transpose(below[i] as tf.Tensor3D, [0, 2, 1]));
		return tf.concat([...row, ...after], 2) as tf.Tensor3D;
	});
	return tf.concat(rows, 1) as tf.Tensor3D;
}

/** Adds the lower triangle of `AᵀA`, of A with rows of `size` values. */
function addOuterProducts(a: Float32Array, size: number, gram: Float64Array): void {
	for (let row = 0; row < a.length; row += size)
		for (let i = 0; i < size; i++) {
			const value = a[row + i] as number;
			for (let j = 0; j <= i; j++) gram[i * size + j]! += value * (a[row + j] as number);
		}
}

/** The same of `AAᵀ`, of A with `size` rows. */
function addInnerProducts(a: Float32Array, size: number, gram: Float64Array): void {
	const length = a.length / size;
	for (let i = 0; i < size; i++)
		for (let j = 0; j <= i; j++) {
			let sum = 0;
			for (let k = 0; k < length; k++) sum += (a[i * length + k] as number) * (a[j * length + k] as number);
			gram[i * size + j]! += sum;
		}
}
