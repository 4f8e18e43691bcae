/**
 * Where the layers stand in the picture of the graph. Networks are chains of blocks: the graph is cut at layers that
 * everything passes, and each block is laid out by itself, which takes time in proportion to the number of blocks.
 */
import { type EdgeLabel, Graph, type GraphLabel, layout, type NodeLabel } from "@dagrejs/dagre";
import type { Slices } from "../backend/slices.js";
import { type Block, type BlockLayout, blocksOf } from "./blocks.js";
import { inOneColumn } from "./columnLayout.js";
import type { Layer } from "./layers.js";
import { type GraphLayout, LAYER_BOX, type LayoutEdge, type LayoutPoint } from "./report.js";

/** What dagre is given at most: layers and places where a connection passes one, in one block. */
const MOST_PASSES = 120;

/** Layers are numbered as given. A chain is a column with one layer every `LAYER_BOX.pitch`. Throws `cancelled`. */
export async function layOut(layers: readonly Layer[], slices: Slices): Promise<GraphLayout> {
	const places = new Map<number, LayoutPoint>();
	const edges: LayoutEdge[] = [];
	let origin: LayoutPoint = [0, 0];
	for (const block of blocksOf(layers)) {
		const own = passesOf(block) > MOST_PASSES ? inOneColumn(block) : byDagre(block);
		const move = ([x, y]: LayoutPoint): LayoutPoint => [x + origin[0], y + origin[1]];
		for (const [layer, place] of own.places) places.set(layer, move(place));
		edges.push(...own.edges.map(({ from, to, points }) => ({ from, to, points: points.map(move) })));
		origin = places.get(block.last) ?? origin;
		await slices.breathe();
	}
	return framed(layers.length, places, edges);
}

function passesOf({ first, last, edges }: Block): number {
	return edges.reduce((sum, [from, to]) => sum + Math.abs(to - from) - 1, last - first + 1);
}

function byDagre({ first, last, edges }: Block): BlockLayout {
	const { width, height, pitch } = LAYER_BOX;
	const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
	graph.setGraph({ nodesep: 20, edgesep: 12, ranksep: pitch - height, ranker: "longest-path" });
	for (let layer = first; layer <= last; layer++) graph.setNode(String(layer), { width, height });
	for (const [from, to] of edges) graph.setEdge(String(from), String(to), {});
	layout(graph);
	const start = graph.node(String(first));
	const shifted = ({ x = 0, y = 0 }: Pick<NodeLabel, "x" | "y">): LayoutPoint => [
		x - (start.x ?? 0),
		y - (start.y ?? 0),
	];
	const places = new Map<number, LayoutPoint>();
	for (let layer = first; layer <= last; layer++) places.set(layer, shifted(graph.node(String(layer))));
	return {
		places,
		edges: edges.map(([from, to]) => ({
			from,
			to,
			points: (graph.edge(String(from), String(to)).points ?? []).map(shifted),
		})),
	};
}

/** Moved so that nothing is left of or above 0. */
function framed(count: number, places: ReadonlyMap<number, LayoutPoint>, edges: readonly LayoutEdge[]): GraphLayout {
	const { width, height } = LAYER_BOX;
	let [left, top, right, bottom] = [0, 0, 0, 0];
	const include = ([x, y]: LayoutPoint, [halfWidth, halfHeight]: LayoutPoint) => {
		left = Math.min(left, x - halfWidth);
		top = Math.min(top, y - halfHeight);
		right = Math.max(right, x + halfWidth);
		bottom = Math.max(bottom, y + halfHeight);
	};
	for (const place of places.values()) include(place, [width / 2, height / 2]);
	for (const { points } of edges) for (const point of points) include(point, [0, 0]);
	const move = ([x, y]: LayoutPoint): LayoutPoint => [x - left, y - top];
	return {
		width: right - left,
		height: bottom - top,
		nodes: Array.from({ length: count }, (_, layer) => move(places.get(layer) ?? [0, 0])),
		edges: edges.map(({ from, to, points }) => ({ from, to, points: points.map(move) })),
	};
}
