/** Puts kernels of our own in the place of those of the WebAssembly backend that are wrong, missing or slow. */
import * as tf from "@tensorflow/tfjs-core";
import { conv2DBackpropInput, depthwiseBackpropInput } from "./convolutionGradients.js";
import { replaceGradients } from "./gradients.js";
import { identity } from "./identity.js";
import { matMul } from "./matMul.js";
import { maxPoolGrad } from "./maxPoolGrad.js";

let repaired = false;

/** After the stock kernels are registered; a second call changes nothing. */
export function repairKernels(): void {
	if (repaired) return;
	repaired = true;
	const stockMatMul = tf.getKernel(tf.BatchMatMul, "wasm");
	for (const kernel of [maxPoolGrad, conv2DBackpropInput, depthwiseBackpropInput, matMul(stockMatMul), identity]) {
		if (tf.getKernel(kernel.kernelName, "wasm")) tf.unregisterKernel(kernel.kernelName, "wasm");
		tf.registerKernel(kernel);
	}
	replaceGradients();
}
