/** What an operation's reader gets to work with: one call of an operation between layers. */
import { BlindspotError } from "../../../errors.js";
import { sizeOf } from "../../../network/shapes.js";
import { type Activation, type Origin, partOf } from "../../graph/activation.js";
import { fileShape, type Value } from "../../graph/align.js";
import { asActivation } from "../../graph/emitter.js";
import { type ElementType, type Tensor, tensor } from "../../graph/tensor.js";
import { dataTypeOf } from "../../graphdef/elements.js";
import { evaluator } from "../../graphdef/evaluate/index.js";
import { Inputs, type Lowering } from "../../graphdef/lowering.js";
import { GraphNode, type Scope } from "../../graphdef/node.js";
import { operationReader } from "../../graphdef/operations/index.js";
import type { AttributeValue, NodeDef } from "../../graphdef/schema.js";
import { NONE, type Operand, type Operands } from "./operand.js";

/** Attributes of a TensorFlow node, as far as operations between layers need them. */
export type Attributes = Readonly<
	Record<string, boolean | number | string | readonly number[] | { readonly type: ElementType }>
>;

/** Gives the values of the operation's outputs. */
export type OperationReader = (call: OperationCall) => Value | readonly Value[];

/** An operation as the registry has it: its name, its arguments, what reads it. */
export type Entry = readonly [name: string, signature: string, read: OperationReader];

/** The names of an operation's arguments in order: those it may be given by position, then those by name only. */
export interface Signature {
	/** Each with the names that it has had. */
	readonly names: readonly (readonly string[])[];
	/** How many come by position. */
	readonly positional: number;
}

const NOWHERE: Scope = {
	results: [],
	node: () => null,
	called: () => null,
	resolve: (reader, name) => {
		throw new BlindspotError("unreadable-model", `'${reader}' reads '${name}', which isn't there.`, reader);
	},
};

/**
 * Keras' operations are those of TensorFlow under other names: most are read as nodes of a TensorFlow graph, whose
 * batch has size 1. What is known at reading is computed at once.
 */
export class OperationCall {
	constructor(
		readonly origin: Origin,
		readonly signature: Signature,
		readonly operands: Operands,
		/** What `operands` refers to. */
		readonly inputs: readonly Value[],
		readonly lowering: Lowering,
	) {
		const { names, positional } = signature;
		const known = new Set(names.flat());
		for (const [key, operand] of operands.named)
			if (!known.has(key) && key !== "name" && operand.kind !== "none") this.#refuse(key, operand);
		const beyond = operands.positional[positional];
		if (beyond && beyond.kind !== "none") this.#refuse(`argument ${positional + 1}`, beyond);
	}

	/** A step of the operation before the one that has its name. */
	step(part: string): Origin {
		return partOf(this.origin, part);
	}

	/** The operand at a place of the signature; `none` where it isn't given. */
	operand(at: number): Operand {
		for (const name of this.signature.names[at] ?? []) {
			const named = this.operands.named.get(name);
			if (named) return named;
		}
		return (at < this.signature.positional ? this.operands.positional[at] : undefined) ?? NONE;
	}

	has(at: number): boolean {
		return this.operand(at).kind !== "none";
	}

