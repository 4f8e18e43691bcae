/** What an operation's reader is given and what it answers. */
import type { Activation } from "../graph/activation.js";
import type { Value } from "../graph/align.js";
import { asActivation, type Emitter } from "../graph/emitter.js";
import { scalarOf, type Tensor } from "../graph/tensor.js";
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

/** A node's inputs by position; optional ones may be absent. */
export class Inputs {
	constructor(
		readonly node: OnnxNode,
		readonly values: readonly (Value | null)[],
		readonly emitter: Emitter,
	) {}

	/** An input that must be there. */
	value(at: number): Value {
		const found = this.values[at];
		if (!found) throw this.node.damaged(`input ${at} is missing`);
		return found;
	}

	/** An input as one that depends on the picture. */
	activation(at: number): Activation {
		return asActivation(this.emitter, this.node.origin, this.value(at));
	}

	/** An input that must be known at reading: a weight, a shape. */
	constant(at: number, what: string): Tensor {
		const found = this.optionalConstant(at, what);
		if (!found) throw this.node.damaged(`its ${what} (input ${at}) is missing`);
		return found;
	}

	optionalConstant(at: number, what: string): Tensor | null {
		const found = this.values[at];
		if (!found) return null;
		if (found.kind === "activation") throw this.node.unsupported(`its ${what} depends on the picture`);
		return found;
	}

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
