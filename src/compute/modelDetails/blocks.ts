/** A graph as a chain of blocks, cut at layers that everything passes. */
import type { Layer } from "./layers.js";
import type { LayoutEdge, LayoutPoint } from "./report.js";

/** Connection of two layers by their numbers. */
export type Connection = readonly [from: number, to: number];

/** Layers `first` to `last`, both in the neighbouring blocks too. */
export interface Block {
	readonly first: number;
	readonly last: number;
	readonly edges: readonly Connection[];
}

/** A block with its first layer at the origin. */
export interface BlockLayout {
	readonly places: ReadonlyMap<number, LayoutPoint>;
	readonly edges: readonly LayoutEdge[];
}

/** Layers are in an order in which what is read mostly comes first; a connection back only makes its block larger. */
export function blocksOf(layers: readonly Layer[]): readonly Block[] {
	const numbers = new Map(layers.map(({ name }, i) => [name, i]));
	const edges = layers.flatMap(({ inputs }, to) => inputs.map((name): Connection => [numbers.get(name) as number, to]));
	// How far the connections reach that begin before or at each layer.
	const reach = layers.map((_, i) => i);
	for (const [from, to] of edges) {
		const [low, high] = [Math.min(from, to), Math.max(from, to)];
		reach[low] = Math.max(reach[low] as number, high);
	}
	const blocks: Block[] = [];
	const starting = edgesByStart(edges);
	let first = 0;
	let furthest = reach[0] ?? 0;
	for (let layer = 1; layer < layers.length; layer++) {
		const isPassed = furthest > layer;
		furthest = Math.max(furthest, reach[layer] as number);
		if (isPassed && layer < layers.length - 1) continue;
		const own: Connection[] = [];
		for (let from = first; from < layer; from++) own.push(...(starting.get(from) ?? []));
		blocks.push({ first, last: layer, edges: own });
		first = layer;
	}
	return blocks.length > 0 ? blocks : [{ first: 0, last: 0, edges: [] }];
}

/** By the lower number of the two. */
function edgesByStart(edges: readonly Connection[]): ReadonlyMap<number, readonly Connection[]> {
	const found = new Map<number, Connection[]>();
	for (const edge of edges) {
		const start = Math.min(...edge);
		const known = found.get(start);
		if (known) known.push(edge);
		else found.set(start, [edge]);
	}
	return found;
}
