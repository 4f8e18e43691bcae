/** Operations between layers, in each form that files have them: against the same computed here from their definition. */
import { describe, expect, it } from "vitest";
import type { Network } from "../../../../src/compute/network/types.js";
import { execute64 } from "../../../reference/execute64.js";
import { expectRefusal, readBytes, readTfjs } from "../reading.js";
import { functional, h5Model, input, kerasArchive, layer, type NamedValues, type Serialised } from "../writers.js";

/** An output of a layer as Keras 3 writes it. */
function tensor(name: string, at = 0): Serialised {
	return {
		class_name: "__keras_tensor__",
		config: { shape: [null, 1], dtype: "float32", keras_history: [name, 0, at] },
	};
}

function array(value: unknown, className = "__tensor__"): Serialised {
	return { class_name: className, config: { value, dtype: "float32" } };
}

/** An operation of Keras 3, in the module that a `.keras` file names. */
function operation(className: string, name: string, args: readonly unknown[], config: Serialised = {}): Serialised {
	return {
		module: "keras.src.ops.numpy",
		registered_name: className,
		...layer(className, name, config, [{ args, kwargs: {} }]),
	};
}

const archive = async (layers: readonly Serialised[], shape: readonly number[], weights: NamedValues = {}) =>
	readBytes(await kerasArchive(functional([input(shape), ...layers]), weights), "m.keras");

async function outputOf(layers: readonly Serialised[], shape: readonly number[], x: readonly number[]) {
	return run(await archive(layers, shape), x);
}

function run(network: Network, x: readonly number[]): readonly number[] {
	return [...execute64(network, x)];
}

function expectNear(found: readonly number[], expected: readonly number[]): void {
	expect(found).toHaveLength(expected.length);
	// Constants are float32; sums of few terms below 1000.
	for (const [i, value] of found.entries())
		expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
}

const PICTURE = [0, 128, 255, 10, 20, 30];
const MEANS = { caffe: [-103.939, -116.779, -123.68], torch: [-0.485, -0.456, -0.406] } as const;
const DEVIATIONS = [0.229, 0.224, 0.225];
const channel = (name: string, index: number) =>
	operation("GetItem", name, [tensor("in"), [{ class_name: "__ellipsis__", config: {} }, index]]);

