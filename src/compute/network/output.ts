import { BlindspotError } from "../errors.js";
import type { Network } from "./types.js";

/** The network with another of its nodes, or layers, as the output. Throws `bad-request` where there is none so called. */
export function withOutput(network: Network, name: string): Network {
	const end = network.nodes.findLastIndex((node) => node.name === name || node.layer === name);
	const output = network.nodes[end];
	if (!output) throw new BlindspotError("bad-request", `The model has no layer '${name}'.`, name);
	const needed = new Set([output.name]);
	for (const node of network.nodes.slice(0, end + 1).reverse()) {
		if (needed.has(node.name)) for (const input of node.inputs) needed.add(input);
	}
	return { ...network, nodes: network.nodes.filter((node) => needed.has(node.name)), output: output.name };
}
