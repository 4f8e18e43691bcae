import { describe, expect, it } from "vitest";
import { describeNetwork } from "../../../src/compute/modelDetails/describe.js";
import { BINS, describeValues } from "../../../src/compute/modelDetails/statistics.js";
import { CONV, network, randomWeight, unhurried, weight } from "./nets.js";

describe("statistics of a weight", () => {
	it("are mean, deviation and extremes of the finite values, the others counted", async () => {
		const data = Float32Array.of(1, 2, 3, 6, 0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
		const { statistics } = await describeValues(data, unhurried());
		// Of 1, 2, 3, 6, 0: mean 12/5, variance (1.96 + 0.16 + 0.36 + 12.96 + 5.76) / 5.
		expect(statistics).toEqual({
			mean: 2.4,
			standardDeviation: expect.closeTo(Math.sqrt(4.24), 12),
			least: 0,
			most: 6,
			zeros: 1,
			nan: 1,
			infinite: 2,
		});
	});

	it("count each value once in bins of equal width, the last one closed", async () => {
		const data = Float32Array.from({ length: 19 }, (_, i) => i);
		const { histogram } = await describeValues(data, unhurried());
		expect(histogram).toEqual({ low: 0, high: 18, counts: [...Array(BINS - 1).fill(1), 2] });
	});

	it("have no histogram without a finite value, and one bin for one value", async () => {
		const none = await describeValues(Float32Array.of(Number.NaN), unhurried());
		expect(none.histogram).toBeNull();
		expect(none.statistics.mean).toBeNull();
		const { histogram } = await describeValues(Float32Array.of(3, 3), unhurried());
		expect(histogram?.counts.reduce((a, b) => a + b)).toBe(2);
	});
});

describe("checks of a layer", () => {
	const checksOf = async (kernel: number[], bias = [0, 0, 0, 0]) => {
		const dense = { kernel: weight([2, 4], kernel), bias: weight([4], bias) };
		const described = await describeNetwork(
			network([2], { name: "dense", operation: { op: "Dense" }, weights: dense }),
			false,
			unhurried(),
		);
		return described.layers[1]?.checks;
	};

	it("find nothing in ordinary weights", async () => expect(await checksOf([1, 2, 3, 4, -1, 2, 5, 1])).toEqual([]));

	it("find channels without weights, though rounding left something", async () =>
		expect(await checksOf([1, 0, 3, 1e-9, -1, 0, 5, 0])).toEqual([
			{ kind: "dead", channels: 2, of: 4, first: [1, 3] },
		]));

	it("find channels that compute the same, bias included", async () => {
		const twice = [1, 2, 1, 4, -1, 2, -1, 1];
		expect(await checksOf(twice)).toEqual([{ kind: "duplicate", channels: 1, of: 4, first: [2] }]);
		expect(await checksOf(twice, [0, 0, 1, 0])).toEqual([]);
	});

	it("find channels that outweigh the others", async () =>
		expect(await checksOf([1, 2, 3, 4000, -1, 2, 5, 1])).toEqual([{ kind: "large", channels: 1, of: 4, first: [3] }]));

	it("count NaN and infinite values, and say nothing of channels then", async () =>
		expect(await checksOf([1, Number.NaN, 0, 0, -1, Number.POSITIVE_INFINITY, 0, 0])).toEqual([
			{ kind: "nan", values: 1 },
			{ kind: "infinite", values: 1 },
		]));

	it("don't take the filters of different input channels for the same", async () => {
		const same = { kernel: weight([1, 1, 3, 2], [1, 2, 1, 2, 1, 1]) };
		const { layers } = await describeNetwork(
			network([4, 4, 3], {
				name: "depthwise",
				operation: { ...CONV, op: "DepthwiseConv2D", padding: zero },
				weights: same,
			}),
			false,
			unhurried(),
		);
		// Only the third input channel has one filter twice.
		expect(layers[1]?.checks).toEqual([{ kind: "duplicate", channels: 1, of: 6, first: [5] }]);
	});

	it("read a transposed convolution's kernel by its outputs", async () => {
		const kernel = weight([1, 1, 2, 4], [1, 2, 0, 0, 1, 3, 0, 5]);
		const operation = { ...CONV, op: "ConvTranspose2D", padding: zero, outputPadding: [0, 0], groups: 2 } as const;
		const { layers } = await describeNetwork(
			network([3, 3, 4], { name: "up", operation, weights: { kernel } }),
			false,
			unhurried(),
		);
		// Outputs 0 and 1 read inputs 0 and 1; 2 and 3 read 2 and 3, where output 2 has no weights.
		expect(layers[1]?.checks).toEqual([{ kind: "dead", channels: 1, of: 4, first: [2] }]);
	});

	it("find what a batch normalisation switches off", async () => {
		const ones = weight([3], [1, 1, 1]);
		const weights = { mean: ones, variance: ones, gamma: weight([3], [1, 0, 2]) };
		const { layers } = await describeNetwork(
			network([3], { name: "bn", operation: { op: "BatchNormalization", epsilon: 1e-3 }, weights }),
			false,
			unhurried(),
		);
		expect(layers[1]?.checks).toEqual([{ kind: "dead", channels: 1, of: 3, first: [1] }]);
	});
});

const zero = { top: 0, bottom: 0, left: 0, right: 0 };

describe("weights as pictures", () => {
	it("are grey at zero and scaled by the largest weight of each filter", async () => {
		const kernel = weight([2, 2, 1, 2], [1, 0, -0.5, 0, 0, 0, 0.25, 0]);
		const { pictures } = await describeNetwork(
			network([5, 5, 1], { name: "conv", operation: CONV, weights: { kernel } }),
			false,
			unhurried(),
		);
		expect(pictures).toEqual([
			{
				layer: "conv",
				height: 2,
				width: 2,
				channels: 1,
				count: 2,
				of: 2,
				pixels: Uint8Array.of(255, 65, 128, 160, 128, 128, 128, 128),
			},
		]);
	});

	it("are in RGB where the model reads BGR", async () => {
		const kernel = weight([1, 2, 3, 1], [1, 0, 0, 0, 0, -1]);
		const net = network([5, 5, 3], { name: "conv", operation: CONV, weights: { kernel } });
		const { pictures } = await describeNetwork(net, true, unhurried());
		expect([...(pictures[0]?.pixels ?? [])]).toEqual([128, 128, 255, 1, 128, 128]);
	});

	it("of dense units follow the pixels through transpositions and reshapes", async () => {
		// Channels first before it is flattened: row 0 is red at the first pixel, row 2 green there.
		const kernel = weight([6, 1], [1, 0, -1, 0, 0, 0.5]);
		const net = network(
			[1, 2, 3],
			{ name: "first", operation: { op: "Transpose", order: [2, 0, 1] } },
			{ name: "flat", operation: { op: "Flatten" } },
			{ name: "dense", operation: { op: "Dense" }, weights: { kernel } },
		);
		const { pictures } = await describeNetwork(net, false, unhurried());
		expect([...(pictures[0]?.pixels ?? [])]).toEqual([255, 1, 128, 128, 128, 192]);
	});

	it("are only where a layer reads pixels", async () => {
		const net = network(
			[6, 6, 3],
			{ name: "a", operation: CONV, weights: { kernel: randomWeight([3, 3, 3, 3], 1) } },
			{ name: "b", operation: CONV, weights: { kernel: randomWeight([3, 3, 3, 3], 2) } },
		);
		const { pictures } = await describeNetwork(net, false, unhurried());
		expect(pictures.map(({ layer }) => layer)).toEqual(["a"]);
	});
});

describe("a layer's facts", () => {
	it("are its operation, window, costs, what it reads and its receptive field", async () => {
		const kernel = randomWeight([3, 3, 2, 4], 3);
		const net = network(
			[8, 8, 2],
			{ name: "conv", operation: { ...CONV, strides: [2, 2] }, weights: { kernel, bias: weight([4], [0, 1, 2, 3]) } },
			{ name: "relu", operation: { op: "Pointwise", function: { fn: "relu" } } },
			{ name: "pool", operation: { op: "MaxPool2D", size: [2, 2], strides: [2, 2], padding: zero } },
		);
		const { layers, multiplyAdds } = await describeNetwork(net, false, unhurried());
		expect(layers.map(({ operation }) => operation)).toEqual(["Input", "Conv2D 3×3 / 2", "ReLU", "MaxPool 2×2"]);
		expect(layers[1]).toMatchObject({
			inputs: ["picture"],
			inputShapes: [[8, 8, 2]],
			outputShape: [4, 4, 4],
			parameters: 76,
			// 4·4 places, 4 filters of 3·3·2.
			multiplyAdds: 1152,
			receptiveField: { height: 3, width: 3, wholePicture: false },
		});
		expect(layers[1]?.weights.map(({ role }) => role)).toEqual(["kernel", "bias"]);
		expect(layers[3]?.receptiveField).toEqual({ height: 5, width: 5, wholePicture: false });
		expect(multiplyAdds).toBe(1152);
	});
});