describe("preprocess_input inside a net becomes plain operations", () => {
	it("mode tf: (x / 127.5) - 1", async () => {
		const layers = [
			operation("TrueDivide", "divided", [tensor("in"), 127.5]),
			operation("Subtract", "out", [tensor("divided"), 1]),
		];
		const network = await archive(layers, [1, 2, 3]);
		expectNear(
			run(network, PICTURE),
			PICTURE.map((v) => v / 127.5 - 1),
		);
		expect(network.nodes.map(({ name, operation: { op } }) => [name, op])).toEqual([
			["in", "Input"],
			["divided", "Affine"],
			["out", "Affine"],
		]);
	});

	it("mode caffe: channels turned round, less a mean", async () => {
		const layers = [
			channel("c2", 2),
			channel("c1", 1),
			channel("c0", 0),
			operation("Stack", "bgr", [[tensor("c2"), tensor("c1"), tensor("c0")]], { axis: -1 }),
			operation("Add", "out", [tensor("bgr"), array([[[MEANS.caffe]]])]),
		];
		const network = await archive(layers, [1, 2, 3]);
		const [r0, g0, b0, r1, g1, b1] = PICTURE as [number, number, number, number, number, number];
		const turned = [b0, g0, r0, b1, g1, r1];
		expectNear(
			run(network, PICTURE),
			turned.map((v, i) => v + (MEANS.caffe[i % 3] as number)),
		);
		expect(network.nodes.map((node) => node.operation.op)).toEqual(["Input", "Gather", "Affine"]);
	});

	it("mode torch: to 0..1, less a mean, by a deviation", async () => {
		const layers = [
			operation("TrueDivide", "scaled", [tensor("in"), 255]),
			operation("Add", "centred", [tensor("scaled"), array([[[MEANS.torch]]])]),
			operation("TrueDivide", "out", [tensor("centred"), array(DEVIATIONS, "__numpy__")]),
		];
		const network = await archive(layers, [1, 2, 3]);
		expectNear(
			run(network, PICTURE),
			PICTURE.map((v, i) => (v / 255 + (MEANS.torch[i % 3] as number)) / (DEVIATIONS[i % 3] as number)),
		);
		expect(network.nodes.map((node) => node.operation.op)).toEqual(["Input", "Affine", "Affine", "Affine"]);
	});

	it.each([
		[
			"tf",
			[
				{ function: "math.truediv", y: 127.5 },
				{ function: "math.subtract", y: 1 },
			],
			(v: number) => v / 127.5 - 1,
		],
		[
			"torch",
			[
				{ function: "math.truediv", y: 255 },
				{ function: "nn.bias_add", bias: MEANS.torch, data_format: "NHWC" },
				{ function: "math.truediv", y: DEVIATIONS },
			],
			(v: number, i: number) => (v / 255 + (MEANS.torch[i % 3] as number)) / (DEVIATIONS[i % 3] as number),
		],
	] as const)("of Keras 2, mode %s, as TFOpLambda", async (_, steps, expected) => {
		const layers = steps.map(({ function: name, ...more }, i) => {
			const own = i === steps.length - 1 ? "out" : `step${i}`;
			return layer("TFOpLambda", own, { function: name, trainable: true, dtype: "float32" }, [
				[i === 0 ? "in" : `step${i - 1}`, 0, 0, { ...more, name: null }],
			]);
		});
		const config = functional([input([1, 2, 3]), ...layers]);
		const network = await readBytes(await h5Model({ config, weights: {} }), "m.h5");
		expectNear(run(network, PICTURE), PICTURE.map(expected));
		expect(new Set(network.nodes.slice(1).map((node) => node.operation.op))).toEqual(new Set(["Affine"]));
	});

	it("of Keras 2, mode caffe, with a SlicingOpLambda", async () => {
		const key = [{ class_name: "__ellipsis__" }, { start: null, stop: null, step: -1 }];
		const config = functional([
			input([1, 1, 3]),
			layer("SlicingOpLambda", "turned", { function: "__operators__.getitem" }, [["in", 0, 0, { slice_spec: key }]]),
			layer("TFOpLambda", "out", { function: "nn.bias_add" }, [["turned", 0, 0, { bias: MEANS.caffe }]]),
		]);
		const network = await readBytes(await h5Model({ config, weights: {} }), "m.h5");
		expectNear(run(network, [1, 2, 3]), [3 + MEANS.caffe[0], 2 + MEANS.caffe[1], 1 + MEANS.caffe[2]]);
	});

	it("of TensorFlow 2.0 to 2.3, as nodes of a graph with constants", async () => {
		const node = (name: string, op: string, from: string, constant: unknown) =>
			layer(
				"TensorFlowOpLayer",
				name,
				{ node_def: { name, op, input: [from, `${name}/y`] }, constants: { 1: constant } },
				[[[from, 0, 0, {}]]],
			);
		const config = functional([
			input([3]),
			node("scaled", "RealDiv", "in", 2),
			node("out", "Sub", "scaled", [1, 2, 3]),
		]);
		expectNear(run(await readTfjs(config), [2, 4, 8]), [0, 0, 1]);
	});
});

