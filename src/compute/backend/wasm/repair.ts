/** Puts kernels of our own in the place of those of the WebAssembly backend that are wrong, missing or slow. */
import * as tf from "@tensorflow/tfjs-core";
import { conv2DBackpropInput, depthwiseBackpropInput } from "./convolutionGradients.js";
import { replaceGradients } from "./gradients.js";
import { identity } from "./identity.js";
import { matMul } from "./matMul.js";
import { maxPoolGrad } from "./maxPoolGrad.js";
import { slice } from "./slice.js";

let repaired = false;

/** After the stock kernels are registered; a second call changes nothing. */
export function repairKernels(): void {
	if (repaired) return;
	repaired = true;
	const stock = (name: string) => tf.getKernel(name, "wasm");
	const ours = [
		maxPoolGrad,
		conv2DBackpropInput,
		depthwiseBackpropInput,
		matMul(stock(tf.BatchMatMul)),
		identity,
		slice(stock(tf.Slice)),
	];
	for (const kernel of ours) {
		if (tf.getKernel(kernel.kernelName, "wasm")) tf.unregisterKernel(kernel.kernelName, "wasm");
		tf.registerKernel(kernel);
	}
	replaceGradients();
}
