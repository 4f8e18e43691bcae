/** Says of a network's weights where they stand in the file. */
import type { Network, NetworkNode, Weight } from "../../network/types.js";

/** The network with the place of each weight that bears a name of the file; shared weights stay shared. */
export function withPlaces(network: Network, places: ReadonlyMap<string, string>): Network {
	const placed = new Map<Weight, Weight>();
	const nodes = network.nodes.map((node): NetworkNode => {
		const weights = Object.entries(node.weights).map(([role, weight]) => {
			const place = places.get(weight.name);
			if (place === undefined) return [role, weight] as const;
			const known = placed.get(weight) ?? { ...weight, place };
			placed.set(weight, known);
			return [role, known] as const;
		});
		return { ...node, weights: Object.fromEntries(weights) };
	});
	return { ...network, nodes };
}
