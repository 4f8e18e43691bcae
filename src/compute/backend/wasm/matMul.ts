import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { derived } from "./derived.js";
import { free, run, wasmKernel } from "./kernel.js";

/**
 * Matrix products. The stock kernel has a fast way for plain products only and takes a slow loop where a matrix is to be
 * transposed, as in the gradient of every dense layer: the matrix is transposed first here.
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
			const product = stock.kernelFunc({ backend, inputs: { a: left, b: right }, attrs: plain }) as tf.TensorInfo;
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
