/** Runs a `Network` with TensorFlow.js operations: forward to any node, and back to the input; any batch size. */
import * as tf from "@tensorflow/tfjs-core";
import { BlindspotError } from "../errors.js";
import type { KinkKind } from "./classifier.js";
import { apply } from "./execute/apply.js";
import { Constants } from "./execute/constants.js";
import { Disturbance, UNIT_ROUNDOFF } from "./execute/disturbed.js";
import { deviations, kinkKind, smoothed } from "./execute/smoothed.js";
import { vjp } from "./execute/vjp.js";
import { poolFirst } from "./poolFirst.js";
import { Simplifier } from "./simplify.js";
import type { Network, NetworkNode } from "./types.js";

/** A node's value and the vector-Jacobian product through it. */
interface TapeEntry {
	readonly node: NetworkNode;
	readonly value: tf.Tensor;
	/** The gradients with respect to the inputs, given that with respect to the value. */
	pull(dy: tf.Tensor): readonly (tf.Tensor | null)[];
}

/**
 * A network with its weights on the backend. Weights are uploaded when they are first needed and held until
 * `dispose`; everything else follows `tf.tidy`.
 */
export class Executor {
	readonly #simplifier: Simplifier;
	readonly #plans = new Map<string, readonly NetworkNode[]>();
	readonly #constants = new Constants();

	constructor(readonly network: Network) {
		this.#simplifier = new Simplifier(network);
	}

	/**
	 * Value `[batch, ...outputShape]` of a node for pixels `[batch, height, width, channels]` (or whatever the
	 * network's input is). To be called within `tf.tidy`.
	 */
	run(input: tf.Tensor, name: string = this.network.output): tf.Tensor {
		const [value] = this.#forward(input, [name], () => {});
		return value as tf.Tensor;
	}

