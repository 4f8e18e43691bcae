/** What kernels of this backend are written with. A kernel takes and gives tensors that the engine doesn't track. */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** One call of a kernel, as TensorFlow.js's registry makes it. */
export interface Call {
	readonly backend: BackendWasm;
	readonly inputs: tf.NamedTensorInfoMap;
	readonly attrs: tf.NamedAttrMap;
}

/** A kernel for the registry. `setup` is that of a stock kernel which `compute` goes on using. */
export function wasmKernel(
	kernelName: string,
	compute: (call: Call) => tf.TensorInfo,
	setup?: tf.KernelSetupFunc,
): tf.KernelConfig {
	return {
		kernelName,
		backendName: "wasm",
		...(setup ? { setupFunc: setup } : {}),
		kernelFunc: ({ backend, inputs, attrs }) =>
			compute({ backend: backend as BackendWasm, inputs, attrs: attrs ?? {} }),
	};
}

/** Runs another kernel of one output. Whoever calls it frees the output. */
export function run(
	backend: BackendWasm,
	kernelName: string,
	inputs: tf.NamedTensorInfoMap,
	attrs: tf.NamedAttrMap,
): tf.TensorInfo {
	const output = tf.getKernel(kernelName, "wasm").kernelFunc({ inputs, attrs, backend });
	return output as tf.TensorInfo;
}

/** The tensor's values where they are in WebAssembly's memory: valid until the next allocation. */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
	return backend.typedArrayFromHeap(tensor) as Float32Array;
}

export function free(backend: BackendWasm, tensor: tf.TensorInfo): void {
	backend.disposeData(tensor.dataId);
}
