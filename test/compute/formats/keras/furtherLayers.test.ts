import { describe, expect, it } from "vitest";
import type { Network } from "../../../../src/compute/network/types.js";
import { execute64 } from "../../../reference/execute64.js";
import { expectRefusal, nodesOf, readTfjs } from "../reading.js";
import { from, functional, input, kerasTensors, layer, type NamedValues, sequential } from "../writers.js";

/** What the network of one layer gives, in float64. */
async function outputOf(
	one: ReturnType<typeof layer>,
	shape: readonly number[],
	x: readonly number[],
	weights: NamedValues = {},
): Promise<readonly number[]> {
	return run(await readTfjs(sequential([input(shape), one]), weights), x);
}

function run(network: Network, x: readonly number[]): readonly number[] {
	return [...execute64(network, x)];
}

function expectNear(found: readonly number[], expected: readonly number[]): void {
	expect(found).toHaveLength(expected.length);
	// Weights are float32; sums of few terms near 1.
	for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
}

describe("sequences", () => {
	const one = { shape: [2, 1, 1], data: [1, 10] };
	const conv = (config: object) => layer("Conv1D", "c", { filters: 1, kernel_size: [2], use_bias: false, ...config });

	it("convolves them as images of one row: valid, same (the odd step after), causal, dilated", async () => {
		const read = (config: object) => outputOf(conv(config), [4, 1], [1, 2, 3, 4], { "c/kernel": one });
		expect(await read({})).toEqual([21, 32, 43]);
		expect(await read({ padding: "same" })).toEqual([21, 32, 43, 4]);
		expect(await read({ padding: "causal" })).toEqual([10, 21, 32, 43]);
		expect(await read({ padding: "causal", dilation_rate: [2] })).toEqual([10, 20, 31, 42]);
		expect(await read({ padding: "same", strides: [2] })).toEqual([21, 43]);
	});

	it("pools, pads, crops and repeats them", async () => {
		const x = [1, 5, 2, 6, 9, 7];
		expect(await outputOf(layer("MaxPooling1D", "p", { pool_size: [2] }), [6, 1], x)).toEqual([5, 6, 9]);
		const average = layer("AveragePooling1D", "p", { pool_size: 2, strides: 3, padding: "same" });
		expect(await outputOf(average, [4, 1], [1, 5, 2, 6])).toEqual([3, 6]);
		expect(await outputOf(layer("GlobalMaxPooling1D", "g"), [3, 2], x)).toEqual([9, 7]);
		expect(await outputOf(layer("GlobalAveragePooling1D", "g"), [3, 2], x)).toEqual([4, 6]);
		expect(await outputOf(layer("ZeroPadding1D", "z", { padding: [1, 2] }), [2, 1], [3, 4])).toEqual([0, 3, 4, 0, 0]);
		expect(await outputOf(layer("Cropping1D", "c", { cropping: [1, 0] }), [3, 1], [3, 4, 5])).toEqual([4, 5]);
		expect(await outputOf(layer("UpSampling1D", "u", { size: 2 }), [2, 1], [3, 4])).toEqual([3, 3, 4, 4]);
		expect(await outputOf(layer("RepeatVector", "r", { n: 2 }), [2], [3, 4])).toEqual([3, 4, 3, 4]);
	});
});

describe("transposed convolutions", () => {
	const kernel = { shape: [1, 2, 1, 1], data: [1, 10] };
	const read = (config: object) =>
		outputOf(
			layer("Conv2DTranspose", "t", { filters: 1, kernel_size: [1, 2], use_bias: false, ...config }),
			[1, 2, 1],
			[1, 2],
			{ "t/kernel": kernel },
		);

	it("have Keras' sizes and places, with gaps and output padding", async () => {
		expect(await read({})).toEqual([1, 12, 20]);
		expect(await read({ padding: "same" })).toEqual([1, 12]);
		expect(await read({ strides: [1, 2] })).toEqual([1, 10, 2, 20]);
		expect(await read({ strides: [1, 3] })).toEqual([1, 10, 0, 2, 20, 0]);
		expect(await read({ strides: [1, 2], output_padding: [0, 1] })).toEqual([1, 10, 2, 20, 0]);
	});

	it("name an output padding that is none", () =>
		expectRefusal(read({ output_padding: [-1, 0] }), "unreadable-model", "'output_padding'"));
});

