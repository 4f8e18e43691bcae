/** Runs a `Network` with TensorFlow.js operations: forward to any node, differentiable, any batch size. */
import type * as tf from "@tensorflow/tfjs-core";
import { BlindspotError } from "../errors.js";
import { apply } from "./execute/apply.js";
import { Constants } from "./execute/constants.js";
import { Simplifier } from "./simplify.js";
import type { Network, NetworkNode } from "./types.js";

/**
 * A network with its weights on the backend. Weights are uploaded when they are first needed and held until
 * `dispose`; everything else follows `tf.tidy`.
 */
export class Executor {
	readonly #simplifier: Simplifier;
	readonly #plans = new Map<string, readonly NetworkNode[]>();
	readonly #constants = new Constants();

	constructor(readonly network: Network) {
		this.#simplifier = new Simplifier(network);
	}

	/**
	 * Value `[batch, ...outputShape]` of a node for pixels `[batch, height, width, channels]` (or whatever the
	 * network's input is). To be called within `tf.tidy`.
	 */
	run(input: tf.Tensor, name: string = this.network.output): tf.Tensor {
		const values = new Map<string, tf.Tensor>();
		for (const node of this.#plan(name)) {
			const inputs = node.inputs.map((from) => values.get(from) as tf.Tensor);
			const { operation } = node;
			const batch = input.shape[0] as number;
			const value = operation.op === "Input" ? input : apply(node, operation, inputs, batch, this.#constants);
			values.set(node.name, value);
		}
		return values.get(name) as tf.Tensor;
	}

	/** Frees the weights. The executor may be used again; it uploads them anew. */
	dispose(): void {
		this.#constants.dispose();
	}

	/** The nodes that compute `name`, in order. */
	#plan(name: string): readonly NetworkNode[] {
		const known = this.#plans.get(name);
		if (known) return known;
		if (!this.network.nodes.some((node) => node.name === name))
			throw new BlindspotError("bad-request", `The model has no layer '${name}'.`, name);
		const plan = this.#simplifier.simplified(name).nodes;
		this.#plans.set(name, plan);
		return plan;
	}
}
