/** What a network costs to store and to run. */
import { sizeOf } from "./shapes.js";
import type { Network, NetworkNode, Weight } from "./types.js";

/** Number of distinct weights' values: a shared layer counts once, constants of scaling layers don't count. */
export function countParameters(nodes: readonly NetworkNode[]): number {
	const trained = nodes.filter((node) => node.operation.op !== "Affine");
	const weights = new Set<Weight>(trained.flatMap((node) => Object.values(node.weights)));
	return [...weights].reduce((sum, weight) => sum + weight.data.length, 0);
}

/** Multiply-adds of one example in a node's linear part; 0 for operations without a kernel. */
export function multiplyAdds(node: NetworkNode): number {
	const { kernel } = node.weights;
	if (!kernel) return 0;
	const outputs = sizeOf(node.outputShape);
	switch (node.operation.op) {
		case "Dense":
			return outputs * (kernel.shape[0] as number);
		case "Conv2D":
			return outputs * sizeOf(kernel.shape.slice(0, 3));
		case "DepthwiseConv2D":
			return outputs * sizeOf(kernel.shape.slice(0, 2));
		default:
			return 0;
	}
}

/** Multiply-adds of one example in the whole network. */
export function totalMultiplyAdds({ nodes }: Network): number {
	return nodes.reduce((sum, node) => sum + multiplyAdds(node), 0);
}
