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

/** What is done after a fused operation's product: a bias, another value added, a function. */
export interface Fused {
	readonly bias: Tensor | null;
	/** What the product itself is called. */
	readonly origin: Origin;
	finish(emitter: Emitter, product: Activation): Activation;
}

type Step = (emitter: Emitter, origin: Origin, x: Activation) => Activation;

/** Reads `fused_ops`; `first` is the place of the first argument. Throws `unsupported-model` for one that isn't read. */
export function fusedOf(node: GraphNode, inputs: Inputs, first: number): Fused {
	const names = node.texts("fused_ops");
	let at = first;
	const bias = names[0] === "BiasAdd" ? inputs.constant(at++, "bias") : null;
	const steps = names.slice(bias ? 1 : 0).map((name): Step => {
		if (name === "Add") {
			const other = inputs.value(at++);
			return (emitter, origin, x) => elementwise.add(emitter, origin, x, other);
		}
		if (name === "Prelu") {
			const slope = inputs.constant(at++, "slope");
			return (emitter, origin, x) => elementwise.prelu(emitter, origin, x, slope);
		}
		const f = fusedFunction(node, name);
		if (!f) throw node.unsupported(`it is fused with ${names.join(", ")}`);
		return (emitter, origin, x) => elementwise.pointwise(emitter, origin, x, f);
	});
	return {
		bias,
		origin: steps.length > 0 ? partOf(node.origin, "product") : node.origin,
		finish: (emitter, product) =>
			steps.reduce(
				(x, step, i) => step(emitter, i === steps.length - 1 ? node.origin : partOf(node.origin, `step ${i + 1}`), x),
				product,
			),
	};
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
