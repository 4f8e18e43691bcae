import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { NO_PADDING, samePadding } from "../../../src/compute/network/shapes.js";
import type { Network, Operation, Pair, PointwiseFunction, Shape } from "../../../src/compute/network/types.js";
import { describeAgreement, single, type Weights, weight } from "./agreement.js";

const conv = (kernel: Shape, size: Pair, options: Partial<Extract<Operation, { op: "Conv2D" }>> = {}) => {
	const strides = options.strides ?? [1, 1];
	const dilations = options.dilations ?? [1, 1];
	const same = samePadding(size, [kernel[0] as number, kernel[1] as number], strides, dilations);
	return { op: "Conv2D", strides, dilations, padding: same, groups: 1, ...options } as const;
};

const functions: readonly PointwiseFunction[] = [
	{ fn: "relu" },
	{ fn: "generalRelu", max: 6, slope: 0, threshold: 0 },
	{ fn: "generalRelu", max: null, slope: 0.3, threshold: 0 },
	{ fn: "generalRelu", max: 1.5, slope: 0.1, threshold: 0.25 },
	{ fn: "elu", alpha: 1 },
	{ fn: "elu", alpha: 0.4 },
	{ fn: "selu" },
	{ fn: "sigmoid" },
	{ fn: "hardSigmoid", slope: 0.2, offset: 0.5 },
	{ fn: "hardSwish" },
	{ fn: "tanh" },
	{ fn: "softplus" },
	{ fn: "softsign" },
	{ fn: "swish" },
	{ fn: "gelu", approximate: false },
	{ fn: "gelu", approximate: true },
	{ fn: "mish" },
	{ fn: "exponential" },
	{ fn: "hardShrink", threshold: 0.5 },
	{ fn: "softShrink", threshold: 0.5 },
	{ fn: "tanhShrink" },
	{ fn: "squareplus", b: 4 },
	{ fn: "sparsePlus" },
	{ fn: "logSigmoid" },
];

