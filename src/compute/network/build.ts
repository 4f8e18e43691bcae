/** Builds a `Network` node by node: names, shapes, sizes and cycles are checked as it grows. */

import { BlindspotError } from "../errors.js";
import type { ModelFormat } from "../formats/formats.js";
import { type OutputChoice, outputsWords } from "./outputs.js";
import { inferShape, ShapeError, showShape, sizeOf } from "./shapes.js";
import type { Network, NetworkNode, Operation, Shape } from "./types.js";

/** Caps that a hostile file can't lift. A value is one float of one example. */
export const LIMITS = { nodes: 20_000, valuesPerNode: 2 ** 28, axes: 8 } as const;

export interface NodeSpecification {
	readonly name: string;
	readonly layer: string;
	readonly layerType: string;
	readonly operation: Operation;
	readonly inputs: readonly string[];
	readonly weights?: NetworkNode["weights"];
}

export class NetworkBuilder {
	readonly #nodes = new Map<string, NetworkNode>();
	readonly #warnings: string[] = [];
	#unitRoundoff: number | null = null;
	#outputChoice: OutputChoice | null = null;

	constructor(readonly format: ModelFormat) {}

	/** The picture's entrance; `shape` without batch. */
	input(name: string, shape: Shape, layerType = "InputLayer"): NetworkNode {
		if ([...this.#nodes.values()].some((node) => node.operation.op === "Input"))
			throw new BlindspotError(
				"unsupported-model",
				`The model has several inputs; a second one is '${name}'. Export the part that takes one picture.`,
				name,
			);
		return this.#enter({ name, layer: name, layerType, operation: { op: "Input" }, inputs: [], weights: {} }, shape);
	}

	/**
	 * Adds a node after the nodes it reads from. Its output shape is inferred.
	 * Throws `unreadable-model` where a name is taken or unknown, or shapes don't fit.
	 */
	add(specification: NodeSpecification): NetworkNode {
		const { name, inputs, operation, layerType } = specification;
		const weights = specification.weights ?? {};
		for (const weight of Object.values(weights)) {
			if (weight.data.length !== sizeOf(weight.shape))
				throw new BlindspotError(
					"unreadable-model",
					`Weight '${weight.name}' of '${name}' has ${weight.data.length} values, its shape ${showShape(weight.shape)} needs ${sizeOf(weight.shape)}.`,
					name,
				);
		}
		const shapes = inputs.map((input) => this.shapeOf(input, name));
		try {
			return this.#enter({ ...specification, weights }, inferShape(operation, shapes, weights));
		} catch (error) {
			if (!(error instanceof ShapeError)) throw error;
			throw new BlindspotError(
				"unreadable-model",
				`Shapes don't fit at ${layerType} '${name}': ${error.message}.`,
				name,
			);
		}
	}

	/** Output shape of a node that is there already; `reader` names who asks. */
	shapeOf(name: string, reader: string): Shape {
		const node = this.#nodes.get(name);
		if (!node)
			throw new BlindspotError(
				"unreadable-model",
				`'${reader}' reads from '${name}', which doesn't come before it.`,
				reader,
			);
		return node.outputShape;
	}

	/** A node that is there already. Throws `unreadable-model` for a name that no node has. */
	node(name: string): NetworkNode {
		const node = this.#nodes.get(name);
		if (!node) throw new BlindspotError("unreadable-model", `There is no node '${name}'.`, name);
		return node;
	}

	/** The last node that bears a name or belongs to the layer so called; null where there is none. */
	lastOf(layer: string): string | null {
		return [...this.#nodes.values()].findLast((node) => node.name === layer || node.layer === layer)?.name ?? null;
	}

	/** Something that had to be assumed or left out, for people to read; said once. */
	warn(message: string): void {
		if (!this.#warnings.includes(message)) this.#warnings.push(message);
	}

	/** Of several outputs one was taken that nobody asked for. */
	choseOutput(choice: OutputChoice): void {
		if (choice.others.length === 0) return;
		this.#outputChoice = choice;
		this.warn(
			`${outputsWords(choice)} --output, or "output" in blindspot.json, takes another: ${choice.others.map((name) => `'${name}'`).join(", ")}.`,
		);
	}

	/** Half the distance of 1 to the next of numbers that the file computes with, coarser than float32; the coarsest counts. */
	computesWith(unitRoundoff: number): void {
		this.#unitRoundoff = Math.max(unitRoundoff, this.#unitRoundoff ?? 0);
	}

	/** The finished network; nodes that the output doesn't depend on are left out. */
	build(output: string): Network {
		this.shapeOf(output, "the output");
		const needed = new Set<string>();
		const pending = [output];
		for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
			if (needed.has(name)) continue;
			needed.add(name);
			pending.push(...(this.#nodes.get(name)?.inputs ?? []));
		}
		const nodes = [...this.#nodes.values()].filter((node) => needed.has(node.name));
		if (nodes[0]?.operation.op !== "Input")
			throw new BlindspotError("unreadable-model", "The output doesn't depend on the model's input.", output);
		const choice = this.#outputChoice === null ? {} : { outputChoice: this.#outputChoice };
		const coarser = this.#unitRoundoff === null ? {} : { unitRoundoff: this.#unitRoundoff };
		return { format: this.format, nodes, output, warnings: this.#warnings, ...coarser, ...choice };
	}

	#enter(node: Omit<NetworkNode, "outputShape" | "weights"> & Pick<NetworkNode, "weights">, shape: Shape): NetworkNode {
		const { name } = node;
		if (this.#nodes.has(name)) throw new BlindspotError("unreadable-model", `Two nodes are called '${name}'.`, name);
		if (this.#nodes.size >= LIMITS.nodes)
			throw new BlindspotError("unsupported-model", `The model has more than ${LIMITS.nodes} nodes.`, name);
		if (shape.length > LIMITS.axes || shape.some((size) => !Number.isSafeInteger(size) || size < 1))
			throw new BlindspotError("unreadable-model", `'${name}' would have the shape ${showShape(shape)}.`, name);
		if (sizeOf(shape) > LIMITS.valuesPerNode)
			throw new BlindspotError(
				"unsupported-model",
				`'${name}' would have ${sizeOf(shape)} values per picture (${showShape(shape)}).`,
				name,
			);
		const entered: NetworkNode = { ...node, outputShape: shape };
		this.#nodes.set(name, entered);
		return entered;
	}
}
