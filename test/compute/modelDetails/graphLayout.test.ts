import { describe, expect, it } from "vitest";
import { Random } from "../../../src/compute/math/random.js";
import { layOut } from "../../../src/compute/modelDetails/graphLayout.js";
import type { Layer } from "../../../src/compute/modelDetails/layers.js";
import { layersOf } from "../../../src/compute/modelDetails/layers.js";
import { type GraphLayout, LAYER_BOX } from "../../../src/compute/modelDetails/report.js";
import { network, type Step, unhurried } from "./nets.js";

const { width, height, pitch } = LAYER_BOX;
const relu = { op: "Pointwise", function: { fn: "relu" } } as const;

/** Layers named by number that read from the numbers given. */
function graph(...reads: readonly (readonly number[])[]): readonly Layer[] {
	const steps = reads.map(
		(from, i): Step => ({
			name: String(i + 1),
			operation: from.length > 1 ? { op: "Add" } : relu,
			inputs: from.map((n) => (n === 0 ? "picture" : String(n))),
		}),
	);
	return layersOf(network([4], ...steps));
}

function expectSound(layers: readonly Layer[], { nodes, edges, ...frame }: GraphLayout): void {
	expect(nodes).toHaveLength(layers.length);
	const wanted = layers.flatMap(({ inputs }, to) =>
		inputs.map((name) => `${layers.findIndex((layer) => layer.name === name)} to ${to}`),
	);
	expect(edges.map(({ from, to }) => `${from} to ${to}`).sort()).toEqual(wanted.sort());
	for (const [i, [x, y]] of nodes.entries()) {
		expect(x).toBeGreaterThanOrEqual(width / 2 - 1e-6);
		expect(x).toBeLessThanOrEqual(frame.width - width / 2 + 1e-6);
		expect(y).toBeLessThanOrEqual(frame.height - height / 2 + 1e-6);
		for (const [otherX, otherY] of nodes.slice(0, i))
			expect(Math.abs(x - otherX) >= width || Math.abs(y - otherY) >= height).toBe(true);
	}
	for (const { from, to, points } of edges) {
		const near = (end: number, point: readonly [number, number] | undefined) => {
			const [x, y] = nodes[end] as readonly [number, number];
			expect(Math.abs((point?.[0] ?? Number.NaN) - x)).toBeLessThanOrEqual(width / 2 + 1e-6);
			expect(Math.abs((point?.[1] ?? Number.NaN) - y)).toBeLessThanOrEqual(height / 2 + 1e-6);
		};
		near(from, points[0]);
		near(to, points.at(-1));
	}
}

describe("the picture of a graph", () => {
	it("has a chain in one column with a layer every row", async () => {
		const layers = graph([0], [1], [2], [3]);
		const laidOut = await layOut(layers, unhurried());
		expectSound(layers, laidOut);
		expect(laidOut.nodes).toEqual([0, 1, 2, 3, 4].map((i) => [width / 2, height / 2 + i * pitch]));
		expect(laidOut.width).toBe(width);
	});

	it("has branches beside each other, and goes on below", async () => {
		const layers = graph([0], [1], [1], [2, 3], [4]);
		const laidOut = await layOut(layers, unhurried());
		expectSound(layers, laidOut);
		const [, , left, right, sum, last] = laidOut.nodes as readonly (readonly [number, number])[];
		expect(left?.[1]).toBe(right?.[1]);
		expect(sum?.[1]).toBeGreaterThan(left?.[1] as number);
		expect(last).toEqual([sum?.[0], (sum?.[1] as number) + pitch]);
	});

	it("is sound for random graphs, entangled ones among them", async () => {
		const random = Random.stream(3, "graphLayout.test");
		for (let trial = 0; trial < 14; trial++) {
			const back = 1 + (trial % 9);
			const reads = Array.from({ length: 8 + 3 * trial }, (_, i) => {
				const from = new Set([i, Math.max(0, i - random.integer(back))]);
				return random.uniform() < 0.5 ? [i] : [...from];
			});
			const layers = graph(...reads);
			expectSound(layers, await layOut(layers, unhurried()));
		}
	});

	it("takes a connection from far away beside one column", async () => {
		const reads = Array.from({ length: 80 }, (_, i) => (i < 40 ? [i] : [i, 80 - i]));
		const layers = graph(...reads);
		const laidOut = await layOut(layers, unhurried());
		expectSound(layers, laidOut);
		expect(new Set(laidOut.nodes.map(([x]) => x)).size).toBe(1);
	});
});
