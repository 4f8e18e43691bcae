/** What a network costs to store and to run. */
import type { Without } from "./operationTraits.js";
import { sizeOf } from "./shapes.js";
import type { Network, NetworkNode, Shape, Weight } from "./types.js";

/**
 * Number of distinct weights' values: a shared layer counts once. Scales and offsets count where they stand among the
 * file's weights (a bias that is added by a node of its own), not where they are settings of a layer.
 */
export function countParameters(nodes: readonly NetworkNode[]): number {
	const weights = new Set<Weight>();
	for (const { operation, weights: own } of nodes)
		for (const weight of Object.values(own))
			if (operation.op !== "Affine" || weight.place !== undefined) weights.add(weight);
	return [...weights].reduce((sum, weight) => sum + weight.data.length, 0);
}

/**
 * Multiply-adds of one example in a node's linear part, as the literature counts them: products with a kernel or of two
 * matrices, padding included, biases left out. 0 for other operations. `inputs` are the shapes of what the node reads.
 */
export function multiplyAdds(node: NetworkNode, inputs: readonly Shape[]): number {
	const outputs = sizeOf(node.outputShape);
	const kernel = node.weights.kernel?.shape ?? [];
	switch (node.operation.op) {
		case "Dense":
			return outputs * (kernel[0] as number);
		case "Conv2D":
			return outputs * sizeOf(kernel.slice(0, 3));
		case "DepthwiseConv2D":
			return outputs * sizeOf(kernel.slice(0, 2));
		case "ConvTranspose2D":
			return sizeOf(inputs[0] as Shape) * sizeOf(kernel.slice(0, 3));
		case "MatMul":
			return outputs * ((inputs[0] as Shape).at(-1) as number);
		default:
			node.operation satisfies Without<"kernel">;
			return 0;
	}
}

/** Multiply-adds of one example in the whole network. */
export function totalMultiplyAdds({ nodes }: Network): number {
	const shapes = new Map(nodes.map((node) => [node.name, node.outputShape]));
	return nodes.reduce((sum, node) => sum + multiplyAdds(node, shapesOf(node, shapes)), 0);
}

function shapesOf({ inputs }: NetworkNode, shapes: ReadonlyMap<string, Shape>): readonly Shape[] {
	return inputs.map((name) => shapes.get(name) as Shape);
}
