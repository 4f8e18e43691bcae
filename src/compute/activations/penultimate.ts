/** The penultimate layer: what the logits are a linear function of. */
import { hasTrait } from "../network/operationTraits.js";
import type { Network, NetworkNode } from "../network/types.js";

/** A penultimate activation of more values isn't compared. */
export const MOST_FEATURES = 8192;

/** Values of a penultimate activation; over places it is averaged, as it is on the way to the logits. */
export function featureCount({ outputShape }: NetworkNode): number {
	return outputShape.at(-1) ?? 1;
}

/**
 * The node that goes into the last layer with a kernel, from the logits backwards. Where the logits are computed from
 * the pixels alone or otherwise than by one such layer, the logits themselves.
 */
export function penultimateNode({ nodes }: Network, logits: string): NetworkNode {
	const byName = new Map(nodes.map((node) => [node.name, node]));
	let node = byName.get(logits);
	while (node && !node.weights.kernel && hasTrait(node.operation, "after last layer"))
		node = byName.get(node.inputs[0] as string);
	const before = node?.weights.kernel ? byName.get(node.inputs[0] as string) : undefined;
	return before && !isPicture(before, byName) ? before : (byName.get(logits) as NetworkNode);
}

/** Whether a node is the picture itself, however it is scaled and shaped. */
function isPicture(node: NetworkNode, byName: ReadonlyMap<string, NetworkNode>): boolean {
	if (node.operation.op === "Input") return true;
	const before = byName.get(node.inputs[0] ?? "");
	return before !== undefined && hasTrait(node.operation, "keeps picture") && isPicture(before, byName);
}
