/** A network's weights and what is computed from them, on the backend: uploaded when first needed, held until disposed. */
import * as tf from "@tensorflow/tfjs-core";
import type { NetworkNode, Weight, WeightRole } from "../types.js";

export class Constants {
	readonly #held = new Map<Weight | string, tf.Tensor>();

	weight(node: NetworkNode, role: WeightRole): tf.Tensor {
		const weight = node.weights[role] as Weight;
		return this.derived(weight, () => tf.tensor(weight.data, [...weight.shape], "float32"));
	}

	/** The tensor of this name; `make` is called once. */
	derived(key: Weight | string, make: () => tf.Tensor): tf.Tensor {
		const held = this.#held.get(key);
		if (held) return held;
		const made = tf.keep(tf.tidy(make));
		this.#held.set(key, made);
		return made;
	}

	/** A matrix with rows and columns exchanged. */
	transposed(node: NetworkNode, role: WeightRole): tf.Tensor2D {
		const weight = this.weight(node, role) as tf.Tensor2D;
		return this.derived(`${node.name}: ${role} transposed`, () => tf.transpose(weight)) as tf.Tensor2D;
	}

	/** `x` with the node's bias added, where it has one. */
	biased(node: NetworkNode, x: tf.Tensor): tf.Tensor {
		return node.weights.bias ? tf.add(x, this.weight(node, "bias")) : x;
	}

	dispose(): void {
		for (const tensor of this.#held.values()) tensor.dispose();
		this.#held.clear();
	}
}