describe("operators and keras.ops", () => {
	const one = (className: string, args: readonly unknown[], config: Serialised = {}) => [
		operation(className, "out", args, config),
	];
	const x = [1, -2, 3, -4, 5, -6];

	it.each([
		["Add", [tensor("in"), 0.5], {}, x.map((v) => v + 0.5)],
		["Add", [3, tensor("in")], {}, x.map((v) => v + 3)],
		["Subtract", [1, tensor("in")], {}, x.map((v) => 1 - v)],
		["Multiply", [tensor("in"), array([1, 2, 3])], {}, [1, -4, 9, -4, 10, -18]],
		["Divide", [6, tensor("in")], {}, x.map((v) => 6 / v)],
		["Power", [tensor("in"), 2], {}, x.map((v) => v * v)],
		["Maximum", [tensor("in"), 2], {}, x.map((v) => Math.max(v, 2))],
		["Minimum", [tensor("in"), tensor("in")], {}, x],
		["Negative", [tensor("in")], {}, x.map((v) => -v)],
		["Sign", [tensor("in")], {}, x.map(Math.sign)],
		["Clip", [tensor("in")], { x_min: -3, x_max: 2 }, x.map((v) => Math.min(2, Math.max(-3, v)))],
		["Relu", [tensor("in")], {}, x.map((v) => Math.max(0, v))],
		["LeakyRelu", [tensor("in")], { negative_slope: 0.5 }, x.map((v) => (v < 0 ? v / 2 : v))],
		["Threshold", [tensor("in")], { threshold: 1, default_value: 9 }, x.map((v) => (v > 1 ? v : 9))],
		["Exp2", [tensor("in")], {}, x.map((v) => 2 ** v)],
		["Mean", [tensor("in")], { axis: -1, keepdims: false }, [2 / 3, -5 / 3]],
		["Sum", [tensor("in")], { axis: 1, keepdims: true }, [-3, 3, -3]],
		["Max", [tensor("in")], { axis: [1, 2], keepdims: false, initial: null }, [5]],
		["Var", [tensor("in")], { axis: 1, keepdims: false }, [6.25, 12.25, 20.25]],
		[
			"Logsumexp",
			[tensor("in")],
			{ axis: 2, keepdims: false },
			[
				[1, -2, 3],
				[-4, 5, -6],
			].map((row) => Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0))),
		],
		["Norm", [tensor("in")], { ord: null, axis: -1, keepdims: false }, [Math.sqrt(14), Math.sqrt(77)]],
		["Transpose", [tensor("in")], { axes: [0, 2, 1] }, [1, -4, -2, 5, 3, -6]],
		["Reshape", [tensor("in")], { newshape: [-1, 6] }, x],
		["Flip", [tensor("in")], { axis: 2 }, [3, -2, 1, -6, 5, -4]],
		["Roll", [tensor("in")], { shift: 1, axis: 2 }, [3, 1, -2, -6, -4, 5]],
		["Tile", [tensor("in")], { repeats: [1, 1, 2] }, [1, -2, 3, 1, -2, 3, -4, 5, -6, -4, 5, -6]],
		["Repeat", [tensor("in")], { repeats: 2, axis: 1 }, [1, -2, 3, 1, -2, 3, -4, 5, -6, -4, 5, -6]],
		["Take", [tensor("in"), array([2, -3])], { axis: 2 }, [3, 1, -6, -4]],
		[
			"Pad",
			[tensor("in")],
			{
				pad_width: [
					[0, 0],
					[0, 1],
					[1, 0],
				],
				mode: "constant",
			},
			[0, 1, -2, 3, 0, -4, 5, -6, 0, 0, 0, 0],
		],
		["Concatenate", [[tensor("in"), tensor("in")]], { axis: 1 }, [...x, ...x]],
		["Matmul", [tensor("in"), array([[1], [1], [1]])], {}, [2, -5]],
		[
			"Einsum",
			[
				tensor("in"),
				array([
					[1, 2],
					[1, 2],
					[1, 2],
				]),
			],
			{ subscripts: "bij,jk->bki" },
			[2, -5, 4, -10],
		],
		["Tensordot", [tensor("in"), array([[1], [1], [1]])], { axes: 1 }, [2, -5]],
		[
			"Softmax",
			[tensor("in")],
			{ axis: 1 },
			[
				[1, -4],
				[-2, 5],
				[3, -6],
			]
				.map(([a, b]) => 1 / (1 + Math.exp((b as number) - (a as number))))
				.concat(
					[
						[1, -4],
						[-2, 5],
						[3, -6],
					].map(([a, b]) => 1 / (1 + Math.exp((a as number) - (b as number)))),
				),
		],
	] as const)("%s of %j with %j", async (className, args, config, expected) => {
		expectNear(await outputOf(one(className, args, config), [2, 3], x), expected);
	});

	const slice = (start: number | null, stop: number | null, step: number | null) => ({
		class_name: "__slice__",
		config: { start, stop, step },
	});
	it.each([
		[
			[slice(null, null, null), 1],
			[-4, 5, -6],
		],
		[
			[slice(null, null, null), null, slice(null, null, null), -1],
			[3, -6],
		],
		[
			[slice(null, null, null), slice(null, null, -1), slice(1, null, null)],
			[5, -6, -2, 3],
		],
		[
			[{ class_name: "__ellipsis__", config: {} }, slice(0, 3, 2)],
			[1, 3, -4, -6],
		],
		[
			[slice(null, null, null), slice(null, null, null), [2, 0]],
			[3, 1, -6, -4],
		],
	])("x[%j]", async (key, expected) => {
		expectNear(await outputOf(one("GetItem", [tensor("in"), key]), [2, 3], x), expected);
	});

	it("give several outputs", async () => {
		const layers = [
			operation("Split", "rows", [tensor("in")], { indices_or_sections: 2, axis: 1 }),
			operation("Subtract", "out", [tensor("rows", 1), tensor("rows", 0)]),
		];
		expectNear(await outputOf(layers, [2, 3], x), [-5, 7, -9]);
	});

	it("compare and choose", async () => {
		const layers = [
			operation("Greater", "above", [tensor("in"), 0]),
			operation("Where", "out", [tensor("above"), tensor("in"), 7]),
		];
		expectNear(await outputOf(layers, [2, 3], x), [1, 7, 3, 7, 5, 7]);
	});

	it("compute with whole numbers of a file as with any others", async () => {
		const [mean, variance, scale] = [array([0, 0, 1]), array([3, 3, 15]), array([2, 4, 8])];
		const args = [tensor("in"), mean, variance, null, scale];
		const expected = x.map((v, i) => [v, 2 * v, 2 * (v - 1)][i % 3] as number);
		expectNear(await outputOf(one("BatchNorm", args, { axis: -1, epsilon: 1 }), [2, 3], x), expected);
	});

	it("go between layers, which get what they compute", async () => {
		const layers = [
			operation("ExpandDims", "more", [tensor("in")], { axis: -1 }),
			layer("Conv2D", "conv", { filters: 1, kernel_size: [1, 2], use_bias: false }, [
				{ args: [tensor("more")], kwargs: {} },
			]),
			operation("Add", "out", [tensor("conv"), 0.25]),
		];
		const weights = { "layers/conv2d/vars/0": { shape: [1, 2, 1, 1], data: [1, 10] } };
		const network = await archive(layers, [2, 3], weights);
		expectNear(
			run(network, x),
			[-19, 28, 46, -55].map((v) => v + 0.25),
		);
		expect(network.nodes.at(-1)).toMatchObject({ name: "out", layer: "out", layerType: "Add" });
	});

	it("count for nothing in the places of weights, though they are called as layers", async () => {
		const dense = (name: string, from: string) =>
			layer("Dense", name, { units: 1, use_bias: false }, [{ args: [tensor(from)], kwargs: {} }]);
		const layers = [
			dense("a", "in"),
			operation("Dense", "never", [tensor("a")]),
			dense("b", "in"),
			layer("Add", "sum", { trainable: true }, [{ args: [[tensor("a"), tensor("b")]], kwargs: {} }]),
			operation("Multiply", "out", [tensor("sum"), 2]),
		];
		const weights = {
			"layers/dense/vars/0": { shape: [2, 1], data: [1, 2] },
			"layers/dense_1/vars/0": { shape: [2, 1], data: [10, 20] },
		};
		expectNear(run(await archive(layers, [2], weights), [1, 1]), [66]);
	});

	it("are told from layers in an .h5 of Keras 3, which names no modules", async () => {
		const bare = ({ module, registered_name, ...rest }: Serialised) => {
			expect([module, registered_name]).not.toContain(undefined);
			return rest;
		};
		const config = functional([
			input([2, 3]),
			layer("Add", "sum", { trainable: true, dtype: "float32" }, [
				{ args: [[tensor("in"), tensor("in")]], kwargs: {} },
			]),
			bare(operation("Add", "more", [tensor("sum"), 1])),
			bare(operation("Cast", "cast", [tensor("more")], { dtype: "float32" })),
			bare(operation("Average", "mean", [tensor("cast")], { axis: 1 })),
			bare(operation("Reshape", "out", [tensor("mean")], { newshape: [-1, 3] })),
		]);
		const network = await readBytes(await h5Model({ config, weights: {}, kerasVersion: "3.9.0" }), "m.h5");
		expectNear(run(network, x), [-2, 4, -2]);
	});

	it("of TensorFlow take shapes, constants first and lists", async () => {
		const lambda = (name: string, f: string, inbound: unknown) => layer("TFOpLambda", name, { function: f }, inbound);
		const config = functional([
			input([2, 3]),
			lambda("shape", "compat.v1.shape", [["in", 0, 0, {}]]),
			layer("SlicingOpLambda", "batch", { function: "__operators__.getitem" }, [["shape", 0, 0, { slice_spec: 0 }]]),
			lambda("flat", "reshape", [["in", 0, 0, { shape: [["batch", 0, 0], 6] }]]),
			lambda("less", "math.subtract", [["_CONSTANT_VALUE", -1, 1, { y: ["flat", 0, 0], name: null }]]),
			lambda("out", "concat", [
				[
					["less", 0, 0, { axis: -1 }],
					["flat", 0, 0, { axis: -1 }],
				],
			]),
		]);
		expectNear(run(await readTfjs(config), x), [...x.map((v) => 1 - v), ...x]);
	});

	it.each([
		["Cumsum", { axis: 1 }, "Unsupported operation 'Cumsum' at 'out'"],
		["Mean", { axis: null, keepdims: false }, "pictures influence each other"],
		["Mean", { axis: 0, keepdims: false }, "pictures influence each other"],
		["Softmax", { axis: 0 }, "isn't over one axis of the picture"],
		["Floor", {}, "Floor of what depends on the picture isn't read"],
		["Mean", { axis: 1, where: [1] }, "its argument 'where' isn't read"],
		["Pad", { pad_width: 1, mode: "constant" }, "it pads the batch"],
	])("%s with %j is refused in words", async (className, config, says) => {
		await expectRefusal(outputOf(one(className, [tensor("in")], config), [2, 3], x), "unsupported-model", says);
	});

	it.each([
		["Transpose", { axes: [0, 1] }, "order"],
		["Mean", { axis: 7 }, "There is no axis 7 among 3"],
		["Reshape", { newshape: [-1, 4] }, "can't be reshaped"],
		["Reshape", { newshape: [2 ** 40, 2 ** 40] }, "can't be reshaped"],
		["Repeat", { repeats: 1e9, axis: 1 }, "makes 2000000000 places"],
		["Take", { indices: [[9]], axis: 1 }, "index 9 of 2 values"],
	])("%s with %j, which no sound file has, is told", async (className, config, says) => {
		await expectRefusal(outputOf(one(className, [tensor("in")], config), [2, 3], x), "unreadable-model", says);
	});
});

