import { describe, expect, it } from "vitest";
import type { PointwiseFunction } from "../../../src/compute/network/types.js";
import { expectRefusal, nodesOf, readBytes, readTfjs } from "./reading.js";
import { from, functional, h5Model, input, layer, sequential, values } from "./writers.js";

const NO_PADDING = { top: 0, bottom: 0, left: 0, right: 0 };

describe("dense and convolutions", () => {
	it("reads Dense, its activation as a node of the same layer", async () => {
		const nodes = await nodesOf(layer("Dense", "d", { units: 2, activation: "relu" }), [3], {
			"d/kernel": values([3, 2]),
			"d/bias": values([2], 40),
		});
		expect(nodes.map(({ name, layer, operation }) => [name, layer, operation.op])).toEqual([
			["d", "d", "Dense"],
			["d/relu", "d", "Pointwise"],
		]);
		expect(nodes[0]?.layerType).toBe("Dense");
		expect(nodes[0]?.weights.kernel?.shape).toEqual([3, 2]);
		expect([...(nodes[0]?.weights.bias?.data ?? [])]).toEqual([40 / 16, 41 / 16]);
		expect(nodes[1]?.outputShape).toEqual([2]);
	});

	it("leaves the bias out where the file does", async () => {
		const [dense] = await nodesOf(layer("Dense", "d", { units: 2, use_bias: false }), [3], {
			"d/kernel": values([3, 2]),
		});
		expect(dense?.weights.bias).toBeUndefined();
	});

	it("reads Conv2D with 'same' padding as TensorFlow means it: the odd pixel below and right", async () => {
		const config = { filters: 4, kernel_size: [3, 3], strides: [2, 2], padding: "same", groups: 2 };
		const [conv] = await nodesOf(layer("Conv2D", "c", config), [8, 7, 6], {
			"c/kernel": values([3, 3, 3, 4]),
			"c/bias": values([4]),
		});
		expect(conv?.operation).toEqual({
			op: "Conv2D",
			strides: [2, 2],
			dilations: [1, 1],
			padding: { top: 0, bottom: 1, left: 1, right: 1 },
			groups: 2,
		});
		expect(conv?.outputShape).toEqual([4, 4, 4]);
	});

	it("reads Conv2D with one number for both directions, and dilation", async () => {
		const config = { filters: 1, kernel_size: 3, strides: 1, dilation_rate: [2, 1], use_bias: false };
		const [conv] = await nodesOf(layer("Conv2D", "c", config), [9, 9, 1], { "c/kernel": values([3, 3, 1, 1]) });
		expect(conv?.operation).toMatchObject({ dilations: [2, 1], padding: NO_PADDING });
		expect(conv?.outputShape).toEqual([5, 7, 1]);
	});

	it("reads DepthwiseConv2D", async () => {
		const config = { kernel_size: [3, 3], depth_multiplier: 2, padding: "same" };
		const [conv] = await nodesOf(layer("DepthwiseConv2D", "c", config), [5, 5, 3], {
			"c/depthwise_kernel": values([3, 3, 3, 2]),
			"c/bias": values([6]),
		});
		expect(conv?.operation.op).toBe("DepthwiseConv2D");
		expect(conv?.outputShape).toEqual([5, 5, 6]);
	});

	it("reads SeparableConv2D as a depthwise and a pointwise node, with bias and activation at the end", async () => {
		const config = { filters: 5, kernel_size: [3, 3], activation: "tanh" };
		const nodes = await nodesOf(layer("SeparableConv2D", "s", config), [6, 6, 2], {
			"s/depthwise_kernel": values([3, 3, 2, 1]),
			"s/pointwise_kernel": values([1, 1, 2, 5]),
			"s/bias": values([5]),
		});
		expect(nodes.map((node) => node.name)).toEqual(["s/depthwise", "s/pointwise", "s/tanh"]);
		expect(nodes[0]?.weights.bias).toBeUndefined();
		expect(nodes[1]?.weights.bias?.shape).toEqual([5]);
		expect(nodes[2]?.outputShape).toEqual([4, 4, 5]);
	});

	it("refuses causal padding of images in words", async () => {
		const conv = (more: object) => layer("Conv2D", "c", { filters: 1, kernel_size: 1, ...more });
		await expectRefusal(nodesOf(conv({ padding: "causal" }), [4, 4, 1]), "unsupported-model", "padding 'causal'");
	});
});

