/** Functions that TensorFlow fuses into a convolution or a product, and has as operations of their own. */
import type { PointwiseFunction } from "../../../network/types.js";
import { type Activation, type Origin, partOf } from "../../graph/activation.js";
import type { Emitter } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { reshaped, type Tensor } from "../../graph/tensor.js";
import type { Inputs } from "../lowering.js";
import type { GraphNode } from "../node.js";

export const RELU_6: PointwiseFunction = { fn: "generalRelu", max: 6, slope: 0, threshold: 0 };

export function leakyRelu(slope: number): PointwiseFunction {
	return { fn: "generalRelu", max: null, slope, threshold: 0 };
}

/** What is done after a fused operation's product: a bias, then perhaps a function. */
export interface Fused {
	readonly bias: Tensor | null;
	/** What the product itself is called. */
	readonly origin: Origin;
	finish(emitter: Emitter, product: Activation): Activation;
}

/** Reads `fused_ops`; `first` is the place of the first argument. Throws `unsupported-model` for another combination. */
export function fusedOf(node: GraphNode, inputs: Inputs, first: number): Fused {
	const names = node.texts("fused_ops");
	const hasBias = names[0] === "BiasAdd";
	const [activation, ...more] = hasBias ? names.slice(1) : names;
	if (more.length > 0) throw node.unsupported(`it is fused with ${names.join(", ")}`);
	const bias = hasBias ? inputs.constant(first, "bias") : null;
	if (activation === undefined) return { bias, origin: node.origin, finish: (_emitter, product) => product };
	const origin = partOf(node.origin, "product");
	if (activation === "Prelu") {
		const slope = inputs.constant(first + (hasBias ? 1 : 0), "slope");
		return { bias, origin, finish: (emitter, product) => elementwise.prelu(emitter, node.origin, product, slope) };
	}
	const f = fusedFunction(node, activation);
	if (!f) throw node.unsupported(`it is fused with ${names.join(", ")}`);
	return { bias, origin, finish: (emitter, product) => elementwise.pointwise(emitter, node.origin, product, f) };
}

function fusedFunction(node: GraphNode, name: string): PointwiseFunction | null {
	switch (name) {
		case "Relu":
			return { fn: "relu" };
		case "Relu6":
			return RELU_6;
		case "_FusedHardSwish":
			return { fn: "hardSwish" };
		case "_FusedSwish":
			return { fn: "swish" };
		case "Elu":
			return { fn: "elu", alpha: 1 };
		case "LeakyRelu":
			return leakyRelu(node.float("leakyrelu_alpha", 0.2));
		case "Sigmoid":
			return { fn: "sigmoid" };
		case "Tanh":
			return { fn: "tanh" };
		case "GeluExact":
			return { fn: "gelu", approximate: false };
		case "GeluApproximate":
			return { fn: "gelu", approximate: true };
		default:
			return null;
	}
}

/** One number per channel, wherever the channels are among `rank` axes. */
export function alongChannels(factor: Tensor, channelsLast: boolean, rank: number): Tensor {
	return channelsLast
		? factor
		: reshaped(factor, [factor.data.length, ...Array<number>(Math.max(0, rank - 2)).fill(1)]);
}
