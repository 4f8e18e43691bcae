/** Bounds of all layers of a network as it runs, and from the pixels to each of them. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../backend/slices.js";
import { Random } from "../math/random.js";
import { Executor } from "../network/execute.js";
import { simplify } from "../network/simplify.js";
import type { Network, NetworkNode, Shape } from "../network/types.js";
import { type ConvolutionOptions, DEFAULT_OPTIONS } from "./convolution.js";
import { describeOperation } from "./describe.js";
import { lowerEstimate } from "./lowerEstimate.js";
import type { InputFacts } from "./multiInputNorms.js";
import { operationNorm } from "./operationNorm.js";
import type { LayerBound, LayerOutline } from "./report.js";

/** A network on its way from pixels to one of its nodes, as the executor runs it. */
export class RunningNetwork {
	readonly nodes: readonly NetworkNode[];
	readonly outlines: readonly LayerOutline[];
	readonly #shapes: ReadonlyMap<string, Shape>;
	/** Names of nodes that don't depend on the picture. */
	readonly #constant: ReadonlySet<string>;

	/** `wanted` is the node whose value counts: the logits. */
	constructor(
		private readonly network: Network,
		wanted: string,
	) {
		this.nodes = simplify(network, wanted).nodes;
		this.#shapes = new Map(this.nodes.map(({ name, outputShape }) => [name, outputShape]));
		const constant = new Set<string>();
		for (const { name, operation, inputs } of this.nodes)
			if (operation.op !== "Input" && inputs.every((input) => constant.has(input))) constant.add(name);
		this.#constant = constant;
		const originals = new Map(network.nodes.map((node) => [node.name, node]));
		this.outlines = this.nodes.map((node) => this.#outline(node, originals));
	}

	/** What goes into a node; values of constants are computed. */
	inputs(node: NetworkNode): readonly InputFacts[] {
		return node.inputs.map((name) => ({
			shape: this.#shapes.get(name) as Shape,
			constant: this.#constant.has(name) && !this.#constant.has(node.name) ? this.#valueOf(name) : null,
		}));
	}

	isConstant(name: string): boolean {
		return this.#constant.has(name);
	}

	#valueOf(name: string): Float32Array {
		const executor = new Executor(this.network);
		try {
			const shape = this.nodes.find(({ operation }) => operation.op === "Input")?.outputShape ?? [];
			const value = tf.tidy(() => executor.run(tf.zeros([1, ...shape]), name));
			const data = value.dataSync() as Float32Array;
			value.dispose();
			return data;
		} finally {
			executor.dispose();
		}
	}

	#outline(node: NetworkNode, originals: ReadonlyMap<string, NetworkNode>): LayerOutline {
		const members = [...(node.absorbed ?? []), node.name];
		const primary = members.find((name) => originals.get(name)?.weights.kernel) ?? node.name;
		const [input] = node.inputs;
		return {
			name: shownName(primary),
			folded: members.filter((name) => name !== primary).map(shownName),
			op: node.operation.op,
			detail: describeOperation(node),
			inputShape: input === undefined ? null : (this.#shapes.get(input) as Shape),
			outputShape: node.outputShape,
		};
	}
}

function shownName(name: string): string {
	return name.replace(/^blindspot\//, "preprocessing/");
}

/**
 * The bound of each layer, told as it is known. The bound from the pixels follows the graph: a chain multiplies, an
 * addition adds, a concatenation is the root of the sum of squares. Throws `cancelled` when the signal is raised.
 */
export async function boundLayers(
	running: RunningNetwork,
	seed: number,
	slices: Slices,
	tell: (index: number, layer: LayerBound) => void,
	options: ConvolutionOptions = DEFAULT_OPTIONS,
): Promise<readonly LayerBound[]> {
	const products = new Map<string, number>();
	const layers: LayerBound[] = [];
	for (const [index, node] of running.nodes.entries()) {
		const inputs = running.inputs(node);
		const { norm, compose } = await operationNorm(node, inputs, slices, options);
		const into = node.inputs.map((name) => products.get(name) as number);
		const isInput = node.operation.op === "Input";
		const product = isInput ? 1 : running.isConstant(node.name) ? 0 : compose(into);
		products.set(node.name, product);
		const random = Random.stream(seed, "lipschitz layer", index);
		const isUnary = inputs.length === 1 && !running.isConstant(node.name) && norm.kind !== "unbounded";
		const lower = isInput ? 1 : isUnary ? await lowerEstimate(node, inputs[0]?.shape as Shape, random, slices) : null;
		const layer: LayerBound = {
			...(running.outlines[index] as LayerOutline),
			kind: norm.kind,
			upper: norm.kind === "unbounded" ? null : norm.upper,
			lower,
			circular: norm.kind === "unbounded" ? null : norm.circular,
			before: isInput ? 1 : finiteOrNull(Math.max(0, ...into)),
			product: finiteOrNull(product),
			because: norm.because,
		};
		layers.push(layer);
		tell(index, layer);
		await slices.breathe();
	}
	return layers;
}

function finiteOrNull(value: number): number | null {
	return Number.isFinite(value) ? value : null;
}
