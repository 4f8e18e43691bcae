import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { NO_PADDING } from "../../../src/compute/network/shapes.js";
import type {
	BinaryFunction,
	Matrix,
	Network,
	Operation,
	PointwiseFunction,
} from "../../../src/compute/network/types.js";
import { type Case, describeAgreement, normals, single, type Weights, weight } from "./agreement.js";

const tensor = (name: string, operation: Operation, input: readonly number[], weights: Weights = {}): Case => ({
	name,
	network: single(input, operation, weights),
});

/** Away from 0, where roots and quotients have no derivative. */
const positive = (v: number) => 0.3 + Math.abs(v);

/** `function` of two halves of the input. */
function ofTwo(f: BinaryFunction, domain?: (v: number) => number): Case {
	const builder = new NetworkBuilder("onnx");
	const add = (name: string, operation: Operation, inputs: readonly string[], weights: Weights = {}) =>
		builder.add({ name, layer: name, layerType: operation.op, operation, inputs, weights });
	builder.input("x", [2, 3, 4]);
	add("a", { op: "Slice", starts: [0, 0, 0], sizes: [1, 3, 4], steps: [1, 1, 1] }, ["x"]);
	add("b", { op: "Slice", starts: [1, 0, 0], sizes: [1, 3, 1], steps: [1, 1, 1] }, ["x"]);
	add("y", { op: "Binary", function: f }, ["a", "b"]);
	return { name: `Binary ${f} with broadcasting`, network: builder.build("y"), ...(domain && { domain }) };
}

/** Attention over four places: two products of values that both depend on the input. */
function attention(): Network {
	const builder = new NetworkBuilder("onnx");
	const add = (name: string, operation: Operation, inputs: readonly string[], weights: Weights = {}) =>
		builder.add({ name, layer: name, layerType: operation.op, operation, inputs, weights });
	builder.input("x", [4, 6]);
	add("heads", { op: "Reshape", shape: [4, 2, 3] }, ["x"]);
	add("q", { op: "Transpose", order: [1, 0, 2] }, ["heads"]);
	add("k", { op: "Transpose", order: [1, 2, 0] }, ["heads"]);
	add("scores", { op: "MatMul" }, ["q", "k"]);
	add("weights", { op: "Softmax" }, ["scores"]);
	add("mix", { op: "MatMul" }, ["weights", "q"]);
	add("fixed", { op: "Constant" }, [], { value: weight("c", [1, 3, 2]) });
	add("y", { op: "MatMul" }, ["mix", "fixed"]);
	return builder.build("y");
}

function selection(): Network {
	const builder = new NetworkBuilder("onnx");
	const add = (name: string, operation: Operation, inputs: readonly string[], weights: Weights = {}) =>
		builder.add({ name, layer: name, layerType: operation.op, operation, inputs, weights });
	builder.input("x", [3, 4]);
	add("bound", { op: "Constant" }, [], { value: weight("c", [4]) });
	add("below", { op: "Binary", function: "less" }, ["x", "bound"]);
	add("square", { op: "Multiply" }, ["x", "x"]);
	add("y", { op: "Select" }, ["below", "square", "bound"]);
	return builder.build("y");
}

function matrix(rows: number, columns: number): Matrix {
	return { rows, columns, data: normals(rows * columns, 0.5) };
}

const functions: readonly PointwiseFunction[] = [
	{ fn: "clip", low: -0.5, high: 0.75 },
	{ fn: "clip", low: 0, high: 6 },
	// Beside ReLU6, which has a kernel of its own: none of its parameters may be taken for granted.
	{ fn: "clip", low: 0, high: 0.75 },
	{ fn: "clip", low: 0.25, high: 6 },
	{ fn: "clip", low: -0.5, high: null },
	{ fn: "hardSigmoid", slope: 1, offset: -5 },
	{ fn: "hardSigmoid", slope: 1 / 6, offset: 0 },
	{ fn: "clip", low: null, high: 0.25 },
	{ fn: "absolute" },
	{ fn: "erf" },
	{ fn: "power", exponent: 2 },
	{ fn: "power", exponent: 3 },
];
const ofPositives: readonly PointwiseFunction[] = [
	{ fn: "logarithm" },
	{ fn: "power", exponent: 0.5 },
	{ fn: "power", exponent: -1 },
	{ fn: "power", exponent: -1.5 },
];

const convTranspose = (options: Partial<Extract<Operation, { op: "ConvTranspose2D" }>>): Operation => ({
	op: "ConvTranspose2D",
	strides: [1, 1],
	dilations: [1, 1],
	padding: NO_PADDING,
	outputPadding: [0, 0],
	groups: 1,
	...options,
});

const padding = { top: 1, bottom: 0, left: 1, right: 2 };