describe("images of another size", () => {
	const row = [0, 4, 8];
	const resizing = (config: object) => outputOf(layer("Resizing", "r", { height: 1, ...config }), [1, 3, 1], row);

	it("are resized from pixels as areas, cropped, padded", async () => {
		expect(await resizing({ width: 6, interpolation: "nearest" })).toEqual([0, 0, 4, 4, 8, 8]);
		expectNear(await resizing({ width: 6 }), [0, 1, 3, 5, 7, 8]);
		expect(await resizing({ width: 1, crop_to_aspect_ratio: true })).toEqual([4]);
		expect(await outputOf(layer("UpSampling2D", "u", { size: [2, 1] }), [1, 3, 1], row)).toEqual([...row, ...row]);
		expect(
			await outputOf(
				layer("Cropping2D", "c", {
					cropping: [
						[0, 0],
						[1, 0],
					],
				}),
				[1, 3, 1],
				row,
			),
		).toEqual([4, 8]);
		expect(await outputOf(layer("CenterCrop", "c", { height: 1, width: 1 }), [1, 3, 1], row)).toEqual([4]);
		await expectRefusal(resizing({ width: 2, interpolation: "lanczos3" }), "unsupported-model", "'lanczos3'");
	});

	it("are permuted", async () => {
		const x = [1, 2, 3, 4, 5, 6];
		expect(await outputOf(layer("Permute", "p", { dims: [2, 1] }), [2, 3], x)).toEqual([1, 4, 2, 5, 3, 6]);
		await expectRefusal(outputOf(layer("Permute", "p", { dims: [1, 1] }), [2, 3], x), "unreadable-model", "'dims'");
	});
});

describe("normalisation", () => {
	const x = [3, 4, 6, 8];

	it("to unit length, along any axes", async () => {
		expectNear(await outputOf(layer("UnitNormalization", "u"), [2, 2], x), [0.6, 0.8, 0.6, 0.8]);
		const columns = await outputOf(layer("UnitNormalization", "u", { axis: [1] }), [2, 2], x);
		expectNear(columns, [1 / Math.sqrt(5), 1 / Math.sqrt(5), 2 / Math.sqrt(5), 2 / Math.sqrt(5)]);
	});

	it("within examples: LayerNormalization over some axes, GroupNormalization, RMSNormalization", async () => {
		const bare = { scale: false, center: false, epsilon: 0 };
		expectNear(await outputOf(layer("LayerNormalization", "l", bare), [2, 2], x), [-1, 1, -1, 1]);
		const rows = { axis: [1], epsilon: 0 };
		const weights = { "l/gamma": { shape: [2], data: [1, 2] }, "l/beta": { shape: [2], data: [10, 20] } };
		expectNear(await outputOf(layer("LayerNormalization", "l", rows), [2, 2], x, weights), [9, 9, 22, 22]);
		const groups = { ...bare, groups: -1 };
		expectNear(await outputOf(layer("GroupNormalization", "g", groups), [2, 2], x), [-1, -1, 1, 1]);
		const scale = { "r/scale": { shape: [2], data: [1, 2] } };
		const rms = await outputOf(layer("RMSNormalization", "r", { epsilon: 0 }), [2], [3, 4], scale);
		expectNear(rms, [3 / Math.sqrt(12.5), 8 / Math.sqrt(12.5)]);
		const odd = layer("LayerNormalization", "l", { ...bare, rms_scaling: true });
		await expectRefusal(outputOf(odd, [2, 2], x), "unsupported-model", "rms_scaling");
	});
});

