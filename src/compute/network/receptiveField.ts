/** Which pixels a place of a layer's output can depend on: by the graph alone, whatever the weights are. */
import { BlindspotError } from "../errors.js";
import { readsFrom } from "./receptiveField/dependence.js";
import { cut, hull, type Region, whole } from "./receptiveField/region.js";
import type { Network, NetworkNode, Pair } from "./types.js";

/** Part of the picture, in pixels of the model's input size. */
export interface PixelBox {
	readonly top: number;
	readonly left: number;
	readonly height: number;
	readonly width: number;
}

export interface ReceptiveField {
	/**
	 * `[height, width]` of what a place in the middle reads, counting what lies beyond the picture's edges; null where
	 * the model's input is no picture of height×width×channels, or the node reads none of it.
	 */
	readonly size: Pair | null;
	/**
	 * The smallest box around the pixels that a place of the node's output can depend on, within the picture. `place`
	 * has an index for each leading axis of the output, `[row, column]` for an image; missing ones mean all, so `[]`
	 * is the whole output. Null where there is no such pixel. Throws `bad-request` for a place beyond the output.
	 */
	boxAt(place: readonly number[]): PixelBox | null;
}

/** The receptive field of a node. A box takes one walk over what is before the node. Throws `bad-request` for an unknown name. */
export function receptiveField(network: Network, name: string): ReceptiveField {
	const before = ancestors(network, name);
	const node = before.at(-1) as NetworkNode;
	const [input] = network.nodes as readonly [NetworkNode];
	const isPicture = input.outputShape.length === 3;
	const boxAt = (place: readonly number[], withinPicture: boolean): PixelBox | null => {
		const read = isPicture ? inputRegion(before, regionAt(node, place), withinPicture) : null;
		const [rows, columns] = read ?? [];
		if (!rows || !columns) return null;
		return { top: rows[0], left: columns[0], height: rows[1] - rows[0] + 1, width: columns[1] - columns[0] + 1 };
	};
	const middle = node.outputShape.slice(0, -1).map((size) => Math.floor(size / 2));
	const unbounded = boxAt(middle, false);
	return {
		size: unbounded && [unbounded.height, unbounded.width],
		boxAt: (place) => boxAt(place, true),
	};
}

/** The node and what it depends on, in the network's order. */
function ancestors({ nodes }: Network, name: string): readonly NetworkNode[] {
	const end = nodes.findIndex((node) => node.name === name);
	if (end < 0) throw new BlindspotError("bad-request", `The model has no node '${name}'.`, name);
	const needed = new Set([name]);
	const found: NetworkNode[] = [];
	for (let i = end; i >= 0; i--) {
		const node = nodes[i] as NetworkNode;
		if (!needed.has(node.name)) continue;
		found.push(node);
		for (const input of node.inputs) needed.add(input);
	}
	return found.reverse();
}

function regionAt({ name, outputShape }: NetworkNode, place: readonly number[]): Region {
	if (place.some((index, axis) => !(Number.isInteger(index) && index >= 0 && index < (outputShape[axis] ?? 0))))
		throw new BlindspotError("bad-request", `'${name}' has no place ${place.join(", ")}.`, name);
	return whole(outputShape).map((all, axis) => {
		const index = place[axis];
		return index === undefined ? all : [index, index];
	});
}

/** What `region` of the last node reads of the first. */
function inputRegion(nodes: readonly NetworkNode[], region: Region, withinPicture: boolean): Region | null {
	const byName = new Map(nodes.map((node) => [node.name, node]));
	const regions = new Map<string, Region>([[(nodes.at(-1) as NetworkNode).name, region]]);
	for (const node of [...nodes].reverse()) {
		const wanted = regions.get(node.name);
		if (!wanted) continue;
		if (node.operation.op === "Input") return wanted;
		const shapes = node.inputs.map((name) => (byName.get(name) as NetworkNode).outputShape);
		const reads = readsFrom(node, shapes, wanted, withinPicture);
		node.inputs.forEach((name, i) => {
			const shape = shapes[i] as NetworkNode["outputShape"];
			const read = reads[i] ?? null;
			const bounded = read && withinPicture ? cut(read, shape) : read;
			if (!bounded) return;
			const known = regions.get(name);
			regions.set(name, known ? hull(known, bounded) : bounded);
		});
	}
	return null;
}
