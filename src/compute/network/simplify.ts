/**
 * The same function in fewer operations, for running. The file's own graph stays what people see: names of nodes
 * that survive are unchanged, and a folded batch normalisation goes by the name of its own output.
 */
import type { Network, NetworkNode, Operation, Weight } from "./types.js";

/**
 * Folds each batch normalisation into the dense layer or convolution before it, where nothing else reads from that
 * layer, and leaves out identities. Values of the remaining nodes are the same to float32 rounding.
 */
export function simplify(network: Network): Network {
	const byName = new Map(network.nodes.map((node) => [node.name, node]));
	const readers = countReaders(network);
	/** Nodes that are gone, and who has their value now. */
	const replacedBy = new Map<string, string>();
	const folded = new Set<string>();
	const nodes: NetworkNode[] = [];
	for (const node of network.nodes) {
		const inputs = node.inputs.map((name) => replacedBy.get(name) ?? name);
		const [before] = node.inputs.map((name) => byName.get(name));
		if (node.operation.op === "Identity" && node.name !== network.output) {
			replacedBy.set(node.name, inputs[0] as string);
		} else if (
			node.operation.op === "BatchNormalization" &&
			before &&
			isLinear(before) &&
			readers.get(before.name) === 1
		) {
			folded.add(before.name);
			nodes.push({
				...withNormalization(before, node, node.operation.epsilon),
				name: node.name,
				inputs: before.inputs.map((name) => replacedBy.get(name) ?? name),
			});
		} else {
			nodes.push({ ...node, inputs });
		}
	}
	return { ...network, nodes: nodes.filter((node) => !folded.has(node.name)) };
}

function countReaders({ nodes, output }: Network): ReadonlyMap<string, number> {
	const readers = new Map([[output, 1]]);
	for (const name of nodes.flatMap((node) => node.inputs)) readers.set(name, (readers.get(name) ?? 0) + 1);
	return readers;
}

const LINEAR: ReadonlySet<Operation["op"]> = new Set(["Dense", "Conv2D", "DepthwiseConv2D"]);

function isLinear({ operation, weights }: NetworkNode): boolean {
	return LINEAR.has(operation.op) && weights.kernel !== undefined;
}

/** The layer with its kernel and bias scaled per output channel, so that its output is normalised. */
function withNormalization(layer: NetworkNode, { weights }: NetworkNode, epsilon: number): NetworkNode {
	const kernel = layer.weights.kernel as Weight;
	const variance = weights.variance as Weight;
	const mean = weights.mean as Weight;
	// A depthwise kernel [kh, kw, in, multiplier] has its outputs in the last two axes, in order; the others in the last.
	const channels = variance.data.length;
	const scale = Array.from(variance.data, (v, c) => (weights.gamma?.data[c] ?? 1) / Math.sqrt(v + epsilon));
	const bias = scale.map(
		(s, c) => (weights.beta?.data[c] ?? 0) + ((layer.weights.bias?.data[c] ?? 0) - (mean.data[c] as number)) * s,
	);
	return {
		...layer,
		weights: {
			kernel: {
				...kernel,
				data: kernel.data.map((w, i) => w * (scale[i % channels] as number)),
			},
			bias: { name: `${layer.name}: bias with normalisation`, shape: [channels], data: Float32Array.from(bias) },
		},
	};
}
