/** Products of matrices, softmax, reductions and layer normalisation. */
import type { Operation, PointwiseFunction } from "../../../network/types.js";
import { partOf } from "../../graph/activation.js";
import type { Value } from "../../graph/align.js";
import { weightOf } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { dense, matMul } from "../../graph/lower/linear.js";
import { transpose } from "../../graph/lower/shaping.js";
import { allAxes, layerNormalization, reduce, softmax } from "../../graph/lower/statistics.js";
import { axisOf, type Tensor, tensor, transposed } from "../../graph/tensor.js";
import type { Inputs, OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";

const readMatMul: OperationReader = (node, inputs, { emitter }) => [
	matMul(emitter, node.origin, inputs.value(0), inputs.value(1)),
];

/** `alpha·a·b + beta·c`: a Dense where b is known and c is one number per output. */
const gemm: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const alpha = node.float("alpha", 1);
	const beta = node.float("beta", 1);
	const turned = (value: Value, flag: string): Value => {
		if (node.int(flag, 0) === 0) return value;
		return value.kind === "tensor"
			? transposed(value, [1, 0])
			: { ...transpose(origin, value, [1, 0]), pending: value.pending };
	};
	const a = turned(inputs.value(0), "transA");
	const b = turned(inputs.value(1), "transB");
	const c = inputs.values[2] ?? null;
	if (a.kind === "activation" && b.kind === "tensor" && b.shape.length === 2) {
		const kernel = alpha === 1 ? b : scaled(b, alpha);
		const out = b.shape[1] as number;
		const perOutput = c?.kind === "tensor" && c.shape.at(-1) === out && c.data.length === out ? c : null;
		const bias = perOutput && { ...weightOf(scaled(perOutput, beta)), shape: [out] };
		const product = dense(emitter, c && !bias ? partOf(origin, "product") : origin, a, a.axes.length - 1, kernel, bias);
		if (!c || bias) return [product];
		return [elementwise.add(emitter, origin, product, scaledValue(c))];
	}
	const product = matMul(emitter, c || alpha !== 1 ? partOf(origin, "product") : origin, a, b);
	const times =
		alpha === 1 ? product : elementwise.affine(emitter, c ? partOf(origin, "alpha") : origin, product, alpha, 0);
	return [c ? elementwise.add(emitter, origin, times, scaledValue(c)) : times];

	function scaledValue(value: Value): Value {
		if (beta === 1) return value;
		return value.kind === "tensor"
			? scaled(value, beta)
			: elementwise.affine(emitter, partOf(origin, "beta"), value, beta, 0);
	}
};

function scaled(x: Tensor, factor: number): Tensor {
	return factor === 1
		? x
		: tensor(
				"float32",
				x.shape,
				Float32Array.from(x.data, (v) => v * factor),
				x.name,
			);
}

const readSoftmax =
	(op: "Softmax" | "LogSoftmax"): OperationReader =>
	(node, inputs, { emitter }) => {
		const x = inputs.activation(0);
		const rank = x.axes.length;
		if (node.version >= 13) return [softmax(emitter, node.origin, x, [axisOf(node.int("axis", -1), rank)], op)];
		// Up to operator set 12 all axes from this one on are one.
		const first = axisOf(node.int("axis", 1), rank);
		return [softmax(emitter, node.origin, x, allAxes(x).slice(first), op)];
	};

const readReduce =
	(kind: Extract<Operation, { op: "Reduce" }>["kind"]): OperationReader =>
	(node, inputs, { emitter }) => {
		const x = inputs.activation(0);
		const axes = axesOf(node, inputs, x.axes.length);
		if (axes.length === 0) return [elementwise.identity(emitter, node.origin, x)];
		return [reduce(emitter, node.origin, x, axes, kind, keepsAxes(node))];
	};

/** `reduce(before(x))`, then `after`: sums of absolute values, squares and their logarithms. */
const reduceOf =
	(before: PointwiseFunction | null, after: PointwiseFunction | null): OperationReader =>
	(node, inputs, lowering) => {
		const { emitter } = lowering;
		const { origin } = node;
		const x = inputs.activation(0);
		const axes = axesOf(node, inputs, x.axes.length);
		const values = before ? elementwise.pointwise(emitter, partOf(origin, before.fn), x, before) : x;
		const sum = reduce(emitter, after ? partOf(origin, "sum") : origin, values, axes, "sum", keepsAxes(node));
		return [after ? elementwise.pointwise(emitter, origin, sum, after) : sum];
	};

function axesOf(node: OnnxNode, inputs: Inputs, rank: number): readonly number[] {
	const given = inputs.ints(1, "axes");
	if (given && given.length > 0) return given.map((axis) => axisOf(axis, rank));
	return node.int("noop_with_empty_axes", 0) !== 0 ? [] : [...Array(rank).keys()];
}

function keepsAxes(node: OnnxNode): boolean {
	return node.int("keepdims", 1) !== 0;
}

