import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { derived } from "./derived.js";
import { floats, free, run, wasmKernel } from "./kernel.js";

/** Multiply-adds of one product of a batch from which its own call pays. */
const ALONE = 1e5;

/**
 * Matrix products. The stock kernel has a fast way for plain products of two matrices only. It takes a slow loop where
 * one is to be transposed, as in the gradient of every dense layer: that matrix is transposed first here. And it takes
 * it for batches of products: large ones are computed one by one here.
 */
export function matMul(stock: tf.KernelConfig): tf.KernelConfig {
	return wasmKernel(
		tf.BatchMatMul,
		({ backend, inputs, attrs }) => {
			const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
			const { transposeA, transposeB } = attrs as unknown as tf.BatchMatMulAttrs;
			const left = transposeA ? transposed(backend, a) : a;
			const right = transposeB ? derived(backend, b, "transposed", () => transposed(backend, b)) : b;
			const plain = { transposeA: false, transposeB: false };
			const multiply = (x: tf.TensorInfo, y: tf.TensorInfo) =>
				stock.kernelFunc({ backend, inputs: { a: x, b: y }, attrs: plain }) as tf.TensorInfo;
			const product = isLargeBatch(left, right) ? oneByOne(backend, left, right, multiply) : multiply(left, right);
			if (transposeA) free(backend, left);
			return product;
		},
		stock.setupFunc,
	);
}

function transposed(backend: BackendWasm, x: tf.TensorInfo): tf.TensorInfo {
	const rank = x.shape.length;
	const perm = x.shape.map((_, axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis));
	return run(backend, tf.Transpose, { x }, { perm });
}

function isLargeBatch(a: tf.TensorInfo, b: tf.TensorInfo): boolean {
	const [height, width] = a.shape.slice(-2) as [number, number];
	const [count, others] = [a, b].map(({ shape }) => tf.util.sizeFromShape(shape.slice(0, -2))) as [number, number];
	return count > 1 && count === others && height * width * (b.shape.at(-1) as number) >= ALONE;
}

function oneByOne(
	backend: BackendWasm,
	a: tf.TensorInfo,
	b: tf.TensorInfo,
	multiply: (x: tf.TensorInfo, y: tf.TensorInfo) => tf.TensorInfo,
): tf.TensorInfo {
	const outer = a.shape.slice(0, -2);
	const [height, columns] = [a.shape.at(-2) as number, b.shape.at(-1) as number];
	const result = backend.makeOutput([...outer, height, columns], "float32");
	for (let i = 0; i < tf.util.sizeFromShape(outer); i++) {
		const own = [matrixOf(backend, a, i), matrixOf(backend, b, i)] as const;
		const product = multiply(...own);
		floats(backend, result).set(floats(backend, product), i * height * columns);
		for (const used of [...own, product]) free(backend, used);
	}
	return result;
}

/** A copy of one matrix of a batch. */
function matrixOf(backend: BackendWasm, batch: tf.TensorInfo, index: number): tf.TensorInfo {
	const shape = batch.shape.slice(-2);
	const size = tf.util.sizeFromShape(shape);
	const matrix = backend.makeOutput([1, ...shape], "float32");
	floats(backend, matrix).set(floats(backend, batch).subarray(index * size, (index + 1) * size));
	return matrix;
}
