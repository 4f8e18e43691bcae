/** Products of matrices, softmax, reductions and layer normalisation. */
import type { Operation } from "../../../network/types.js";
import { partOf } from "../../graph/activation.js";
import type { Value } from "../../graph/align.js";
import { weightOf } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { dense, matMul } from "../../graph/lower/linear.js";
import { transpose } from "../../graph/lower/shaping.js";
import { allAxes, layerNormalization, reduce, softmax } from "../../graph/lower/statistics.js";
import { axisOf, type Tensor, tensor, transposed } from "../../graph/tensor.js";
import type { OperationReader } from "../lowering.js";

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
		const given = inputs.ints(1, "axes");
		if ((!given || given.length === 0) && node.int("noop_with_empty_axes", 0) !== 0)
			return [elementwise.identity(emitter, node.origin, x)];
		const axes = given && given.length > 0 ? given.map((axis) => axisOf(axis, x.axes.length)) : allAxes(x);
		return [reduce(emitter, node.origin, x, axes, kind, node.int("keepdims", 1) !== 0)];
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
	ReduceL2: readReduce("norm"),
	LayerNormalization: readLayerNormalization,
};
