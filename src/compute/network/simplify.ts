/**
 * The same function with fewer nodes: what a network is run as. People see the file's own nodes; a node that took
 * others in has the name of the one whose value it has and lists them in `absorbed`.
 */
import { asAffine, intoFollowing, intoPreceding, sumOfAffines } from "./foldAffine.js";
import { showShape } from "./shapes.js";
import type { Network, NetworkNode, Weight } from "./types.js";

export class Simplifier {
	/** What pairs of nodes became, so that all simplified networks share their weights. */
	readonly #pairs = new WeakMap<NetworkNode, Map<NetworkNode, NetworkNode | null>>();
	readonly #affines = new WeakMap<NetworkNode, NetworkNode>();

	constructor(readonly network: Network) {}

	/** A network of what the wanted nodes depend on; their values are the same up to float rounding. */
	simplified(...asked: readonly string[]): Network {
		const wanted: readonly string[] = asked.length > 0 ? asked : [this.network.output];
		const nodes = new Map<string, NetworkNode>();
		const sameAs = new Map<string, string>();
		const uses = usesOf(this.network.nodes, wanted);
		for (const original of this.network.nodes) {
			if (!uses.has(original.name)) continue;
			const inputs = original.inputs.map((name) => sameAs.get(name) ?? name);
			const isMoved = inputs.some((name, i) => name !== original.inputs[i]);
			const node = isMoved ? { ...original, inputs } : original;
			const [before] = inputs.map((name) => nodes.get(name));
			if (before && changesNothing(node, before) && !wanted.includes(node.name)) {
				sameAs.set(node.name, before.name);
				uses.set(before.name, (uses.get(before.name) ?? 0) + (uses.get(node.name) ?? 0) - 1);
				continue;
			}
			const isOnlyReader = before !== undefined && uses.get(before.name) === 1;
			const merged = before && isOnlyReader ? this.#merged(before, node) : null;
			if (merged && before) nodes.delete(before.name);
			nodes.set(node.name, merged ?? node);
		}
		return { ...this.network, nodes: [...nodes.values()], output: wanted.at(-1) as string };
	}

	#merged(before: NetworkNode, node: NetworkNode): NetworkNode | null {
		const known = this.#pairs.get(before) ?? new Map<NetworkNode, NetworkNode | null>();
		this.#pairs.set(before, known);
		const found = known.get(node);
		if (found !== undefined) return found;
		const merged = this.#merge(before, node);
		const result = merged && {
			...merged,
			absorbed: [...(before.absorbed ?? []), before.name, ...(node.absorbed ?? [])],
		};
		known.set(node, result);
		return result;
	}

	#merge(before: NetworkNode, node: NetworkNode): NetworkNode | null {
		const affine = this.#affine(node);
		if (affine) {
			const previous = this.#affine(before);
			return intoPreceding(before, affine) ?? (previous && sumOfAffines(previous, affine));
		}
		const previous = this.#affine(before);
		if (previous) return intoFollowing(previous, node);
		return movedTwice(before, node);
	}

	/** A batch normalisation or an affine map as the latter. */
	#affine(node: NetworkNode): NetworkNode | null {
		const known = this.#affines.get(node);
		if (known) return known;
		const affine = asAffine(node);
		if (affine) this.#affines.set(node, affine);
		return affine;
	}
}

/** The network as it is run; values are the same up to float rounding. */
export function simplify(network: Network, wanted: string = network.output): Network {
	return new Simplifier(network).simplified(wanted);
}

/** How often each node that `wanted` depend on is read; the wanted ones are read once more, from outside. */
function usesOf(nodes: readonly NetworkNode[], wanted: readonly string[]): Map<string, number> {
	const uses = new Map(wanted.map((name) => [name, 1]));
	for (const node of [...nodes].reverse())
		if (uses.has(node.name)) for (const name of node.inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
	return uses;
}

function changesNothing({ operation, outputShape, weights }: NetworkNode, before: NetworkNode): boolean {
	switch (operation.op) {
		case "Identity":
			return true;
		case "Affine":
			return !weights.scale && !weights.offset;
		case "Reshape":
		case "Flatten":
		case "Broadcast":
			return showShape(outputShape) === showShape(before.outputShape);
		case "Transpose":
			return operation.order.every((axis, i) => axis === i);
		default:
			return false;
	}
}

/** Two reshapes or two transpositions as one; a constant moved at once. */
function movedTwice(before: NetworkNode, node: NetworkNode): NetworkNode | null {
	const [first, second] = [before.operation, node.operation];
	const isReshape = second.op === "Reshape" || second.op === "Flatten";
	if (isReshape && (first.op === "Reshape" || first.op === "Flatten")) return { ...node, inputs: before.inputs };
	if (isReshape && first.op === "Constant") {
		const value = before.weights.value as Weight;
		return { ...node, operation: first, inputs: [], weights: { value: { ...value, shape: node.outputShape } } };
	}
	if (second.op === "Transpose" && first.op === "Transpose") {
		const order = second.order.map((axis) => first.order[axis] as number);
		return { ...node, operation: { op: "Transpose", order }, inputs: before.inputs };
	}
	return null;
}
