/** Functions of one value, and of several place by place. */
import type { PointwiseFunction } from "../../../network/types.js";
import { type Activation, type Origin, partOf } from "../../graph/activation.js";
import type { Value } from "../../graph/align.js";
import type { Emitter } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { tensor } from "../../graph/tensor.js";
import type { OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";

const pointwise =
	(f: PointwiseFunction | ((node: OnnxNode) => PointwiseFunction)): OperationReader =>
	(node, inputs, { emitter }) => [
		elementwise.pointwise(emitter, node.origin, inputs.activation(0), typeof f === "function" ? f(node) : f),
	];

type Combination = (emitter: Emitter, origin: Origin, a: Value, b: Value) => Activation;

const ofTwo =
	(combine: Combination): OperationReader =>
	(node, inputs, { emitter }) => [combine(emitter, node.origin, inputs.value(0), inputs.value(1))];

/** Of any number; all but the last step are parts of the layer. */
const ofSeveral =
	(combine: Combination): OperationReader =>
	(node, inputs, { emitter }) => {
		const { origin } = node;
		if (inputs.values.length === 1) return [elementwise.identity(emitter, origin, inputs.activation(0))];
		return [
			reduceAll(
				inputs.values.map((_, i) => inputs.value(i)),
				combine,
				emitter,
				origin,
			),
		];
	};

function reduceAll(values: readonly Value[], combine: Combination, emitter: Emitter, origin: Origin): Value {
	// Activations first, so that every step has one.
	const ordered = [...values].sort((a, b) => Number(a.kind === "tensor") - Number(b.kind === "tensor"));
	return ordered.reduce((result, value, i) =>
		combine(emitter, i === ordered.length - 1 ? origin : partOf(origin, `${i}`), result, value),
	);
}

const mean: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const count = inputs.values.length;
	if (count === 1) return [elementwise.identity(emitter, origin, inputs.activation(0))];
	const values = inputs.values.map((_, i) => inputs.value(i));
	const sum = reduceAll(values, elementwise.add, emitter, partOf(origin, "sum"));
	return [elementwise.affine(emitter, origin, sum as Activation, 1 / count, 0)];
};

const clip: OperationReader = (node, inputs, { emitter }) => {
	const low = inputs.float(1, "min");
	const high = inputs.float(2, "max");
	const x = inputs.activation(0);
	return [elementwise.pointwise(emitter, node.origin, x, clipBetween(low, high))];
};

/** The bounds as ReLU where they are that; bounds that exclude nothing are none. */
function clipBetween(low: number | null, high: number | null): PointwiseFunction {
	const FLOAT_MAX = 3.4e38;
	const [bottom, top] = [
		low === null || low < -FLOAT_MAX ? null : low,
		high === null || high > FLOAT_MAX ? null : high,
	];
	if (bottom === 0 && top === null) return { fn: "relu" };
	if (bottom === 0 && top !== null && top > 0) return { fn: "generalRelu", max: top, slope: 0, threshold: 0 };
	return { fn: "clip", low: bottom, high: top };
}

const prelu: OperationReader = (node, inputs, { emitter }) => [
	elementwise.prelu(emitter, node.origin, inputs.activation(0), inputs.constant(1, "slope")),
];

const where: OperationReader = (node, inputs, { emitter }) => [
	elementwise.select(emitter, node.origin, inputs.value(0), inputs.value(1), inputs.value(2)),
];

const power: OperationReader = (node, inputs, { emitter }) => [
	elementwise.power(emitter, node.origin, inputs.value(0), inputs.value(1)),
];

const comparison = (name: "equal" | "less" | "lessOrEqual", swapped = false) =>
	ofTwo((emitter, origin, a, b) =>
		swapped ? elementwise.binary(emitter, origin, name, b, a) : elementwise.binary(emitter, origin, name, a, b),
	);

const not: OperationReader = (node, inputs, { emitter }) => [
	elementwise.affine(emitter, node.origin, inputs.activation(0), -1, 1),
];

/** `max(0, x) + min(0, alpha·(exp(x/alpha) - 1))`: an ELU of `x/alpha`, times alpha. */
const celu: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const alpha = node.float("alpha", 1);
	const x = inputs.activation(0);
	if (!(alpha > 0)) throw node.unsupported(`an alpha of ${alpha} is not read`);
	if (alpha === 1) return [elementwise.pointwise(emitter, origin, x, { fn: "elu", alpha })];
	const small = elementwise.affine(emitter, partOf(origin, "scale"), x, 1 / alpha, 0);
	const bent = elementwise.pointwise(emitter, partOf(origin, "elu"), small, { fn: "elu", alpha: 1 });
	return [elementwise.affine(emitter, origin, bent, alpha, 0)];
};

