/** One real matrix whose largest singular value is wanted. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../slices.js";
import { addProduct, addTransposedProduct, type MatrixView, type Vectors, type VectorView } from "./doubleProducts.js";
import type { MatrixBatch } from "./matrixBatch.js";

/** Multiply-adds between two turns of the event loop. */
const WORK = 5e7;

/** A batch of `count` matrices, each `[height, width]`, row-major one after the other. */
export class DenseMatrices implements MatrixBatch {
	readonly rows: number;
	readonly columns: number;

	constructor(
		private readonly data: Float32Array,
		readonly count: number,
		private readonly height: number,
		private readonly width: number,
	) {
		this.rows = Math.max(height, width);
		this.columns = Math.min(height, width);
	}

	transposed(indices: readonly number[]): tf.Tensor3D {
		const size = this.height * this.width;
		const parts = indices.map((i) =>
			tf.tensor3d(this.data.subarray(i * size, (i + 1) * size), [1, this.height, this.width]),
		);
		const stacked = (parts.length === 1 ? parts[0] : tf.concat(parts, 0)) as tf.Tensor3D;
		return this.height >= this.width ? tf.transpose(stacked, [0, 2, 1]) : stacked;
	}

	async gramTimes(x: Vectors, count: number, slices: Slices): Promise<Float64Array> {
		const results = new Float64Array(this.count * x.length);
		for (let i = 0; i < this.count; i++) results.set(await this.#gramTimes(i, x, count, slices), i * x.length);
		return results;
	}

	async #gramTimes(index: number, x: Vectors, count: number, slices: Slices): Promise<Vectors> {
		const { height, width, columns } = this;
		const isTall = height >= width;
		const between = { values: new Float64Array(this.rows * count), length: this.rows, from: 0 };
		const [from, result] = [x, new Float64Array(x.length)].map((values) => ({ values, length: columns, from: 0 })) as [
			VectorView,
			VectorView,
		];
		const rowsAtATime = Math.max(4, Math.floor(WORK / (width * count)));
		const inTurns = async (work: (rows: MatrixView, start: number) => void): Promise<void> => {
			for (let start = 0; start < height; start += rowsAtATime) {
				const at = (index * height + start) * width;
				work({ values: this.data, at, rows: Math.min(rowsAtATime, height - start), columns: width }, start);
				await slices.breathe();
			}
		};
		if (isTall) {
			await inTurns((rows, start) => {
				addProduct(rows, from, { ...between, from: start }, count);
				addTransposedProduct(rows, { ...between, from: start }, result, count);
			});
		} else {
			await inTurns((rows, start) => addTransposedProduct(rows, { ...from, from: start }, between, count));
			await inTurns((rows, start) => addProduct(rows, between, { ...result, from: start }, count));
		}
		return result.values;
	}
}
