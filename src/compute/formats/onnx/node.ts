/** A node of an ONNX graph: what it computes from what, with its attributes by name. */
import { BlindspotError } from "../../errors.js";
import type { Origin } from "../graph/activation.js";
import type { FileNode } from "../graph/inputs.js";
import type { Tensor } from "../graph/tensor.js";
import type { AttributeProto, NodeProto } from "./schema.js";
import { type ExternalData, readTensor } from "./tensors.js";

/** Inputs or outputs of one node. */
const MOST_ENDS = 10_000;

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

	/** The file's nodes with unique names: their own, else that of their first output, else a number. */
	static list(
		protos: readonly NodeProto[],
		versions: ReadonlyMap<string, number>,
		external: ExternalData,
	): readonly OnnxNode[] {
		const taken = new Set<string>();
		return protos.map((proto, i) => {
			const ends = Math.max(proto.inputs.length, proto.outputs.length);
			if (ends > MOST_ENDS)
				throw new BlindspotError(
					"unsupported-model",
					`The node '${proto.name}' has ${ends} inputs or outputs; ${MOST_ENDS} is the limit.`,
					proto.name,
				);
			const wanted = proto.name || proto.outputs.find((output) => output) || `node ${i}`;
			let name = wanted;
			for (let n = 2; taken.has(name); n++) name = `${wanted}#${n}`;
			taken.add(name);
			const domain = proto.domain === "ai.onnx" ? "" : proto.domain;
			const operation = domain ? `${domain}.${proto.operation}` : proto.operation;
			return new OnnxNode(
				{ name, type: operation },
				operation,
				proto.inputs,
				proto.outputs,
				versions.get(domain) ?? 0,
				proto.attributes,
				external,
			);
		});
	}
}
