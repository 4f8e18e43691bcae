/** A node of a TensorFlow graph: what it computes from what, with its attributes by name. */
import { BlindspotError } from "../../errors.js";
import type { Origin } from "../graph/activation.js";
import type { FileNode } from "../graph/inputs.js";
import type { ElementType, Tensor } from "../graph/tensor.js";
import { elementType } from "./elements.js";
import type { AttributeValue, NodeDef, ShapeProto } from "./schema.js";
import { readTensor } from "./tensors.js";

/** One of the values that a node computes. */
export interface Source {
	readonly node: GraphNode;
	readonly index: number;
}

/** The graph or the call of a function that a node stands in, where the names of its inputs mean something. */
export interface Scope {
	/** What each output of the function is, in order. */
	readonly results: readonly { readonly output: string; readonly value: string }[];
	/** The node so called; null where there is none. */
	node(name: string): GraphNode | null;
	/** The call that a node makes; null where it calls nothing. */
	called(node: GraphNode, attribute?: string, firstInput?: number): Scope | null;
	/** The node that computes what a name means here. Throws `unreadable-model` where nothing does. */
	resolve(reader: string, name: string): Source;
}

/** Inputs of one node. */
const MOST_INPUTS = 10_000;

export class GraphNode implements FileNode {
	/** As its graph or function calls it. */
	readonly name: string;
	readonly operation: string;
	/** What the node reads, as its function or graph names it. */
	readonly inputs: readonly string[];
	/** Nodes that only have to run before it. */
	readonly controls: readonly string[];
	readonly #attributes: ReadonlyMap<string, AttributeValue>;

	constructor(
		/** The layer that people see, unique in the graph. */
		readonly origin: Origin,
		definition: NodeDef,
		readonly frame: Scope,
	) {
		const { name, inputs, operation, attributes } = definition;
		if (inputs.length > MOST_INPUTS)
			throw new BlindspotError(
				"unsupported-model",
				`The node '${origin.name}' has ${inputs.length} inputs; ${MOST_INPUTS} is the limit.`,
				origin.name,
			);
		this.name = name;
		this.operation = operation;
		this.inputs = inputs.filter((input) => !input.startsWith("^"));
		this.controls = inputs.flatMap((input) => (input.startsWith("^") ? [input.slice(1)] : []));
		this.#attributes = new Map(attributes.flatMap(({ key, value }) => (value ? [[key, value] as const] : [])));
	}

	int(name: string, otherwise: number): number {
		return this.#attributes.get(name)?.int ?? otherwise;
	}

	float(name: string, otherwise: number): number {
		return this.#attributes.get(name)?.float ?? otherwise;
	}

	flag(name: string, otherwise = false): boolean {
		return this.#attributes.get(name)?.bool ?? otherwise;
	}

	text(name: string, otherwise: string): string {
		const found = this.#attributes.get(name)?.string;
		return found ? Buffer.from(found).toString("utf8") : otherwise;
	}

	/** Null where the attribute is absent. */
	ints(name: string): readonly number[] | null {
		return this.#attributes.get(name)?.list?.ints ?? null;
	}

	floats(name: string): readonly number[] {
		return this.#attributes.get(name)?.list?.floats ?? [];
	}

	texts(name: string): readonly string[] {
		return this.#attributes.get(name)?.list?.strings.map((bytes) => Buffer.from(bytes).toString("utf8")) ?? [];
	}

	/** The element type that an attribute names; null where it is absent or isn't read. */
	type(name: string): ElementType | null {
		const found = this.#attributes.get(name)?.type ?? null;
		return found === null ? null : elementType(found);
	}

	shape(name: string): ShapeProto | null {
		return this.#attributes.get(name)?.shape ?? null;
	}

	tensor(name: string): Tensor | null {
		const proto = this.#attributes.get(name)?.tensor;
		return proto ? readTensor(proto, this.origin.name) : null;
	}

	/** Whether a tensor attribute has values, and not only a type and a shape. */
	holdsValues(name: string): boolean {
		const proto = this.#attributes.get(name)?.tensor;
		if (!proto) return false;
		const { content, floats, doubles, ints, strings, int64s, bools, halves, uint32s, uint64s } = proto;
		const lists = [content, floats, doubles, ints, strings, int64s, bools, halves, uint32s, uint64s];
		return lists.some((list) => list.length > 0);
	}

	/** Text constants. */
	strings(name: string): readonly string[] {
		return this.#attributes.get(name)?.tensor?.strings.map((bytes) => Buffer.from(bytes).toString("utf8")) ?? [];
	}

	/** The name of the function that an attribute calls. */
	callee(name: string): string | null {
		return this.#attributes.get(name)?.function?.name ?? null;
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
