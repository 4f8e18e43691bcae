/** A maximum of increasing functions is the function of the maximum, which has fewer values to be computed. */
import type { Network, NetworkNode, PointwiseFunction } from "./types.js";

/**
 * The same values of the `wanted` nodes, with max pools before the increasing pointwise functions whose only readers
 * they are.
 */
export function poolFirst(network: Network, wanted: readonly string[] = [network.output]): Network {
	const readers = new Map<string, number>(wanted.map((name) => [name, 1]));
	for (const { inputs } of network.nodes) for (const name of inputs) readers.set(name, (readers.get(name) ?? 0) + 1);
	const nodes = new Map<string, NetworkNode>();
	for (const node of network.nodes) {
		const before = nodes.get(node.inputs[0] ?? "");
		if (node.operation.op !== "MaxPool2D" || !before || !isIncreasing(before) || readers.get(before.name) !== 1) {
			nodes.set(node.name, node);
			continue;
		}
		nodes.delete(before.name);
		const pooled: NetworkNode = { ...node, name: `${node.name} before ${before.name}`, inputs: before.inputs };
		const absorbed = [...(node.absorbed ?? []), before.name, ...(before.absorbed ?? [])];
		nodes.set(pooled.name, pooled);
		nodes.set(node.name, {
			...before,
			name: node.name,
			inputs: [pooled.name],
			outputShape: node.outputShape,
			absorbed,
		});
	}
	return { ...network, nodes: [...nodes.values()] };
}

function isIncreasing({ operation }: NetworkNode): boolean {
	return operation.op === "Pointwise" && increases(operation.function);
}

function increases(f: PointwiseFunction): boolean {
	switch (f.fn) {
		case "relu":
		case "sigmoid":
		case "tanh":
		case "softplus":
		case "selu":
			return true;
		case "generalRelu":
			return f.threshold === 0 && f.slope >= 0;
		case "clip":
			return f.low === null || f.high === null || f.low <= f.high;
		case "elu":
			return f.alpha >= 0;
		case "hardSigmoid":
			return f.slope >= 0;
		default:
			return false;
	}
}
