/** Inputs of evaluated nodes. */
import type { Tensor } from "../../graph/tensor.js";
import type { OnnxNode } from "../node.js";

export function list(x: Tensor): number[] {
	return Array.from(x.data);
}

/** A list that newer operator sets give as an input and older ones as an attribute. */
export function ints(
	node: OnnxNode,
	inputs: readonly (Tensor | null)[],
	at: number,
	attribute: string,
): readonly number[] | null {
	const given = inputs[at];
	return given ? list(given) : node.ints(attribute);
}
