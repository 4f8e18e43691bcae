/** Blocks that are too entangled for a layered drawing: one column, with connections that skip layers beside it. */

import type { Block, BlockLayout } from "./blocks.js";
import { LAYER_BOX, type LayoutPoint } from "./report.js";

const TRACK = 8;
/** Beyond this many, connections share tracks. */
const MOST_TRACKS = 24;

/** Layers below each other in their order; each connection past a layer goes down a track on the right. */
export function inOneColumn({ first, last, edges }: Block): BlockLayout {
	const { width, height, pitch } = LAYER_BOX;
	const y = (layer: number) => (layer - first) * pitch;
	const places = new Map<number, LayoutPoint>();
	for (let layer = first; layer <= last; layer++) places.set(layer, [0, y(layer)]);
	const freeFrom = Array<number>(MOST_TRACKS).fill(first);
	const sorted = [...edges].sort((a, b) => Math.min(...a) - Math.min(...b) || Math.max(...a) - Math.max(...b));
	return {
		places,
		edges: sorted.map(([from, to]) => {
			if (to === from + 1)
				return {
					from,
					to,
					points: [
						[0, y(from) + height / 2],
						[0, y(to) - height / 2],
					],
				};
			const [low, high] = [Math.min(from, to), Math.max(from, to)];
			const free = freeFrom.findIndex((layer) => layer <= low);
			const track = free < 0 ? MOST_TRACKS - 1 : free;
			freeFrom[track] = Math.max(freeFrom[track] as number, high);
			const x = width / 2 + (track + 1) * TRACK;
			return {
				from,
				to,
				points: [
					[width / 2, y(from)],
					[x, y(from) + (to > from ? TRACK / 2 : -TRACK / 2)],
					[x, y(to) + (to > from ? -TRACK / 2 : TRACK / 2)],
					[width / 2, y(to)],
				],
			};
		}),
	};
}
