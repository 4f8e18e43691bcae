import { describe, expect, it } from "vitest";
import { BlindspotError } from "../../../src/compute/errors.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import type { Operation, Weight } from "../../../src/compute/network/types.js";

const relu: Operation = { op: "Pointwise", function: { fn: "relu" } };

function zeros(name: string, ...shape: number[]): Weight {
	return { name, shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) };
}

function node(name: string, operation: Operation, inputs: readonly string[], weights = {}) {
	return { name, layer: name, layerType: operation.op, operation, inputs, weights };
}

function failure(act: () => unknown): BlindspotError {
	try {
		act();
	} catch (error) {
		if (error instanceof BlindspotError) return error;
		throw error;
	}
	throw new Error("nothing was thrown");
}

describe("NetworkBuilder", () => {
	it("infers shapes and leaves out what the output doesn't need", () => {
		const builder = new NetworkBuilder("keras-v3");
		builder.input("x", [4]);
		builder.add(node("dense", { op: "Dense" }, ["x"], { kernel: zeros("k", 4, 3) }));
		builder.add(node("aside", relu, ["x"]));
		builder.add(node("out", relu, ["dense"]));
		const network = builder.build("out");
		expect(network.nodes.map(({ name, outputShape }) => [name, outputShape])).toEqual([
			["x", [4]],
			["dense", [3]],
			["out", [3]],
		]);
	});

	it("names the node where shapes don't fit", () => {
		const builder = new NetworkBuilder("keras-v3");
		builder.input("x", [5]);
		const error = failure(() => builder.add(node("dense_1", { op: "Dense" }, ["x"], { kernel: zeros("k", 4, 3) })));
		expect(error.reason).toBe("unreadable-model");
		expect(error.message).toBe("Shapes don't fit at Dense 'dense_1': last axis: 5 found, 4 expected.");
	});

	it("refuses a weight whose values don't fill its shape", () => {
		const builder = new NetworkBuilder("keras-v3");
		builder.input("x", [4]);
		const kernel = { name: "d/kernel", shape: [4, 1_000_000_000], data: new Float32Array(4) };
		expect(failure(() => builder.add(node("d", { op: "Dense" }, ["x"], { kernel }))).message).toContain(
			"has 4 values, its shape 4×1000000000 needs 4000000000",
		);
	});

	it.each([
		["a node from a later one", (b: NetworkBuilder) => b.add(node("a", relu, ["b"])), /reads from 'b'/],
		["two nodes of one name", (b: NetworkBuilder) => b.add(node("x", relu, ["x"])), /Two nodes are called 'x'/],
		["a second input", (b: NetworkBuilder) => b.input("y", [3]), /several inputs/],
		["an output that is not there", (b: NetworkBuilder) => b.build("nowhere"), /reads from 'nowhere'/],
		[
			"an output too large for memory",
			(b: NetworkBuilder) =>
				b.add(node("p", { op: "ZeroPad2D", padding: { top: 100_000, bottom: 0, left: 100_000, right: 0 } }, ["x"])),
			/values per picture/,
		],
		[
			"a window larger than the picture",
			(b: NetworkBuilder) =>
				b.add(
					node(
						"m",
						{ op: "MaxPool2D", size: [9, 9], strides: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } },
						["x"],
					),
				),
			/doesn't fit/,
		],
	])("refuses %s", (_what, act, message) => {
		const builder = new NetworkBuilder("keras-v3");
		builder.input("x", [8, 8, 3]);
		expect(failure(() => act(builder)).message).toMatch(message);
	});
});
