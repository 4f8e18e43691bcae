/** Which node of a network is probed, by the name that a person gives. */
import { BlindspotError } from "../errors.js";
import { hasTrait } from "../network/operationTraits.js";
import type { Network, NetworkNode } from "../network/types.js";
import type { ProbedLayer } from "./probe/report.js";

export interface ChosenLayer {
	readonly layer: ProbedLayer;
	/** What had to be assumed, for people to read. */
	readonly warnings: readonly string[];
}

/**
 * A layer's output by the layer's name, else a node's by the node's name. `pre` takes the value before the activation
 * function. The last axis counts the units, all others are places. Throws `bad-request`, with the nearest names, where
 * there is none so called.
 */
export function chooseLayer(network: Network, name: string, pre: boolean): ChosenLayer {
	const { nodes } = network;
	const found = nodes.findLast((node) => node.layer === name) ?? nodes.find((node) => node.name === name);
	if (!found) throw unknownLayer(network, name);
	const isActivation = hasTrait(found.operation, "activation");
	const before = nodes.find((node) => node.name === found.inputs[0]);
	const node = pre && isActivation && before ? before : found;
	const warnings =
		pre && !isActivation ? [`'${name}' has no activation function: what is probed is its output as it stands.`] : [];
	return { layer: probedLayer(node, found), warnings };
}

function probedLayer({ name, outputShape }: NetworkNode, { layer, layerType }: NetworkNode): ProbedLayer {
	const units = outputShape.at(-1) ?? 1;
	const places = outputShape.slice(0, -1).reduce((product, size) => product * size, 1);
	return { node: name, layer, layerType, shape: outputShape, units, places };
}

function unknownLayer({ nodes }: Network, name: string): BlindspotError {
	const names = [...new Set(nodes.map(({ layer }) => layer))];
	const nearest = [...names]
		.map((known) => ({ known, distance: editDistance(known.toLowerCase(), name.toLowerCase()) }))
		.sort((a, b) => a.distance - b.distance)
		.slice(0, 3)
		.map(({ known }) => `'${known}'`);
	return new BlindspotError(
		"bad-request",
		`The model has no layer '${name}'. It has ${names.length} layers; the nearest names are ${nearest.join(", ")}.`,
		name,
	);
}

/** Levenshtein's distance: the fewest insertions, deletions and replacements of a character. */
function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			next.push(Math.min(replaced, 1 + (row[j] as number), 1 + (next[j - 1] as number)));
		}
		row = next;
	}
	return row[b.length] as number;
}
