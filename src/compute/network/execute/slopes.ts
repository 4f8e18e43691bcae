/** What comes back through a pointwise function: one kernel where the backend has it, else a few of TensorFlow.js. */
import * as tf from "@tensorflow/tfjs-core";
import { GRADIENT_KERNELS } from "../../backend/native/gradientKernels.js";

/** `dy` where `of` is above 0, else 0. */
export function gate(dy: tf.Tensor, of: tf.Tensor): tf.Tensor {
	return fused(GRADIENT_KERNELS.relu, dy, of) ?? tf.mul(dy, tf.step(of));
}

/** Through min(max(0, x), 6); null where the backend has no kernel for it. */
export function throughRelu6(dy: tf.Tensor, x: tf.Tensor): tf.Tensor | null {
	return fused(GRADIENT_KERNELS.relu6, dy, x);
}

/** Through max(x, alpha·x), 0 < alpha < 1; null where the backend has no kernel for it. */
export function throughLeakyRelu(dy: tf.Tensor, x: tf.Tensor, alpha: number): tf.Tensor | null {
	return fused(GRADIENT_KERNELS.leakyRelu, dy, x, { alpha });
}

/** Through a sigmoid whose values are `y`. */
export function throughSigmoid(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
	return fused(GRADIENT_KERNELS.sigmoid, dy, y) ?? tf.mul(dy, tf.mul(y, tf.sub(1, y)));
}

/** Through a tanh whose values are `y`. */
export function throughTanh(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
	return fused(GRADIENT_KERNELS.tanh, dy, y) ?? tf.mul(dy, tf.sub(1, tf.square(y)));
}

function fused(kernel: string, dy: tf.Tensor, of: tf.Tensor, attributes: tf.NamedAttrMap = {}): tf.Tensor | null {
	if (!tf.getKernel(kernel, tf.getBackend())) return null;
	return tf.engine().runKernel(kernel, { dy, of }, attributes) as tf.Tensor;
}