describe("normalization", () => {
	const statistics = { "b/moving_mean": values([3], 5), "b/moving_variance": values([3], 9) };

	it.each([[-1], [3], [[3]], [[-1]]])("reads BatchNormalization with axis %j", async (axis) => {
		const [node] = await nodesOf(layer("BatchNormalization", "b", { axis, epsilon: 0.01 }), [2, 2, 3], {
			...statistics,
			"b/gamma": values([3], 20),
			"b/beta": values([3], 30),
		});
		expect(node?.operation).toEqual({ op: "BatchNormalization", epsilon: 0.01 });
		expect(node?.weights.gamma?.data[0]).toBe(20 / 16);
		expect(node?.weights.beta?.data[0]).toBe(30 / 16);
		expect(node?.weights.mean?.data[0]).toBe(5 / 16);
		expect(node?.weights.variance?.data[0]).toBe(9 / 16);
	});

	it("reads BatchNormalization without scale and centre", async () => {
		const [node] = await nodesOf(
			layer("BatchNormalization", "b", { scale: false, center: false }),
			[2, 2, 3],
			statistics,
		);
		expect(Object.keys(node?.weights ?? {}).sort()).toEqual(["mean", "variance"]);
		expect(node?.operation).toMatchObject({ epsilon: 1e-3 });
	});

	it("reads BatchNormalization over rows, which come last for it", async () => {
		const config = { axis: 1, scale: false, center: false };
		const nodes = await nodesOf(layer("BatchNormalization", "b", config), [3, 2, 4], statistics);
		expect(nodes.map(({ operation, outputShape }) => [operation.op, outputShape])).toEqual([
			["Transpose", [2, 4, 3]],
			["BatchNormalization", [2, 4, 3]],
			["Transpose", [3, 2, 4]],
		]);
	});

	it("reads Rescaling with numbers and with one per channel", async () => {
		const [one] = await nodesOf(layer("Rescaling", "r", { scale: 0.5, offset: -1 }), [2, 2, 3]);
		expect(one).toMatchObject({ operation: { op: "Affine" }, layerType: "Rescaling" });
		expect([...(one?.weights.scale?.data ?? [])]).toEqual([0.5]);
		expect([...(one?.weights.offset?.data ?? [])]).toEqual([-1]);
		const wrapped = { class_name: "__numpy__", config: { value: [1, 2, 4], dtype: "float64" } };
		const [three] = await nodesOf(layer("Rescaling", "r", { scale: wrapped }), [2, 2, 3]);
		expect([...(three?.weights.scale?.data ?? [])]).toEqual([1, 2, 4]);
		expect([...(three?.weights.offset?.data ?? [])]).toEqual([0]);
		await expectRefusal(
			nodesOf(layer("Rescaling", "r", { scale: [1, 2] }), [2, 2, 3]),
			"unreadable-model",
			"3 channels",
		);
	});

	it("reads Normalization from its configuration: (x - mean) / sqrt(variance)", async () => {
		const config = { axis: [-1], mean: [[[[1, 2, 3]]]], variance: [4, 16, 0.25] };
		const [node] = await nodesOf(layer("Normalization", "n", config), [2, 2, 3]);
		expect([...(node?.weights.scale?.data ?? [])]).toEqual([0.5, 0.25, 2]);
		expect([...(node?.weights.offset?.data ?? [])]).toEqual([-0.5, -0.5, -6]);
	});

	it("reads Normalization's adapted weights, one for all channels with axis null, and its inverse", async () => {
		const config = { axis: null, invert: true };
		const [node] = await nodesOf(layer("Normalization", "n", config), [2, 2, 3], {
			"n/mean": { shape: [], data: [3] },
			"n/variance": { shape: [], data: [4] },
		});
		expect([...(node?.weights.scale?.data ?? [])]).toEqual([2]);
		expect([...(node?.weights.offset?.data ?? [])]).toEqual([3]);
	});

	it("divides by at least 1e-7, as Keras does", async () => {
		const [node] = await nodesOf(layer("Normalization", "n", { mean: 0, variance: 0, axis: null }), [2]);
		expect(node?.weights.scale?.data[0]).toBeCloseTo(1e7, -1);
	});
});

describe("pooling", () => {
	it("reads windows; strides are the window where the file leaves them out", async () => {
		const [max] = await nodesOf(layer("MaxPooling2D", "p", { pool_size: [2, 3], strides: null }), [7, 7, 2]);
		expect(max?.operation).toEqual({ op: "MaxPool2D", size: [2, 3], strides: [2, 3], padding: NO_PADDING });
		expect(max?.outputShape).toEqual([3, 2, 2]);
		const config = { pool_size: 3, strides: 2, padding: "same" };
		const [average] = await nodesOf(layer("AveragePooling2D", "p", config), [8, 8, 2]);
		expect(average?.operation).toEqual({
			op: "AveragePool2D",
			size: [3, 3],
			strides: [2, 2],
			padding: { top: 0, bottom: 1, left: 0, right: 1 },
			countPadding: false,
		});
	});

	it.each([
		["GlobalMaxPooling2D", "GlobalMaxPool2D"],
		["GlobalAveragePooling2D", "GlobalAveragePool2D"],
	])("reads %s with and without keepdims", async (className, op) => {
		const [plain] = await nodesOf(layer(className, "g"), [4, 5, 2]);
		expect(plain).toMatchObject({ operation: { op, keepDims: false }, outputShape: [2] });
		const [kept] = await nodesOf(layer(className, "g", { keepdims: true }), [4, 5, 2]);
		expect(kept).toMatchObject({ operation: { op, keepDims: true }, outputShape: [1, 1, 2] });
	});
});

