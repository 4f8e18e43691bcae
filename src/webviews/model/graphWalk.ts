/** Where arrow keys lead in a graph: along its connections. */
import type { GraphLayout } from "../../compute/modelDetails/report.js";

/**
 * Down: what reads the layer; up: what it reads; where there are several, the one most nearly in line. Left and right:
 * the next layer in that direction that shares a connection's other end. The layer itself where there is nothing that
 * way; null for other keys.
 */
export function follow(key: string, layer: number, { nodes, edges }: GraphLayout): number | null {
	const x = (at: number) => nodes[at]?.[0] ?? 0;
	const nearest = (candidates: readonly number[]) =>
		candidates.reduce<number>(
			(best, other) => (best === layer || Math.abs(x(other) - x(layer)) < Math.abs(x(best) - x(layer)) ? other : best),
			layer,
		);
	const after = (of: number) => edges.filter(({ from }) => from === of).map(({ to }) => to);
	const before = (of: number) => edges.filter(({ to }) => to === of).map(({ from }) => from);
	switch (key) {
		case "ArrowDown":
			return nearest(after(layer));
		case "ArrowUp":
			return nearest(before(layer));
		case "ArrowLeft":
		case "ArrowRight": {
			const siblings = [...before(layer).flatMap(after), ...after(layer).flatMap(before)];
			const isThere = key === "ArrowLeft" ? (at: number) => x(at) < x(layer) : (at: number) => x(at) > x(layer);
			return nearest(siblings.filter((at) => at !== layer && isThere(at)));
		}
		default:
			return null;
	}
}
