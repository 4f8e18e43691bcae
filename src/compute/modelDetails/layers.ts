/** A network as the layers of its file: each a run of nodes, with the layers that it reads from. */
import type { Network, NetworkNode } from "../network/types.js";

export interface Layer {
	readonly name: string;
	/** At least one, in the network's order. */
	readonly nodes: readonly [NetworkNode, ...NetworkNode[]];
	/** Names of the other layers whose nodes its nodes read from, in order. */
	readonly inputs: readonly string[];
}

/** The layers in the order in which they are first computed. A layer that is called twice is one. */
export function layersOf({ nodes }: Network): readonly Layer[] {
	const groups = new Map<string, [NetworkNode, ...NetworkNode[]]>();
	const layerOf = new Map<string, string>();
	for (const node of nodes) {
		layerOf.set(node.name, node.layer);
		const known = groups.get(node.layer);
		if (known) known.push(node);
		else groups.set(node.layer, [node]);
	}
	return [...groups].map(([name, own]) => {
		const read = own.flatMap(({ inputs }) => inputs.map((input) => layerOf.get(input) as string));
		return { name, nodes: own, inputs: [...new Set(read)].filter((input) => input !== name) };
	});
}
