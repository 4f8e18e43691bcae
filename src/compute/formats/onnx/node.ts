/** A node of an ONNX graph: what it computes from what, with its attributes by name. */
import { BlindspotError } from "../../errors.js";
import type { Origin } from "../graph/activation.js";
import type { FileNode } from "../graph/inputs.js";
import type { Tensor } from "../graph/tensor.js";
import type { AttributeProto, TensorProto } from "./schema.js";
import { type ExternalData, readTensor } from "./tensors.js";

/** What a branch of an `If` computes, under names that are unique in the whole graph. */
export interface Body {
	readonly nodes: readonly OnnxNode[];
	readonly outputs: readonly string[];
	readonly initializers: readonly TensorProto[];
}

export class OnnxNode implements FileNode {
	readonly #attributes: ReadonlyMap<string, AttributeProto>;

	constructor(
		/** The layer that people see, unique in the graph. */
		readonly origin: Origin,
		readonly operation: string,
		readonly inputs: readonly string[],
		readonly outputs: readonly string[],
		/** The version of the operator set that the operation is from. */
		readonly version: number,
		attributes: readonly AttributeProto[],
		readonly external: ExternalData,
		/** What an `If` chooses from; its inputs are the condition and then what the branches read. */
		readonly branches: { readonly whenTrue: Body; readonly whenFalse: Body } | null = null,
	) {
		this.#attributes = new Map(attributes.map((attribute) => [attribute.name, attribute]));
	}

	has(name: string): boolean {
		return this.#attributes.has(name);
	}

	int(name: string, otherwise: number): number {
		return this.#attributes.get(name)?.int ?? otherwise;
	}

	float(name: string, otherwise: number): number {
		return this.#attributes.get(name)?.float ?? otherwise;
	}

	text(name: string, otherwise: string): string {
		const found = this.#attributes.get(name);
		return found ? Buffer.from(found.string).toString("utf8") : otherwise;
	}

	/** Null where the attribute is absent. */
	ints(name: string): readonly number[] | null {
		return this.#attributes.get(name)?.ints ?? null;
	}

	floats(name: string): readonly number[] | null {
		return this.#attributes.get(name)?.floats ?? null;
	}

	tensor(name: string): Tensor | null {
		const proto = this.#attributes.get(name)?.tensor;
		return proto ? readTensor(proto, this.external) : null;
	}

	unsupported(why: string): BlindspotError {
		const { name, type } = this.origin;
		return new BlindspotError("unsupported-model", `${type} '${name}': ${why}.`, name);
	}

	damaged(why: string): BlindspotError {
		const { name, type } = this.origin;
		return new BlindspotError("unreadable-model", `${type} '${name}' is damaged: ${why}.`, name);
	}
}