describe("layers of keras.applications", () => {
	const pair = [
		layer("Rescaling", "a", { scale: 2 }, [{ args: [tensor("in")], kwargs: {} }]),
		layer("Rescaling", "b", { scale: 10 }, [{ args: [tensor("in")], kwargs: {} }]),
	];
	const both = [{ args: [[tensor("a"), tensor("b")]], kwargs: {} }];
	const registered = (className: string, config: Serialised, inbound: unknown) => ({
		module: "keras.src.applications.convnext",
		registered_name: className,
		...layer(className, "out", config, inbound),
	});

	it("ConvNeXt's LayerScale and StochasticDepth", async () => {
		const depth = {
			...registered("StochasticDepth", { drop_path_rate: 0.1 }, [{ args: [tensor("in")], kwargs: {} }]),
			name: "depth",
		};
		const scale = registered("LayerScale", { init_values: 1e-6, projection_dim: 2 }, [
			{ args: [tensor("depth")], kwargs: {} },
		]);
		const weights = { "layers/layer_scale/vars/0": { shape: [2], data: [3, 5] } };
		expectNear(run(await archive([depth, scale], [2], weights), [1, 2]), [3, 10]);
		const wrong = archive([depth, { ...scale, config: { init_values: 1, projection_dim: 3 } }], [2], weights);
		await expectRefusal(wrong, "unreadable-model", "'projection_dim'");
	});

	it("InceptionResNetV2's scaled residual, as a layer and as the Lambda of Keras 2", async () => {
		const own = registered("CustomScaleLayer", { scale: 0.1 }, both);
		expectNear(await outputOf([...pair, own], [2], [1, 2]), [3, 6]);
		const unpackaged = layer("Custom>CustomScaleLayer", "out", { scale: 0.1 }, both);
		const keras2 = await readTfjs(functional([input([2]), ...pair, unpackaged], { outputs: [["out", 0, 0]] }));
		expectNear(run(keras2, [1, 2]), [3, 6]);
		expect(keras2.warnings.join()).toContain("'Custom>CustomScaleLayer' are read as");
		const lambda = (name: string, more: Serialised) => ({
			...layer("Lambda", name, { arguments: { scale: 0.1 }, function: ["4wE", null, null], ...more }, both),
		});
		const ends = { outputs: [["block35_1", 0, 0]] };
		const network = await readTfjs(functional([input([2]), ...pair, lambda("block35_1", {})], ends));
		expectNear(run(network, [1, 2]), [3, 6]);
		expect(network.warnings.join()).toContain("their code isn't run");
		const other = readTfjs(
			functional([input([2]), ...pair, lambda("block35_1", { arguments: { scale: 1, by: 2 } })], ends),
		);
		await expectRefusal(other, "unsupported-model", "Unsupported layer 'Lambda' at 'block35_1': it is opaque");
		const renamed = readTfjs(functional([input([2]), ...pair, lambda("mine", {})], { outputs: [["mine", 0, 0]] }));
		await expectRefusal(renamed, "unsupported-model", "Unsupported layer 'Lambda' at 'mine': it is opaque");
	});
});