	/** An operand as a value: an output of a layer, a number, a list of either. */
	value(at: number): Value {
		return this.valueOf(this.operand(at), this.#nameOf(at));
	}

	/** Null where it isn't given. */
	optional(at: number): Value | null {
		return this.has(at) ? this.value(at) : null;
	}

	/** An operand that is a list of values, or one value alone. */
	values(at: number): readonly Value[] {
		const operand = this.operand(at);
		if (operand.kind !== "list") return [this.value(at)];
		if (operand.items.length === 0) throw this.damaged(`its ${this.#nameOf(at)} is an empty list`);
		return operand.items.map((item) => this.valueOf(item, this.#nameOf(at)));
	}

	activation(at: number): Activation {
		return asActivation(this.lowering.emitter, this.origin, this.value(at));
	}

	/** Shape of an operand, its batch of 1 included. */
	shape(at: number): readonly number[] {
		return fileShape(this.value(at));
	}

	/** An operand that is known at reading. */
	constant(at: number): Tensor {
		const found = this.value(at);
		if (found.kind === "activation") throw this.unsupported(`its ${this.#nameOf(at)} depends on the picture`);
		return found;
	}

	number(at: number, fallback?: number): number {
		if (!this.has(at) && fallback !== undefined) return fallback;
		const found = this.constant(at);
		const [value] = found.data;
		if (found.data.length !== 1 || value === undefined || Number.isNaN(value))
			throw this.damaged(`its ${this.#nameOf(at)} is no number`);
		return value;
	}

	/** Whole numbers: one or a list. */
	integers(at: number): readonly number[] {
		const values = Array.from(this.constant(at).data);
		if (!values.every(Number.isSafeInteger)) throw this.damaged(`its ${this.#nameOf(at)} are [${values.join(", ")}]`);
		return values;
	}

	/** Null where it isn't given. */
	optionalIntegers(at: number): readonly number[] | null {
		return this.has(at) ? this.integers(at) : null;
	}

	flag(at: number, fallback: boolean): boolean {
		const operand = this.operand(at);
		if (operand.kind === "none") return fallback;
		if (operand.kind === "flag") return operand.value;
		if (operand.kind === "number") return operand.value !== 0;
		throw this.damaged(`its ${this.#nameOf(at)} is neither true nor false`);
	}

	text(at: number, fallback: string): string {
		const operand = this.operand(at);
		if (operand.kind === "none") return fallback;
		if (operand.kind === "text") return operand.value;
		throw this.damaged(`its ${this.#nameOf(at)} is no text`);
	}

	/** The first output of TensorFlow's operation of this name. */
	tf(operation: string, inputs: readonly Value[], attributes: Attributes = {}, part = ""): Value {
		const [first] = this.tfAll(operation, inputs, attributes, part);
		if (!first) throw this.unsupported(`'${operation}' gives nothing`);
		return first;
	}

	/** All outputs of it. */
	tfAll(operation: string, inputs: readonly Value[], attributes: Attributes = {}, part = ""): readonly Value[] {
		return this.node(definitionOf(operation, attributes), inputs, part);
	}

	/** What a node of a TensorFlow graph gives. Throws `unsupported-model` for one that isn't read. */
	node(definition: NodeDef, inputs: readonly Value[], part = ""): readonly Value[] {
		const origin = part === "" ? this.origin : this.step(part);
		const node = new GraphNode(origin, definition, NOWHERE);
		const known = inputs.flatMap((value) => (value.kind === "tensor" ? [value] : []));
		const evaluate = evaluator(definition.operation);
		if (evaluate && known.length === inputs.length) return evaluate(node, known);
		const read = operationReader(definition.operation);
		if (!read) throw this.unsupported(`${definition.operation} of what depends on the picture isn't read`);
		return read(node, new Inputs(node, inputs, this.lowering.emitter), this.lowering);
	}

	/** What can't be represented, with the operation's name. */
	unsupported(why: string): BlindspotError {
		return new BlindspotError("unsupported-model", `${this.#title()}: ${why}.`, this.origin.name);
	}

	/** What no sound file has. */
	damaged(why: string): BlindspotError {
		return new BlindspotError("unreadable-model", `${this.#title()} is damaged: ${why}.`, this.origin.name);
	}

	valueOf(operand: Operand, what: string): Value {
		switch (operand.kind) {
			case "input":
				return this.inputs[operand.at] as Value;
			case "number":
				return scalar(operand.value);
			case "flag":
				return tensor("bool", [], [Number(operand.value)]);
			case "list":
				return this.#listValue(operand.items, what);
			case "none":
				throw this.damaged(`its ${what} is missing`);
			case "text":
				throw this.unsupported(`its ${what} is '${operand.value}'`);
			case "slice":
			case "ellipsis":
				throw this.damaged(`its ${what} is an index`);
			case "other":
				throw this.unsupported(`its ${what} is ${operand.shown}, which isn't read`);
		}
	}

	/** Numbers become a constant at once; where outputs of layers are among them, they are stacked. */
	#listValue(items: readonly Operand[], what: string): Value {
		const values = items.map((item) => this.valueOf(item, what));
		const known = values.flatMap((value) => (value.kind === "tensor" ? [value] : []));
		if (known.length < values.length) return this.tf("Pack", values, { axis: 0 }, "stack");
		const [first] = known;
		const inner = first?.shape ?? [];
		if (known.some(({ shape }) => shape.join() !== inner.join())) throw this.damaged(`its ${what} is a ragged list`);
		// What a file writes as 2 may be 2.0: numbers of a file have no other type.
		const type = known.every((item) => item.type === first?.type) ? (first?.type ?? "float64") : "float64";
		return tensor(
			type,
			[known.length, ...inner],
			known.flatMap(({ data }) => Array.from(data)),
		);
	}

	#refuse(name: string, operand: Operand): void {
		// What only training or another way of computing asks for says nothing by false or by its default.
		if (operand.kind === "flag" && !operand.value) return;
		throw this.unsupported(`its argument '${name}' isn't read`);
	}

	#nameOf(at: number): string {
		return this.signature.names[at]?.[0] ?? `argument ${at + 1}`;
	}

	#title(): string {
		return `${this.origin.type} '${this.origin.name}'`;
	}
}

/** A number as a constant. Whole ones too are no integers, since a file may write 2.0 as 2. */
export function scalar(value: number): Tensor {
	return tensor("float64", [], [value]);
}

/** Axes, sizes or places, as TensorFlow takes them. */
export function list(values: readonly number[]): Tensor {
	return tensor("int32", [values.length], values);
}

/** `values` in a shape. */
export function constant(shape: readonly number[], values: ArrayLike<number>): Tensor {
	return tensor(
		"float32",
		shape,
		Float32Array.from({ length: sizeOf(shape) }, (_, i) => values[i] ?? 0),
	);
}

function definitionOf(operation: string, attributes: Attributes): NodeDef {
	const entries = Object.entries(attributes).map(([key, value]) => ({ key, value: attributeOf(value) }));
	return { name: operation, operation, inputs: [], attributes: entries };
}

function attributeOf(value: Attributes[string]): AttributeValue {
	const empty: AttributeValue = {
		list: null,
		string: null,
		int: null,
		float: null,
		bool: null,
		type: null,
		shape: null,
		tensor: null,
		function: null,
	};
	if (typeof value === "boolean") return { ...empty, bool: value };
	if (typeof value === "number") return { ...empty, int: value, float: value };
	if (typeof value === "string") return { ...empty, string: Buffer.from(value, "utf8") };
	if ("type" in value) return { ...empty, type: dataTypeOf(value.type) };
	return { ...empty, list: { strings: [], ints: [...value], floats: [...value], types: [] } };
}