/** The largest value plus the logarithm of the sum of what the others are beside it, which can't overflow. */
const reduceLogSumExp: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const x = inputs.activation(0);
	const axes = axesOf(node, inputs, x.axes.length);
	if (axes.length === 0) return [elementwise.identity(emitter, origin, x)];
	const most = reduce(emitter, partOf(origin, "max"), x, axes, "max", true);
	const beside = elementwise.subtract(emitter, partOf(origin, "beside"), x, most);
	const powers = elementwise.pointwise(emitter, partOf(origin, "exp"), beside, { fn: "exponential" });
	const sum = reduce(emitter, partOf(origin, "sum"), powers, axes, "sum", true);
	const logarithm = elementwise.pointwise(emitter, partOf(origin, "log"), sum, { fn: "logarithm" });
	const result = elementwise.add(emitter, origin, logarithm, most);
	const gone = new Set(axes);
	return [keepsAxes(node) ? result : { ...result, axes: result.axes.filter((_, axis) => !gone.has(axis)) }];
};

/** The least float32 that isn't rounded to 0 on some backend. */
const LEAST_NORM = 2 ** -126;

/** `x` over its p-norm along an axis; 0 where that is 0. */
const lpNormalization: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const x = inputs.activation(0);
	const axes = [axisOf(node.int("axis", -1), x.axes.length)];
	const p = node.int("p", 2);
	if (p !== 1 && p !== 2) throw node.unsupported(`a norm of order ${p} is not read`);
	const sizes = p === 1 ? elementwise.pointwise(emitter, partOf(origin, "absolute"), x, { fn: "absolute" }) : x;
	const norm = reduce(emitter, partOf(origin, "norm"), sizes, axes, p === 1 ? "sum" : "norm", true);
	const least = tensor("float32", [], [LEAST_NORM], "least");
	const divisor = elementwise.binary(emitter, partOf(origin, "divisor"), "maximum", norm, least);
	return [elementwise.divide(emitter, origin, x, divisor)];
};

/** `x / sqrt(mean(x²) + epsilon)` over the axes from one on, times a scale. */
const rmsNormalization: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const x = inputs.activation(0);
	const axes = allAxes(x).slice(axisOf(node.int("axis", -1), x.axes.length));
	const square = elementwise.pointwise(emitter, partOf(origin, "square"), x, { fn: "power", exponent: 2 });
	const mean = reduce(emitter, partOf(origin, "mean"), square, axes, "mean", true);
	const raised = elementwise.affine(emitter, partOf(origin, "epsilon"), mean, 1, node.float("epsilon", 1e-5));
	const inverse = elementwise.pointwise(emitter, partOf(origin, "inverse"), raised, { fn: "power", exponent: -0.5 });
	const normal = elementwise.multiply(emitter, partOf(origin, "normal"), x, inverse);
	return [elementwise.multiply(emitter, origin, normal, inputs.value(1))];
};

/** Over the axes from one on; where a pattern was recognised, over those that it names. */
const readLayerNormalization: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const x = inputs.activation(0);
	const rank = x.axes.length;
	const spelledOut = node.ints("axes")?.map((axis) => axisOf(axis, rank));
	const axes = spelledOut ?? allAxes(x).slice(axisOf(node.int("axis", -1), rank));
	const epsilon = node.float("epsilon", 1e-5);
	const gamma = inputs.optionalConstant(1, "scale");
	const beta = inputs.optionalConstant(2, "bias");
	const normal = layerNormalization(emitter, origin, x, axes, epsilon, gamma, beta);
	if (node.outputs.length === 1) return [normal];
	const mean = reduce(emitter, partOf(origin, "mean"), x, axes, "mean", true);
	const centred = elementwise.subtract(emitter, partOf(origin, "centred"), x, mean);
	const square = elementwise.pointwise(emitter, partOf(origin, "square"), centred, { fn: "power", exponent: 2 });
	const variance = reduce(emitter, partOf(origin, "variance"), square, axes, "mean", true);
	const raised = elementwise.affine(emitter, partOf(origin, "epsilon"), variance, 1, epsilon);
	const inverse = { fn: "power", exponent: -0.5 } as const;
	return [normal, mean, elementwise.pointwise(emitter, partOf(origin, "deviation"), raised, inverse)];
};

export const LINEAR_OPERATIONS: Readonly<Record<string, OperationReader>> = {
	MatMul: readMatMul,
	Gemm: gemm,
	Softmax: readSoftmax("Softmax"),
	LogSoftmax: readSoftmax("LogSoftmax"),
	ReduceMean: readReduce("mean"),
	ReduceSum: readReduce("sum"),
	ReduceMax: readReduce("max"),
	ReduceMin: readReduce("min"),
	ReduceL1: reduceOf({ fn: "absolute" }, null),
	ReduceL2: readReduce("norm"),
	ReduceSumSquare: reduceOf({ fn: "power", exponent: 2 }, null),
	ReduceLogSum: reduceOf(null, { fn: "logarithm" }),
	ReduceLogSumExp: reduceLogSumExp,
	LpNormalization: lpNormalization,
	RMSNormalization: rmsNormalization,
	LayerNormalization: readLayerNormalization,
};