describe("shapes and merging", () => {
	it("reads Flatten, Reshape with an open size, and ZeroPadding2D in its three forms", async () => {
		const [flat] = await nodesOf(layer("Flatten", "f"), [2, 3, 4]);
		expect(flat).toMatchObject({ operation: { op: "Flatten" }, outputShape: [24] });
		const [reshaped] = await nodesOf(layer("Reshape", "r", { target_shape: [4, -1] }), [2, 3, 4]);
		expect(reshaped?.operation).toEqual({ op: "Reshape", shape: [4, 6] });
		await expectRefusal(
			nodesOf(layer("Reshape", "r", { target_shape: [5, -1] }), [2, 3, 4]),
			"unreadable-model",
			"24 values",
		);
		for (const [padding, expected] of [
			[2, { top: 2, bottom: 2, left: 2, right: 2 }],
			[[1, 3], { top: 1, bottom: 1, left: 3, right: 3 }],
			[
				[
					[0, 1],
					[2, 3],
				],
				{ top: 0, bottom: 1, left: 2, right: 3 },
			],
		] as const) {
			const [padded] = await nodesOf(layer("ZeroPadding2D", "z", { padding }), [4, 4, 1]);
			expect(padded?.operation).toEqual({ op: "ZeroPad2D", padding: expected });
		}
	});

	it("reads Add, Multiply and Concatenate", async () => {
		for (const [className, config, op, shape] of [
			["Add", {}, "Add", [4, 4, 2]],
			["Multiply", {}, "Multiply", [4, 4, 2]],
			["Concatenate", { axis: -1 }, "Concatenate", [4, 4, 4]],
			["Concatenate", { axis: 1 }, "Concatenate", [8, 4, 2]],
		] as const) {
			const network = await readTfjs(
				functional([
					input([4, 4, 2]),
					layer("ReLU", "a", {}, from("in")),
					layer("ELU", "b", {}, from("in")),
					layer(className, "out", config, from("a", "b")),
				]),
			);
			expect(network.nodes.at(-1)).toMatchObject({ operation: { op }, outputShape: shape, inputs: ["a", "b"] });
		}
	});

	it("lines up operands of different rank at the end, as Keras does after the batch", async () => {
		const network = await readTfjs(
			functional([
				input([4, 4, 2]),
				layer("GlobalMaxPooling2D", "g", {}, from("in")),
				layer("Add", "out", {}, from("in", "g")),
			]),
		);
		expect(network.nodes.at(-1)?.outputShape).toEqual([4, 4, 2]);
	});

	it.each([
		"Dropout",
		"SpatialDropout2D",
		"GaussianNoise",
		"GaussianDropout",
		"AlphaDropout",
		"ActivityRegularization",
		"RandomFlip",
		"RandomRotation",
		"RandomZoom",
		"RandomTranslation",
		"RandomContrast",
		"RandomBrightness",
	])("reads %s as nothing at inference", async (className) => {
		const [node] = await nodesOf(layer(className, "x", { rate: 0.5 }), [4, 4, 2]);
		expect(node).toMatchObject({ operation: { op: "Identity" }, layerType: className, outputShape: [4, 4, 2] });
	});
});