describe("several values into one", () => {
	const merged = async (className: string, config: object, x: readonly number[]) => {
		const network = await readTfjs(
			functional([
				input([x.length]),
				layer("Rescaling", "a", { scale: -2 }, from("in")),
				layer(className, "out", { ...config }, from("in", "a")),
			]),
		);
		return run(network, x);
	};

	it("by place", async () => {
		expect(await merged("Subtract", {}, [1, -2])).toEqual([3, -6]);
		expect(await merged("Average", {}, [1, -2])).toEqual([-0.5, 1]);
		expect(await merged("Maximum", {}, [1, -2])).toEqual([1, 4]);
		expect(await merged("Minimum", {}, [1, -2])).toEqual([-2, -2]);
	});

	it("by products, plain or of unit vectors", async () => {
		expect(await merged("Dot", { axes: 1 }, [1, -2])).toEqual([-10]);
		expectNear(await merged("Dot", { axes: -1, normalize: true }, [1, -2]), [-1]);
		await expectRefusal(merged("Dot", { axes: 0 }, [1, -2]), "unreadable-model", "not the batch");
	});
});

describe("activations of Keras 3", () => {
	it.each([
		["log_softmax", [0, 0], [-Math.LN2, -Math.LN2]],
		["glu", [3, 0], [1.5]],
		["hard_tanh", [-2, 0.5], [-1, 0.5]],
		["hard_shrink", [-0.4, 0.6], [0, 0.6]],
		["soft_shrink", [-0.6, 0.4], [-0.1, 0]],
		["tanh_shrink", [1], [1 - Math.tanh(1)]],
		["squareplus", [0], [1]],
		["sparse_plus", [-2, 0, 3], [0, 0.25, 3]],
		["sparse_sigmoid", [-2, 0.5], [0, 0.75]],
		["log_sigmoid", [0], [-Math.LN2]],
	] as const)("reads %s", async (activation, x, expected) => {
		expectNear(await outputOf(layer("Activation", "a", { activation }), [x.length], x), expected);
	});

	it.each(["sparsemax", "threshold"])("refuses %s by name", (activation) =>
		expectRefusal(nodesOf(layer("Activation", "a", { activation }), [4]), "unsupported-model", `'${activation}'`),
	);
});

describe("attention", () => {
	const weights: NamedValues = {
		"m/query/kernel": { shape: [1, 1, 1], data: [2] },
		"m/query/bias": { shape: [1, 1], data: [0] },
		"m/key/kernel": { shape: [1, 1, 1], data: [1] },
		"m/key/bias": { shape: [1, 1], data: [0.5] },
		"m/value/kernel": { shape: [1, 1, 1], data: [3] },
		"m/value/bias": { shape: [1, 1], data: [0] },
		"m/attention_output/kernel": { shape: [1, 1, 1], data: [1] },
		"m/attention_output/bias": { shape: [1], data: [7] },
	};
	const model = (inbound: unknown, config: object = {}) =>
		functional([input([2, 1]), layer("MultiHeadAttention", "m", { num_heads: 1, key_dim: 1, ...config }, inbound)], {
			outputs: [["m", 0, 0]],
		});
	const tensor = (kerasTensors(["in"]) as readonly [{ readonly args: readonly unknown[] }])[0].args[0];

	it.each([
		["in order", from("in", "in")],
		["by name", [{ args: [], kwargs: { query: tensor, value: tensor, return_attention_scores: false } }]],
	])("mixes values by the softmax of products of queries and keys, given %s", async (_, inbound) => {
		const [a, b] = [0.3, -0.8];
		const mixed = (x: number) => {
			const [first, second] = [a, b].map((other) => Math.exp(2 * x * (other + 0.5))) as [number, number];
			return (3 * (a * first + b * second)) / (first + second) + 7;
		};
		expectNear(run(await readTfjs(model(inbound), weights), [a, b]), [mixed(a), mixed(b)]);
	});

	it("refuses masks, windows and axes by name", async () => {
		const causal = [
			[
				["in", 0, 0, {}],
				["in", 0, 0, { use_causal_mask: true }],
			],
		];
		await expectRefusal(readTfjs(model(causal), weights), "unsupported-model", "use_causal_mask");
		const windowed = model(from("in", "in"), { sliding_window: 3 });
		await expectRefusal(readTfjs(windowed, weights), "unsupported-model", "sliding_window");
		const axes = model(from("in", "in"), { attention_axes: [2] });
		await expectRefusal(readTfjs(axes, weights), "unsupported-model", "attention_axes");
	});
});
