import { describe, expect, it } from "vitest";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { findHead, withExclusiveLabels } from "../../../src/compute/network/head.js";
import type { Network, Operation, Shape } from "../../../src/compute/network/types.js";

function chain(input: Shape, ...operations: readonly Operation[]): Network {
	const builder = new NetworkBuilder("keras-v3");
	builder.input("n0", input);
	operations.forEach((operation, i) => {
		builder.add({
			name: `n${i + 1}`,
			layer: `n${i + 1}`,
			layerType: operation.op,
			operation,
			inputs: [`n${i}`],
		});
	});
	return builder.build(`n${operations.length}`);
}

const identity: Operation = { op: "Identity" };
const softmax: Operation = { op: "Softmax" };
const sigmoid: Operation = { op: "Pointwise", function: { fn: "sigmoid" } };

describe("findHead", () => {
	it("finds the logits beneath a softmax", () => {
		expect(findHead(chain([10], identity, softmax))).toEqual({
			kind: "softmax",
			logits: "n1",
			classes: 10,
			single: false,
		});
	});

	it("looks through reshaping after the softmax", () => {
		expect(findHead(chain([1, 1, 10], identity, softmax, { op: "Reshape", shape: [10] }))).toMatchObject({
			kind: "softmax",
			logits: "n1",
			classes: 10,
		});
	});

	it("takes a model without softmax as logits", () => {
		expect(findHead(chain([10], identity))).toMatchObject({ kind: "linear", logits: "n1", classes: 10 });
	});

	it("takes a single sigmoid as two classes", () => {
		expect(findHead(chain([1], identity, sigmoid))).toEqual({
			kind: "sigmoid",
			logits: "n1",
			classes: 2,
			single: true,
		});
	});

	it("refuses several independent sigmoids, with words", () => {
		expect(() => findHead(chain([4], identity, sigmoid))).toThrow(/4 independent sigmoids.*"exclusive": true/);
	});

	it("compares what goes into several sigmoids where their labels exclude each other", () => {
		const network = withExclusiveLabels(chain([4], identity, sigmoid, { op: "Reshape", shape: [4] }));
		expect(findHead(network)).toEqual({ kind: "linear", logits: "n1", classes: 4, single: false });
		expect(network.nodes.map(({ name }) => name)).toEqual(["n0", "n1"]);
		expect(network.warnings).toEqual([expect.stringContaining("exactly one label")]);
		for (const other of [chain([1], identity, sigmoid), chain([4], identity, softmax)])
			expect(withExclusiveLabels(other)).toBe(other);
	});

	it("refuses one softmax per place", () => {
		expect(() => findHead(chain([7, 7, 10], identity, softmax))).toThrow(/several places/);
	});
});