const cases: readonly (readonly [string, Network])[] = [
	["Dense", single([7], { op: "Dense" }, { kernel: weight("k", [7, 4]), bias: weight("b", [4]) })],
	["Dense over the last of three axes", single([2, 3, 5], { op: "Dense" }, { kernel: weight("k", [5, 4]) })],
	[
		"Conv2D same",
		single([6, 7, 3], conv([3, 3], [6, 7]), { kernel: weight("k", [3, 3, 3, 4]), bias: weight("b", [4]) }),
	],
	[
		"Conv2D same, even kernel, stride 2",
		single([7, 6, 2], conv([4, 2], [7, 6], { strides: [2, 2] }), { kernel: weight("k", [4, 2, 2, 3]) }),
	],
	[
		"Conv2D valid",
		single([6, 7, 2], conv([3, 2], [6, 7], { padding: NO_PADDING }), { kernel: weight("k", [3, 2, 2, 3]) }),
	],
	[
		"Conv2D odd padding",
		single([5, 5, 2], conv([3, 3], [5, 5], { padding: { top: 2, bottom: 0, left: 1, right: 3 } }), {
			kernel: weight("k", [3, 3, 2, 3]),
		}),
	],
	[
		"Conv2D dilated",
		single([9, 9, 2], conv([3, 3], [9, 9], { dilations: [2, 3] }), { kernel: weight("k", [3, 3, 2, 3]) }),
	],
	[
		"Conv2D groups",
		single([5, 5, 4], conv([3, 3], [5, 5], { groups: 2 }), {
			kernel: weight("k", [3, 3, 2, 6]),
			bias: weight("b", [6]),
		}),
	],
	[
		"Conv2D unequal strides",
		single([7, 8, 2], conv([3, 3], [7, 8], { strides: [1, 2] }), { kernel: weight("k", [3, 3, 2, 3]) }),
	],
	...(
		[
			[1, 1],
			[2, 2],
			[1, 2],
		] as const
	).map(
		(strides) =>
			[
				`DepthwiseConv2D strides ${strides}`,
				single(
					[7, 8, 3],
					{ op: "DepthwiseConv2D", strides, dilations: [1, 1], padding: samePadding([7, 8], [3, 3], strides, [1, 1]) },
					{ kernel: weight("k", [3, 3, 3, 2]), bias: weight("b", [6]) },
				),
			] as const,
	),
	[
		"DepthwiseConv2D dilated",
		single(
			[7, 8, 3],
			{ op: "DepthwiseConv2D", strides: [1, 1], dilations: [2, 2], padding: NO_PADDING },
			{ kernel: weight("k", [3, 3, 3, 1]) },
		),
	],
	[
		"BatchNormalization",
		single(
			[3, 3, 4],
			{ op: "BatchNormalization", epsilon: 1e-3 },
			{
				mean: weight("m", [4]),
				variance: { name: "v", shape: [4], data: Float32Array.of(0.5, 1, 2, 0.01) },
				gamma: weight("g", [4]),
				beta: weight("b", [4]),
			},
		),
	],
	[
		"BatchNormalization without gamma and beta",
		single(
			[4],
			{ op: "BatchNormalization", epsilon: 1e-3 },
			{ mean: weight("m", [4]), variance: { name: "v", shape: [4], data: Float32Array.of(0.5, 1, 2, 3) } },
		),
	],
	["Affine", single([3, 3, 3], { op: "Affine" }, { scale: weight("s", [3]), offset: weight("o", [1]) })],
	["MaxPool2D", single([6, 6, 2], { op: "MaxPool2D", size: [2, 2], strides: [2, 2], padding: NO_PADDING })],
	[
		"MaxPool2D same, overlapping",
		single([7, 7, 2], {
			op: "MaxPool2D",
			size: [3, 3],
			strides: [2, 2],
			padding: samePadding([7, 7], [3, 3], [2, 2], [1, 1]),
		}),
	],
	[
		"MaxPool2D odd padding",
		single([6, 6, 2], {
			op: "MaxPool2D",
			size: [3, 3],
			strides: [2, 2],
			padding: { top: 1, bottom: 0, left: 1, right: 0 },
		}),
	],
	[
		"AveragePool2D",
		single([6, 6, 2], { op: "AveragePool2D", size: [2, 2], strides: [2, 2], padding: NO_PADDING, countPadding: false }),
	],
	[
		"AveragePool2D same",
		single([7, 7, 2], {
			op: "AveragePool2D",
			size: [3, 3],
			strides: [2, 2],
			padding: samePadding([7, 7], [3, 3], [2, 2], [1, 1]),
			countPadding: false,
		}),
	],
	[
		"AveragePool2D odd padding, real pixels",
		single([6, 6, 2], {
			op: "AveragePool2D",
			size: [3, 3],
			strides: [2, 2],
			padding: { top: 1, bottom: 0, left: 1, right: 0 },
			countPadding: false,
		}),
	],
	[
		"AveragePool2D odd padding, counted",
		single([6, 6, 2], {
			op: "AveragePool2D",
			size: [3, 3],
			strides: [2, 2],
			padding: { top: 1, bottom: 0, left: 1, right: 0 },
			countPadding: true,
		}),
	],
	["GlobalMaxPool2D", single([4, 5, 3], { op: "GlobalMaxPool2D", keepDims: false })],
	["GlobalAveragePool2D", single([4, 5, 3], { op: "GlobalAveragePool2D", keepDims: true })],
	["Flatten", single([2, 3, 4], { op: "Flatten" })],
	["Reshape", single([2, 3, 4], { op: "Reshape", shape: [4, 6] })],
	["ZeroPad2D", single([3, 4, 2], { op: "ZeroPad2D", padding: { top: 1, bottom: 2, left: 0, right: 3 } })],
	["ReverseChannels", single([3, 4, 3], { op: "ReverseChannels" })],
	["PReLU per channel", single([3, 4, 3], { op: "PReLU" }, { alpha: weight("a", [1, 1, 3]) })],
	["PReLU per value", single([5], { op: "PReLU" }, { alpha: weight("a", [5]) })],
	["Softmax", single([2, 6], { op: "Softmax" })],
	["Identity", single([6], { op: "Identity" })],
	...functions.map((f) => [`Pointwise ${JSON.stringify(f)}`, single([40], { op: "Pointwise", function: f })] as const),
	["Add, Multiply and Concatenate with broadcasting", branches()],
];

function branches(): Network {
	const builder = new NetworkBuilder("keras-v3");
	const add = (name: string, operation: Operation, inputs: readonly string[], weights: Weights = {}) =>
		builder.add({ name, layer: name, layerType: operation.op, operation, inputs, weights });
	builder.input("x", [4, 4, 3]);
	add("a", { op: "Pointwise", function: { fn: "tanh" } }, ["x"]);
	add("pooled", { op: "GlobalAveragePool2D", keepDims: false }, ["x"]);
	add("gate", { op: "Pointwise", function: { fn: "sigmoid" } }, ["pooled"]);
	add("product", { op: "Multiply" }, ["a", "gate"]);
	add("sum", { op: "Add" }, ["product", "x", "a"]);
	add("joined", { op: "Concatenate", axis: 2 }, ["sum", "x"]);
	add("rows", { op: "Concatenate", axis: 0 }, ["joined", "joined"]);
	return builder.build("rows");
}

describeAgreement(cases.map(([name, network]) => ({ name, network })));