describeAgreement([
	...functions.map((f) => tensor(`Pointwise ${JSON.stringify(f)}`, { op: "Pointwise", function: f }, [40])),
	...ofPositives.map((f) => ({
		...tensor(`Pointwise ${JSON.stringify(f)}`, { op: "Pointwise", function: f }, [40]),
		domain: positive,
	})),
	ofTwo("subtract"),
	ofTwo("divide", positive),
	ofTwo("power", positive),
	ofTwo("minimum"),
	ofTwo("maximum"),
	ofTwo("less"),
	ofTwo("lessOrEqual"),
	ofTwo("equal"),
	{ name: "attention", network: attention() },
	{ name: "Select by a comparison", network: selection() },
	tensor("Affine per place", { op: "Affine" }, [3, 4, 2], {
		scale: weight("s", [4, 1]),
		offset: weight("o", [3, 4, 2]),
	}),
	tensor("Affine without offset", { op: "Affine" }, [3, 2], { scale: weight("s", [2]) }),
	tensor("LogSoftmax", { op: "LogSoftmax" }, [2, 6]),
	tensor("Transpose", { op: "Transpose", order: [2, 0, 3, 1] }, [2, 3, 4, 2]),
	tensor("Slice", { op: "Slice", starts: [1, 3], sizes: [2, 2], steps: [1, -1] }, [4, 5]),
	tensor("Slice with steps", { op: "Slice", starts: [0, 6, 1], sizes: [2, 3, 2], steps: [2, -3, 1] }, [4, 7, 3]),
	tensor("Gather", { op: "Gather", axis: 1, indices: [3, 0, 0, 2] }, [2, 4, 3]),
	tensor("Broadcast", { op: "Broadcast", shape: [2, 3, 4, 5] }, [3, 1, 5]),
	...(["edge", "reflect", "wrap"] as const).map((mode) =>
		tensor(`Pad ${mode}`, { op: "Pad", before: [2, 0, 1], after: [1, 3, 0], mode, value: 0 }, [4, 4, 3]),
	),
	tensor("Pad constant", { op: "Pad", before: [0, 1], after: [2, 0], mode: "constant", value: 0.5 }, [3, 4]),
	...(["sum", "mean", "max", "min", "norm"] as const).flatMap((kind) => [
		tensor(`Reduce ${kind}`, { op: "Reduce", kind, axes: [1], keepDims: false }, [3, 4, 2]),
		tensor(`Reduce ${kind}, axes kept`, { op: "Reduce", kind, axes: [0, 2], keepDims: true }, [3, 4, 2]),
	]),
	tensor("LayerNormalization", { op: "LayerNormalization", axes: [1], epsilon: 1e-3 }, [3, 8], {
		gamma: weight("g", [8]),
		beta: weight("b", [8]),
	}),
	tensor("LayerNormalization over places", { op: "LayerNormalization", axes: [0, 1], epsilon: 1e-3 }, [3, 4, 2], {
		gamma: weight("g", [2]),
	}),
	tensor("TopK of all but the smallest", { op: "TopK", k: 3 }, [2, 3, 4]),
	tensor("TopK of one", { op: "TopK", k: 1 }, [12]),
	tensor("Gather of few readers", { op: "Gather", axis: 1, indices: [3, 0, 3, 1] }, [2, 5, 3]),
	tensor("Gather of many readers", { op: "Gather", axis: 0, indices: [1, 1, 1, 0, 1, 1, 1] }, [3, 2]),
	tensor("GroupNormalization", { op: "GroupNormalization", groups: 2, epsilon: 1e-3 }, [3, 3, 6], {
		gamma: weight("g", [6]),
		beta: weight("b", [6]),
	}),
	...[3, 4].map((size) =>
		tensor(
			`LocalResponseNormalization over ${size}`,
			{ op: "LocalResponseNormalization", size, alpha: 0.5, beta: 0.75, bias: 1 },
			[2, 3, 7],
		),
	),
	tensor("ConvTranspose2D", convTranspose({}), [4, 5, 3], {
		kernel: weight("k", [3, 2, 4, 3]),
		bias: weight("b", [4]),
	}),
	tensor(
		"ConvTranspose2D strided, cut, with output padding",
		convTranspose({ strides: [2, 3], padding, outputPadding: [1, 0] }),
		[4, 3, 2],
		{
			kernel: weight("k", [3, 4, 2, 2]),
			bias: weight("b", [2]),
		},
	),
	tensor("ConvTranspose2D beyond the kernel's reach", convTranspose({ outputPadding: [2, 1] }), [3, 3, 2], {
		kernel: weight("k", [2, 2, 2, 2]),
		bias: weight("b", [2]),
	}),
	tensor("ConvTranspose2D dilated, groups", convTranspose({ dilations: [2, 1], groups: 2 }), [3, 3, 4], {
		kernel: weight("k", [2, 3, 3, 4]),
	}),
	tensor("Resample2D", { op: "Resample2D", rows: matrix(5, 3), columns: matrix(2, 4) }, [3, 4, 2]),
	tensor(
		"MaxPool2D dilated",
		{ op: "MaxPool2D", size: [2, 3], strides: [1, 2], padding, dilations: [2, 2] },
		[7, 8, 2],
	),
	...[true, false].map((countPadding) =>
		tensor(
			`AveragePool2D dilated, padding ${countPadding ? "counted" : "left out"}`,
			{ op: "AveragePool2D", size: [2, 3], strides: [2, 1], padding, countPadding, dilations: [2, 2] },
			[7, 8, 2],
		),
	),
]);
