/** Kernels of native TensorFlow that tfjs-node knows nothing of: each does what otherwise takes three to six others. */
import * as tf from "@tensorflow/tfjs-core";

/** Kernels of `(dy, of)`: the gradient that comes back, and the function's values (for ReLU its input does as well). */
export const GRADIENT_KERNELS = {
	relu: "ReluGrad",
	relu6: "Relu6Grad",
	leakyRelu: "LeakyReluGrad",
	sigmoid: "SigmoidGrad",
	tanh: "TanhGrad",
} as const;

/** What is used of tfjs-node's backend. */
interface NativeBackend {
	readonly binding: { readonly TF_ATTR_TYPE: number; readonly TF_ATTR_FLOAT: number; readonly TF_FLOAT: number };
	executeSingleOutput(
		name: string,
		attributes: readonly { readonly name: string; readonly type: number; readonly value: number }[],
		inputs: readonly tf.TensorInfo[],
	): tf.TensorInfo;
}

/** TensorFlow's operations take the gradient first, except those that go by the values. */
const ORDER: Readonly<Record<string, readonly ["dy" | "of", "dy" | "of"]>> = {
	[GRADIENT_KERNELS.relu]: ["dy", "of"],
	[GRADIENT_KERNELS.relu6]: ["dy", "of"],
	[GRADIENT_KERNELS.leakyRelu]: ["dy", "of"],
	[GRADIENT_KERNELS.sigmoid]: ["of", "dy"],
	[GRADIENT_KERNELS.tanh]: ["of", "dy"],
};

/** After tfjs-node is loaded; a second call changes nothing. */
export function registerGradientKernels(): void {
	for (const [kernelName, order] of Object.entries(ORDER)) {
		if (tf.getKernel(kernelName, "tensorflow")) continue;
		tf.registerKernel({
			kernelName,
			backendName: "tensorflow",
			kernelFunc: ({ backend, inputs, attrs }) => {
				const native = backend as NativeBackend;
				const { TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_FLOAT } = native.binding;
				const attributes = [{ name: "T", type: TF_ATTR_TYPE, value: TF_FLOAT }];
				for (const [name, value] of Object.entries(attrs ?? {}))
					attributes.push({ name, type: TF_ATTR_FLOAT, value: value as number });
				return native.executeSingleOutput(
					kernelName,
					attributes,
					order.map((name) => inputs[name] as tf.TensorInfo),
				);
			},
		});
	}
}