/** `x` above alpha, else 0. */
const thresholdedRelu: OperationReader = (node, inputs, { emitter }) => {
	const threshold = node.float("alpha", 1);
	const f = { fn: "generalRelu", max: null, slope: 0, threshold } as const;
	return [elementwise.pointwise(emitter, node.origin, inputs.activation(0), f)];
};

/** 1, 0 or -1: whether it is above 0, less whether it is below. No gradient. */
const sign: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const x = inputs.activation(0);
	const zero = tensor("float32", [], [0], "zero");
	const above = elementwise.binary(emitter, partOf(origin, "above"), "less", zero, x);
	const below = elementwise.binary(emitter, partOf(origin, "below"), "less", x, zero);
	return [elementwise.subtract(emitter, origin, above, below)];
};

const minimum = ofSeveral((emitter, origin, a, b) => elementwise.binary(emitter, origin, "minimum", a, b));
const maximum = ofSeveral((emitter, origin, a, b) => {
	const zero = b.kind === "tensor" && b.data.length === 1 && b.data[0] === 0;
	return zero && a.kind === "activation"
		? elementwise.pointwise(emitter, origin, a, { fn: "relu" })
		: elementwise.binary(emitter, origin, "maximum", a, b);
});

/** Softplus and its kin are defined with exp and log, but computed without overflow. */
export const ELEMENTWISE_OPERATIONS: Readonly<Record<string, OperationReader>> = {
	Relu: pointwise({ fn: "relu" }),
	LeakyRelu: pointwise((node) => ({
		fn: "generalRelu",
		max: null,
		slope: node.float("alpha", 0.01),
		threshold: 0,
	})),
	PRelu: prelu,
	Elu: pointwise((node) => ({ fn: "elu", alpha: node.float("alpha", 1) })),
	Celu: celu,
	ThresholdedRelu: thresholdedRelu,
	Sign: sign,
	Selu: (node, inputs, lowering) => selu(node, inputs, lowering),
	Sigmoid: pointwise({ fn: "sigmoid" }),
	HardSigmoid: pointwise((node) => ({
		fn: "hardSigmoid",
		slope: node.float("alpha", 0.2),
		offset: node.float("beta", 0.5),
	})),
	HardSwish: pointwise({ fn: "hardSwish" }),
	Swish: pointwise({ fn: "swish" }),
	Mish: pointwise({ fn: "mish" }),
	Gelu: pointwise((node) => ({ fn: "gelu", approximate: node.text("approximate", "none") === "tanh" })),
	Tanh: pointwise({ fn: "tanh" }),
	Softplus: pointwise({ fn: "softplus" }),
	Softsign: pointwise({ fn: "softsign" }),
	Exp: pointwise({ fn: "exponential" }),
	Log: pointwise({ fn: "logarithm" }),
	Abs: pointwise({ fn: "absolute" }),
	Erf: pointwise({ fn: "erf" }),
	Sqrt: pointwise({ fn: "power", exponent: 0.5 }),
	Reciprocal: pointwise({ fn: "power", exponent: -1 }),
	Neg: (node, inputs, { emitter }) => [elementwise.affine(emitter, node.origin, inputs.activation(0), -1, 0)],
	Clip: clip,
	Add: ofTwo(elementwise.add),
	Sub: ofTwo(elementwise.subtract),
	Mul: ofTwo(elementwise.multiply),
	Div: ofTwo(elementwise.divide),
	Pow: power,
	Sum: ofSeveral(elementwise.add),
	Mean: mean,
	Min: minimum,
	Max: maximum,
	Where: where,
	Equal: comparison("equal"),
	Less: comparison("less"),
	LessOrEqual: comparison("lessOrEqual"),
	Greater: comparison("less", true),
	GreaterOrEqual: comparison("lessOrEqual", true),
	Not: not,
};

/** With the usual constants one function; with others an ELU and a scale. */
const selu: OperationReader = (node, inputs, { emitter }) => {
	const alpha = node.float("alpha", 1.6732632423543772);
	const gamma = node.float("gamma", 1.0507009873554805);
	const isUsual = Math.abs(alpha - 1.6732632423543772) < 1e-6 && Math.abs(gamma - 1.0507009873554805) < 1e-6;
	const x = inputs.activation(0);
	if (isUsual) return [elementwise.pointwise(emitter, node.origin, x, { fn: "selu" })];
	const inner = elementwise.pointwise(emitter, partOf(node.origin, "elu"), x, { fn: "elu", alpha });
	return [elementwise.multiply(emitter, node.origin, inner, tensor("float32", [], [gamma]))];
};
