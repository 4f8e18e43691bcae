/** The same architecture with weights that were never trained: what units look like before anything is learned. */
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../math/random.js";
import { mean } from "../../math/statistics.js";
import { Executor } from "../../network/execute.js";
import type { Network, NetworkNode, Weight, WeightRole } from "../../network/types.js";

/** Weights of a layer that are one value for each channel. */
const PER_CHANNEL: ReadonlySet<WeightRole> = new Set(["bias", "gamma", "beta", "alpha"]);

/**
 * The network with its weights drawn anew from the statistics of each: kernels normal with the mean and standard deviation of
 * the kernel's values, values per channel (bias, gamma, beta, alpha) in random order. Constants and scalings stay. A weight that
 * several nodes share is drawn once. Mean and variance of batch normalisations are set to those of `pictures` `[n, height, width,
 * channels]`, one after the other, as training would have done.
 *
 * @param last the node up to which the network is wanted
 */
export function redrawn(network: Network, last: string, seed: number, pictures: tf.Tensor4D): Network {
	const drawn = new Map<Weight, Weight>();
	const drawOnce = (weight: Weight, role: WeightRole): Weight => {
		const known = drawn.get(weight);
		if (known) return known;
		const random = Random.stream(seed, "redrawn", drawn.size);
		const data = PER_CHANNEL.has(role)
			? Float32Array.from(random.shuffle(Array.from(weight.data)))
			: normalLike(weight.data, random);
		const made = { ...weight, data };
		drawn.set(weight, made);
		return made;
	};
	const nodes = network.nodes.map((node) => withWeights(node, drawOnce));
	return settled({ ...network, nodes }, last, pictures);
}

function withWeights(node: NetworkNode, draw: (weight: Weight, role: WeightRole) => Weight): NetworkNode {
	const weights: Partial<Record<WeightRole, Weight>> = { ...node.weights };
	for (const [role, weight] of Object.entries(node.weights) as [WeightRole, Weight][]) {
		if (role === "kernel" || PER_CHANNEL.has(role)) weights[role] = draw(weight, role);
	}
	return { ...node, weights };
}

function normalLike(values: Float32Array, random: Random): Float32Array {
	const centre = mean(values);
	const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length;
	return Float32Array.from(values, () => centre + Math.sqrt(variance) * random.normal());
}

/** Batch normalisations with the statistics that their inputs have on the pictures, in the order of the network. */
function settled(network: Network, last: string, pictures: tf.Tensor4D): Network {
	let nodes = network.nodes;
	const end = nodes.findIndex((node) => node.name === last);
	for (const [at, node] of nodes.entries()) {
		if (node.operation.op !== "BatchNormalization" || at > end) continue;
		const executor = new Executor({ ...network, nodes });
		const [mean, variance] = tf.tidy(() => {
			const value = executor.run(pictures, node.inputs[0]);
			const axes = value.shape.map((_, axis) => axis).slice(0, -1);
			const moments = tf.moments(value, axes);
			return [moments.mean.dataSync().slice(), moments.variance.dataSync().slice()] as const;
		});
		executor.dispose();
		const like = (weight: Weight | undefined, data: Float32Array): Weight => ({ ...(weight as Weight), data });
		const weights = {
			...node.weights,
			mean: like(node.weights.mean, mean as Float32Array),
			variance: like(node.weights.variance, variance as Float32Array),
		};
		nodes = nodes.map((other, i) => (i === at ? { ...node, weights } : other));
	}
	return { ...network, nodes };
}