	/**
	 * As `run`, but behind every node a disturbance as large as rounding: how far other runtimes' values may lie. `realization`
	 * names the random numbers. To be called within `tf.tidy`.
	 */
	runDisturbed(input: tf.Tensor, name: string, realization: number): tf.Tensor {
		const disturbance = new Disturbance(realization, this.network.unitRoundoff ?? UNIT_ROUNDOFF);
		const values = new Map<string, tf.Tensor>();
		for (const [place, node] of this.#plan(name).entries()) {
			const { operation } = node;
			const inputs = node.inputs.map((from) => values.get(from) as tf.Tensor);
			const value =
				operation.op === "Input"
					? input
					: disturbance.added(apply(node, operation, inputs, input.shape[0] as number, this.#constants), place);
			values.set(node.name, value);
		}
		return values.get(name) as tf.Tensor;
	}

	/** Values of several nodes, in their order, from one pass. To be called within `tf.tidy`. */
	runAll(input: tf.Tensor, names: readonly string[]): readonly tf.Tensor[] {
		return this.#forward(input, names, () => {});
	}

	#forward(
		input: tf.Tensor,
		names: readonly string[],
		look: (node: NetworkNode, inputs: readonly tf.Tensor[]) => void,
	): readonly tf.Tensor[] {
		const values = new Map<string, tf.Tensor>();
		const batch = input.shape[0] as number;
		for (const node of this.#plan(...names)) {
			const inputs = node.inputs.map((from) => values.get(from) as tf.Tensor);
			look(node, inputs);
			const { operation } = node;
			const value = operation.op === "Input" ? input : apply(node, operation, inputs, batch, this.#constants);
			values.set(node.name, value);
		}
		return names.map((name) => values.get(name) as tf.Tensor);
	}

	/**
	 * The value of a node and the gradient, with respect to the input, of `sum(cotangent(value) · value)`: one pass forward and
	 * one back. With `widths`, `[batch, kinks]` in one list, the kinks are smooth, each of that width. To be called within `tf.tidy`.
	 */
	differentiate(
		input: tf.Tensor,
		name: string,
		cotangent: (value: tf.Tensor) => tf.Tensor,
		widths: Float32Array | null = null,
	): { readonly value: tf.Tensor; readonly gradient: tf.Tensor } {
		const batch = input.shape[0] as number;
		const values = new Map<string, tf.Tensor>();
		const moving = new Set<string>();
		const tape: TapeEntry[] = [];
		let kink = 0;
		for (const node of this.#plan(name)) {
			const { operation } = node;
			if (operation.op === "Input") {
				values.set(node.name, input);
				moving.add(node.name);
				continue;
			}
			const inputs = node.inputs.map((from) => values.get(from) as tf.Tensor);
			const wanted = node.inputs.map((from) => moving.has(from));
			const width = widths && kinkKind(node) ? columnOf(widths, batch, kink++) : null;
			const entry = width
				? this.#smoothEntry(node, inputs, width)
				: this.#entry(node, operation, inputs, batch, wanted);
			values.set(node.name, entry.value);
			if (!wanted.includes(true)) continue;
			moving.add(node.name);
			tape.push(entry);
		}
		const value = values.get(name) as tf.Tensor;
		const gradients = new Map([[name, cotangent(value)]]);
		for (const { node, pull } of tape.reverse()) {
			const dy = gradients.get(node.name);
			if (!dy) continue;
			gradients.delete(node.name);
			for (const [i, gradient] of pull(dy).entries()) {
				const from = node.inputs[i] as string;
				if (!gradient || !moving.has(from)) continue;
				const other = gradients.get(from);
				gradients.set(from, other ? tf.add(other, gradient) : gradient);
			}
		}
		const [first] = this.#plan(name);
		return { value, gradient: gradients.get(first?.name as string) ?? tf.zerosLike(input) };
	}

	/** The kinds of the kinks between the input and a node, in order. */
	kinks(name: string): readonly KinkKind[] {
		return this.#plan(name).flatMap((node) => kinkKind(node) ?? []);
	}

	/** For each kink before a node, how much its input varies within an image: standard deviations `[batch, kinks]`. */
	kinkSpreads(input: tf.Tensor, name: string): tf.Tensor2D {
		const spreads: tf.Tensor[] = [];
		this.#forward(input, [name], (node, [x]) => {
			if (kinkKind(node)) spreads.push(deviations(x as tf.Tensor));
		});
		return tf.stack(spreads, 1) as tf.Tensor2D;
	}

	#smoothEntry(node: NetworkNode, inputs: readonly tf.Tensor[], widths: Float32Array): TapeEntry {
		const { value, pull } = smoothed(node, inputs[0] as tf.Tensor, widths, this.#constants);
		return { node, value, pull: (dy) => [pull(dy)] };
	}

	#entry(
		node: NetworkNode,
		operation: Exclude<NetworkNode["operation"], { op: "Input" }>,
		inputs: readonly tf.Tensor[],
		batch: number,
		wanted: readonly boolean[],
	): TapeEntry {
		const value = apply(node, operation, inputs, batch, this.#constants);
		const pull = (dy: tf.Tensor) => vjp({ node, operation, inputs, value }, dy, wanted, this.#constants);
		return { node, value, pull };
	}

	/** Frees the weights. The executor may be used again; it uploads them anew. */
	dispose(): void {
		this.#constants.dispose();
	}

	/** The nodes that compute the named ones, in order. */
	#plan(...names: readonly string[]): readonly NetworkNode[] {
		const key = JSON.stringify(names);
		const known = this.#plans.get(key);
		if (known) return known;
		const unknown = names.find((name) => !this.network.nodes.some((node) => node.name === name));
		if (unknown !== undefined) throw new BlindspotError("bad-request", `The model has no layer '${unknown}'.`, unknown);
		const plan = poolFirst(this.#simplifier.simplified(...names), names).nodes;
		this.#plans.set(key, plan);
		return plan;
	}
}

/** Values `column` of a matrix of `rows` rows. */
function columnOf(matrix: Float32Array, rows: number, column: number): Float32Array {
	const columns = matrix.length / rows;
	return Float32Array.from({ length: rows }, (_, row) => matrix[row * columns + column] as number);
}
