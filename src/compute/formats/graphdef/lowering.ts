/** What an operation's reader is given and what it answers. */
import type { Value } from "../graph/align.js";
import type { Emitter } from "../graph/emitter.js";
import { NodeInputs } from "../graph/inputs.js";
import type { Tensor } from "../graph/tensor.js";
import type { GraphNode } from "./node.js";

export interface Lowering {
	readonly emitter: Emitter;
	/** Something that had to be assumed or left out, for people to read. */
	warn(message: string): void;
}

/** A node's inputs by position. */
export class Inputs extends NodeInputs<GraphNode> {
	/** A list that must be known at reading. */
	list(at: number, what: string): number[] {
		return Array.from(this.constant(at, what).data);
	}
}

/** Gives the values of the node's outputs, as many as it can. At least one input depends on the picture. */
export type OperationReader = (node: GraphNode, inputs: Inputs, lowering: Lowering) => readonly Value[];

/** Values of the node's outputs where all inputs are known at reading. */
export type Evaluator = (node: GraphNode, inputs: readonly Tensor[]) => readonly Tensor[];
