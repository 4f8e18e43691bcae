/** What an operation's reader is given and what it answers. */
import type { Value } from "../graph/align.js";
import type { Emitter } from "../graph/emitter.js";
import { NodeInputs } from "../graph/inputs.js";
import { scalarOf } from "../graph/tensor.js";
import type { OnnxNode } from "./node.js";

export interface Lowering {
	readonly emitter: Emitter;
	/** Something that had to be assumed or left out, for people to read. */
	warn(message: string): void;
	/** The file's fixed batch size, which constants of it may hold; 1 where it is open. */
	readonly fixedBatch: number;
}

/** Gives the values of the node's outputs, as many as it can. */
export type OperationReader = (node: OnnxNode, inputs: Inputs, lowering: Lowering) => readonly Value[];

/** Inputs of which some were attributes once. */
export class Inputs extends NodeInputs<OnnxNode> {
	/** A list that newer operator sets give as an input and older ones as an attribute; null where neither is there. */
	ints(at: number, attribute: string): readonly number[] | null {
		const given = this.optionalConstant(at, attribute);
		return given ? Array.from(given.data) : this.node.ints(attribute);
	}

	/** Likewise for a single number. */
	float(at: number, attribute: string): number | null {
		const given = this.optionalConstant(at, attribute);
		if (given) return scalarOf(given);
		return this.node.has(attribute) ? this.node.float(attribute, 0) : null;
	}
}
