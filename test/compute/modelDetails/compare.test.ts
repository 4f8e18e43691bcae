import { describe, expect, it } from "vitest";
import { compareNetworks } from "../../../src/compute/modelDetails/compare.js";
import type { Network } from "../../../src/compute/network/types.js";
import { CONV, network, randomWeight, type Step, unhurried, weight } from "./nets.js";

const compare = (a: Network, b: Network) => compareNetworks(a, b, unhurried());

const dense = (name: string, kernel: readonly number[], outputs = 2): Step => ({
	name,
	operation: { op: "Dense" },
	weights: { kernel: weight([kernel.length / outputs, outputs], kernel) },
});

describe("two networks side by side", () => {
	it("gives the relative change of each layer's weights, and of all together", async () => {
		const { layers, relativeChange, counts } = await compare(
			network([2], dense("a", [3, 0, 0, 4]), dense("b", [1, 0, 0, 1])),
			network([2], dense("a", [3, 0, 3, 0]), dense("b", [1, 0, 0, 1])),
		);
		// ‖(0, 0, 3, -4)‖ / ‖(3, 0, 0, 4)‖ = 1; the angle's cosine 9 / (5·√18).
		expect(layers[1]).toMatchObject({
			status: "changed",
			relativeChange: 1,
			cosine: expect.closeTo(9 / (5 * Math.sqrt(18)), 12),
			weights: [{ role: "kernel", relative: 1, most: 4 }],
		});
		expect(layers[2]).toMatchObject({ status: "same", relativeChange: 0 });
		expect(relativeChange).toBeCloseTo(5 / Math.sqrt(27), 12);
		expect(counts).toEqual({ same: 2, changed: 1, reshaped: 0, added: 0, removed: 0 });
	});

	it("matches layers that were only renamed, in order", async () => {
		const { layers } = await compare(
			network([2], dense("dense_5", [1, 2, 3, 4]), dense("dense_6", [5, 6, 7, 8])),
			network([2], dense("dense", [1, 2, 3, 4]), dense("dense_1", [5, 6, 7, 9])),
		);
		expect(layers.map(({ before, after, status }) => [before, after, status])).toEqual([
			["picture", "picture", "same"],
			["dense_5", "dense", "same"],
			["dense_6", "dense_1", "changed"],
		]);
	});

	it("names what was added, removed or given another shape, each where it is", async () => {
		const relu: Step = { name: "relu", operation: { op: "Pointwise", function: { fn: "relu" } } };
		const tanh: Step = { name: "tanh", operation: { op: "Pointwise", function: { fn: "tanh" } } };
		const softmax: Step = { name: "softmax", operation: { op: "Softmax" } };
		const { layers, counts } = await compare(
			network([2], relu, dense("head", [1, 2, 3, 4])),
			network([2], dense("head", [1, 2, 3, 4, 5, 6], 3), softmax),
		);
		expect(layers.map(({ before, after, status }) => [before, after, status])).toEqual([
			["picture", "picture", "same"],
			["relu", null, "removed"],
			["head", "head", "reshaped"],
			[null, "softmax", "added"],
		]);
		expect(layers[2]?.note).toBe("2×2 became 2×3");
		expect(counts.reshaped).toBe(1);
		expect((await compare(network([2], relu), network([2], tanh))).counts).toMatchObject({ removed: 1, added: 1 });
	});

	it("says that a layer computes otherwise with the same weights", async () => {
		const weights = { kernel: randomWeight([3, 3, 1, 4], 1) };
		const { layers } = await compare(
			network([6, 6, 1], { name: "conv", operation: CONV, weights }),
			network([6, 6, 1], { name: "conv", operation: { ...CONV, strides: [2, 2] }, weights }),
		);
		expect(layers[1]).toMatchObject({ status: "reshaped", note: "Conv2D 3×3 became Conv2D 3×3 / 2" });
	});

	it("calls the same file the same, though a value is NaN", async () => {
		const net = network([2], dense("a", [Number.NaN, 1, 2, 3]));
		const { counts, layers, relativeChange } = await compare(net, net);
		expect(counts.same).toBe(2);
		expect(layers[1]?.relativeChange).toBeNull();
		expect(relativeChange).toBeNull();
	});

	it("says a large scaling as a large change of the same direction", async () => {
		const kernel = randomWeight([3, 3, 1, 4], 1);
		const scaled = { ...kernel, data: kernel.data.map((v) => 3 * v) };
		const conv = (own: typeof kernel): Step => ({ name: "conv", operation: CONV, weights: { kernel: own } });
		const { layers } = await compare(network([6, 6, 1], conv(kernel)), network([6, 6, 1], conv(scaled)));
		// Scaling by 3 is exact up to float32's rounding of each value.
		expect(layers[1]?.relativeChange).toBeCloseTo(2, 6);
		expect(layers[1]?.cosine).toBeCloseTo(1, 6);
	});
});
