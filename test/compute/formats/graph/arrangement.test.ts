/** How values of a file get the arrangement that an operation needs: the node made for one is the one that was asked for. */
import { describe, expect, it } from "vitest";
import type { Activation, Atom } from "../../../../src/compute/formats/graph/activation.js";
import { align, combined, operandNode } from "../../../../src/compute/formats/graph/align.js";
import { Emitter } from "../../../../src/compute/formats/graph/emitter.js";
import type { Tensor } from "../../../../src/compute/formats/graph/tensor.js";
import { NetworkBuilder } from "../../../../src/compute/network/build.js";
import type { Shape } from "../../../../src/compute/network/types.js";
import { execute64 } from "../../../reference/execute64.js";

const ORIGIN = { name: "layer", type: "Layer" };

/** A picture of the shape, each axis of which is one atom, in the file as in the node. */
function picture(...shape: readonly number[]): { emitter: Emitter; x: Activation; atoms: Atom[] } {
	const emitter = new Emitter(new NetworkBuilder("onnx"));
	const node = emitter.input("x", shape as Shape);
	const atoms = shape.map((size) => ({ size }));
	const dims = atoms.map((atom) => [atom]);
	return { emitter, atoms, x: { kind: "activation", node, dims, axes: dims, pending: null } };
}

/** What a node has for a picture of the values 0, 1, 2, ... */
function valuesOf(emitter: Emitter, node: string, count: number): number[] {
	return [
		...execute64(
			emitter.builder.build(node),
			Float32Array.from({ length: count }, (_, i) => i),
		),
	];
}

/** The values 0, 1, 2, ... of `shape` with their axes in another order, by plain loops. */
function transposed(shape: readonly number[], order: readonly number[]): number[] {
	const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
	let places = [0];
	for (const axis of order)
		places = places.flatMap((at) => Array.from({ length: shape[axis] as number }, (_, i) => at + i * strides[axis]!));
	return places;
}

describe("arranging a value", () => {
	// Axes of one size: shapes alone don't tell the arrangements apart.
	it("twice in different orders gives two nodes, each with its own order", () => {
		const { emitter, x, atoms } = picture(2, 2, 2);
		const orders = [
			[0, 2, 1],
			[1, 0, 2],
			[1, 2, 0],
			[2, 0, 1],
			[2, 1, 0],
		];
		const nodes = orders.map((order) => {
			const dims = order.map((axis) => [atoms[axis] as Atom]);
			return emitter.arrange(x, dims, ORIGIN).node;
		});
		expect(new Set(nodes).size).toBe(orders.length);
		for (const [i, order] of orders.entries())
			expect(valuesOf(emitter, nodes[i] as string, 8)).toEqual(transposed([2, 2, 2], order));
	});

	it("twice in the same order gives one node, and in its own order none", () => {
		const { emitter, x, atoms } = picture(2, 3, 2);
		const dims = [2, 0, 1].map((axis) => [atoms[axis] as Atom]);
		expect(emitter.arrange(x, dims, ORIGIN).node).toBe(emitter.arrange(x, dims, ORIGIN).node);
		expect(emitter.arrange(x, x.dims, ORIGIN).node).toBe("x");
	});

	it("in the same order and another grouping gives another node", () => {
		const { emitter, x, atoms } = picture(2, 3, 2);
		const [a, b, c] = atoms as [Atom, Atom, Atom];
		const apart = emitter.arrange(x, [[c], [a], [b]], ORIGIN).node;
		const together = emitter.arrange(x, [[c], [a, b]], ORIGIN).node;
		expect(together).not.toBe(apart);
		expect(emitter.builder.build(together).nodes.at(-1)?.outputShape).toEqual([2, 6]);
		expect(valuesOf(emitter, together, 12)).toEqual(valuesOf(emitter, apart, 12));
	});
});

describe("combining values", () => {
	it("keeps the file's order of what an axis is made of, where the node has another", () => {
		const { emitter, x, atoms } = picture(2, 3);
		const [inner, outer] = atoms as [Atom, Atom];
		// One axis of 6 in the file, which runs over the node's second axis first.
		const turned: Activation = { ...x, axes: [[outer, inner]] };
		const constant: Tensor = {
			kind: "tensor",
			name: "c",
			type: "float32",
			shape: [6],
			data: Float32Array.of(0, 10, 20, 30, 40, 50),
		};
		const aligned = align(emitter, [turned, constant], ORIGIN);
		const inputs = [0, 1].map((operand) => operandNode(emitter, aligned, operand, ORIGIN));
		const value = combined(aligned, emitter.layer(ORIGIN, { op: "Add" }, inputs));
		expect(value.axes.map((axis) => axis.map(({ size }) => size))).toEqual([[3, 2]]);
		const inFile = emitter.asInFile(value, ORIGIN).node;
		// The file's values in its order are the node's in columns.
		expect(valuesOf(emitter, inFile, 6)).toEqual([0, 3, 1, 4, 2, 5].map((v, i) => v + 10 * i));
	});
});