describe("channels first", () => {
	const FIRST = { data_format: "channels_first" };
	const to = (name: string) => [{ args: [tensor(name)], kwargs: {} }];
	const kernel = { shape: [1, 1, 2, 2], data: [1, 0, 10, 1] };
	const layers = [
		layer("Conv2D", "conv", { filters: 2, kernel_size: 1, use_bias: false, activation: "relu", ...FIRST }, to("in")),
		layer("BatchNormalization", "norm", { axis: 1, epsilon: 0 }, to("conv")),
		layer("Add", "sum", { trainable: true }, [{ args: [[tensor("norm"), tensor("in")]], kwargs: {} }]),
		layer("Concatenate", "both", { axis: 1, trainable: true }, [{ args: [[tensor("sum"), tensor("in")]], kwargs: {} }]),
		layer("Activation", "act", { activation: "relu" }, to("both")),
	];
	const weights: NamedValues = {
		"layers/conv2d/vars/0": kernel,
		"layers/batch_normalization/vars/0": { shape: [2], data: [1, 2] },
		"layers/batch_normalization/vars/1": { shape: [2], data: [0, 5] },
		"layers/batch_normalization/vars/2": { shape: [2], data: [1, 0] },
		"layers/batch_normalization/vars/3": { shape: [2], data: [4, 1] },
	};
	/** `[1, 3, 2]` with channels last: the network's own order. */
	const places = [
		[1, 2],
		[3, -4],
		[0, 5],
	] as const;
	const after = places.map(([a, b]) => {
		const [c, d] = [Math.max(0, a + 10 * b), Math.max(0, b)];
		const [n, m] = [(c - 1) / 2, 2 * d + 5];
		return [n + a, m + b, a, b].map((v) => Math.max(0, v));
	});

	it("is computed with channels last, and nothing is transposed where only places count", async () => {
		const network = await archive(
			[...layers, layer("GlobalAveragePooling2D", "out", FIRST, to("act"))],
			[2, 1, 3],
			weights,
		);
		expect(network.nodes[0]?.outputShape).toEqual([1, 3, 2]);
		expect(network.nodes.map((node) => node.operation.op)).not.toContain("Transpose");
		expectNear(
			run(network, places.flat()),
			[0, 1, 2, 3].map((i) => after.reduce((sum, v) => sum + (v[i] as number), 0) / 3),
		);
	});

	it.each([
		["Flatten that says so goes by places", FIRST, after.flat()],
		[
			"Flatten that doesn't goes by channels",
			{ data_format: "channels_last" },
			[0, 1, 2, 3].flatMap((i) => after.map((v) => v[i] as number)),
		],
	])("%s", async (_, config, expected) => {
		const same = operation("Add", "same", [tensor("act"), 0]);
		const network = await archive([...layers, same, layer("Flatten", "out", config, to("same"))], [2, 1, 3], weights);
		expectNear(run(network, places.flat()), expected);
	});
});