describe("activations", () => {
	const functions: readonly (readonly [string, PointwiseFunction])[] = [
		["relu", { fn: "relu" }],
		["relu6", { fn: "generalRelu", max: 6, slope: 0, threshold: 0 }],
		["leaky_relu", { fn: "generalRelu", max: null, slope: 0.2, threshold: 0 }],
		["elu", { fn: "elu", alpha: 1 }],
		["selu", { fn: "selu" }],
		["sigmoid", { fn: "sigmoid" }],
		["hard_sigmoid", { fn: "hardSigmoid", slope: 0.2, offset: 0.5 }],
		["hardSigmoid", { fn: "hardSigmoid", slope: 0.2, offset: 0.5 }],
		["hard_silu", { fn: "hardSwish" }],
		["tanh", { fn: "tanh" }],
		["softplus", { fn: "softplus" }],
		["softsign", { fn: "softsign" }],
		["swish", { fn: "swish" }],
		["silu", { fn: "swish" }],
		["gelu", { fn: "gelu", approximate: false }],
		["mish", { fn: "mish" }],
		["exponential", { fn: "exponential" }],
	];

	it.each(functions)("reads %s", async (name, expected) => {
		const [node] = await nodesOf(layer("Activation", "a", { activation: name }), [4]);
		expect(node?.operation).toEqual({ op: "Pointwise", function: expected });
	});

	it("reads linear as nothing and softmax as Softmax", async () => {
		const [linear] = await nodesOf(layer("Activation", "a", { activation: "linear" }), [4]);
		expect(linear?.operation).toEqual({ op: "Identity" });
		const [softmax] = await nodesOf(layer("Activation", "a", { activation: "softmax" }), [4]);
		expect(softmax?.operation).toEqual({ op: "Softmax" });
	});

	it("names an unknown activation", async () => {
		const work = nodesOf(layer("Activation", "a", { activation: "my_act" }), [4]);
		await expectRefusal(work, "unsupported-model", "the activation 'my_act' at Activation 'a'");
		const custom = { class_name: "MyAct", module: "evil", config: {} };
		await expectRefusal(nodesOf(layer("Activation", "a", { activation: custom }), [4]), "unsupported-model", "opaque");
	});

	it("reads Keras 3's functions and layers as activations", async () => {
		const relu = { module: "builtins", class_name: "function", config: "relu", registered_name: "function" };
		const [first] = await nodesOf(layer("Activation", "a", { activation: relu }), [4]);
		expect(first?.operation).toMatchObject({ function: { fn: "relu" } });
		const leaky = { module: "keras.layers", class_name: "LeakyReLU", config: { negative_slope: 0.07 } };
		const nodes = await nodesOf(layer("Dense", "d", { units: 1, use_bias: false, activation: leaky }), [1], {
			"d/kernel": values([1, 1]),
		});
		expect(nodes[1]?.operation).toMatchObject({ function: { fn: "generalRelu", slope: 0.07 } });
	});

	it.each([
		["ReLU", {}, { fn: "relu" }],
		[
			"ReLU",
			{ max_value: 6, negative_slope: 0.1, threshold: 0.5 },
			{ fn: "generalRelu", max: 6, slope: 0.1, threshold: 0.5 },
		],
		["LeakyReLU", {}, { fn: "generalRelu", max: null, slope: 0.3, threshold: 0 }],
		["LeakyReLU", { alpha: 0.1 }, { fn: "generalRelu", max: null, slope: 0.1, threshold: 0 }],
		["LeakyReLU", { negative_slope: 0.2 }, { fn: "generalRelu", max: null, slope: 0.2, threshold: 0 }],
		["ThresholdedReLU", { theta: 2 }, { fn: "generalRelu", max: null, slope: 0, threshold: 2 }],
		["ELU", { alpha: 0.5 }, { fn: "elu", alpha: 0.5 }],
	] as const)("reads the layer %s %j", async (className, config, expected) => {
		const [node] = await nodesOf(layer(className, "a", config), [4]);
		expect(node?.operation).toEqual({ op: "Pointwise", function: expected });
	});

	it("reads Softmax over any axes but the batch", async () => {
		const [node] = await nodesOf(layer("Softmax", "s", { axis: 1 }), [4]);
		expect(node?.operation).toEqual({ op: "Softmax" });
		const rows = await nodesOf(layer("Softmax", "s", { axis: [1, 2] }), [2, 4, 3]);
		expect(rows.map(({ operation, outputShape }) => [operation.op, outputShape])).toEqual([
			["Transpose", [3, 2, 4]],
			["Reshape", [3, 8]],
			["Softmax", [3, 8]],
			["Reshape", [3, 2, 4]],
			["Transpose", [2, 4, 3]],
		]);
		await expectRefusal(nodesOf(layer("Softmax", "s", { axis: 0 }), [2, 4]), "unsupported-model", "the batch");
	});

	it("reads PReLU with an alpha for each value and with shared axes", async () => {
		const [own] = await nodesOf(layer("PReLU", "p"), [2, 3, 4], { "p/alpha": values([2, 3, 4]) });
		expect(own?.weights.alpha?.shape).toEqual([2, 3, 4]);
		const [shared] = await nodesOf(layer("PReLU", "p", { shared_axes: [1, 2] }), [2, 3, 4], {
			"p/alpha": values([1, 1, 4]),
		});
		expect(shared?.weights.alpha?.shape).toEqual([1, 1, 4]);
	});

	it("takes hard_sigmoid as Keras 2 or as Keras 3 means it", async () => {
		const config = sequential([input([2]), layer("Activation", "a", { activation: "hard_sigmoid" })]);
		for (const [kerasVersion, slope] of [
			["2.15.0", 0.2],
			["3.4.1", 1 / 6],
		] as const) {
			const network = await readBytes(await h5Model({ config, weights: {}, kerasVersion }), "m.h5");
			expect(network.nodes[1]?.operation).toMatchObject({ function: { fn: "hardSigmoid", slope, offset: 0.5 } });
		}
	});
});
