/** From the bound of a network to a distance within which a picture's label can't change. */

import { hasTrait } from "../network/operationTraits.js";
import { sizeOf } from "../network/shapes.js";
import type { NetworkNode, Weight } from "../network/types.js";
import type { RunningNetwork } from "./layers.js";
import type { LayerBound } from "./report.js";

/** Float64's own rounding in a sum of squares. */
const ROUNDING = 1 + 1e-12;

/** Turns logits into certified radii, with the rows of the last layer where it is dense. */
export class Certifier {
	readonly #rows: LastRows | null;
	/** The pictures themselves are no further apart: sqrt of the number of values in [0, 1]. */
	readonly #furthest: number;

	/** `single`: the one logit z stands for the logits [0, z]. */
	constructor(
		running: RunningNetwork,
		private readonly layers: readonly LayerBound[],
		private readonly single: boolean,
	) {
		this.#rows = lastRows(running, layers);
		this.#furthest = Math.sqrt(sizeOf(running.nodes[0]?.outputShape ?? []));
	}

	/**
	 * L2 over the pixels within which the highest of `logits` stays the highest; at most the diagonal of the box, null
	 * where the network has no bound.
	 */
	radius(logits: Float32Array): {
		readonly predicted: number;
		readonly margin: number;
		readonly radius: number | null;
	} {
		const predicted = logits.reduce((best, z, j) => (z > (logits[best] as number) ? j : best), 0);
		let [margin, radius] = [Number.POSITIVE_INFINITY, this.#furthest];
		let isBounded = true;
		logits.forEach((z, j) => {
			if (j === predicted) return;
			const lead = (logits[predicted] as number) - z;
			margin = Math.min(margin, lead);
			const bound = this.#bound(predicted, j);
			if (bound === null) isBounded = false;
			else radius = Math.min(radius, lead === 0 ? 0 : lead / bound);
		});
		return { predicted, margin, radius: isBounded ? radius : null };
	}

	/** Lipschitz bound of the difference of two logits. */
	#bound(a: number, b: number): number | null {
		if (this.#rows && !this.single) return this.#rows.before * this.#rows.difference(a, b);
		const product = this.layers.at(-1)?.product ?? null;
		if (product === null) return null;
		return this.single ? product : Math.SQRT2 * product;
	}
}

interface LastRows {
	/** Bound from the pixels to what goes into the last layer. */
	readonly before: number;
	/** Length of the difference of two rows. */
	difference(a: number, b: number): number;
}

/** The last layer's rows, where the logits are a dense layer of one vector whose input has a bound. */
function lastRows({ nodes }: RunningNetwork, layers: readonly LayerBound[]): LastRows | null {
	const byName = new Map(nodes.map((node, i) => [node.name, i]));
	let at = nodes.length - 1;
	while (isReshaping(nodes[at])) at = byName.get((nodes[at] as NetworkNode).inputs[0] as string) as number;
	const node = nodes[at];
	if (node?.operation.op !== "Dense" || sizeOf(node.outputShape) !== node.outputShape.at(-1)) return null;
	const before = layers[byName.get(node.inputs[0] as string) as number]?.product ?? null;
	if (before === null || layers[at]?.kind === "unbounded") return null;
	const { data, shape } = node.weights.kernel as Weight;
	const [into, out] = shape as [number, number];
	const known = new Map<number, number>();
	const difference = (a: number, b: number): number => {
		const key = Math.min(a, b) * out + Math.max(a, b);
		const found = known.get(key);
		if (found !== undefined) return found;
		let squares = 0;
		for (let i = 0; i < into; i++) squares += ((data[i * out + a] as number) - (data[i * out + b] as number)) ** 2;
		const length = Math.sqrt(squares) * ROUNDING;
		known.set(key, length);
		return length;
	};
	return { before, difference };
}

function isReshaping(node: NetworkNode | undefined): boolean {
	return node !== undefined && hasTrait(node.operation, "reshapes");
}
