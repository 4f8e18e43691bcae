/** The inputs of a file's node, as an operation's reader takes them. */
import type { BlindspotError } from "../../errors.js";
import type { Activation, Origin } from "./activation.js";
import type { Value } from "./align.js";
import { asActivation, type Emitter } from "./emitter.js";
import type { Tensor } from "./tensor.js";

/** As much of a file's node as is needed to say what is wrong with it. */
export interface FileNode {
	readonly origin: Origin;
	/** What can't be represented, with the node's name. */
	unsupported(why: string): BlindspotError;
	/** What no sound file has. */
	damaged(why: string): BlindspotError;
}

/** A node's inputs by position; optional ones may be absent. */
export class NodeInputs<Node extends FileNode> {
	constructor(
		readonly node: Node,
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
}
