/** Functions of one value, and of several place by place. */
import type { PointwiseFunction } from "../../../network/types.js";
import { type Activation, type Origin, partOf, shapeOf } from "../../graph/activation.js";
import { fileShape, type Value } from "../../graph/align.js";
import type { Emitter } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { reshaped, scalarOf, tensor } from "../../graph/tensor.js";
import type { OperationReader } from "../lowering.js";
import type { GraphNode } from "../node.js";
import { alongChannels, leakyRelu, RELU_6 } from "./activations.js";
import { isChannelsLast } from "./windows.js";

/** The largest float32. */
const FLOAT_MAX = (2 - 2 ** -23) * 2 ** 127;

const pointwise =
	(f: PointwiseFunction | ((node: GraphNode) => PointwiseFunction)): OperationReader =>
	(node, inputs, { emitter }) => [
		elementwise.pointwise(emitter, node.origin, inputs.activation(0), typeof f === "function" ? f(node) : f),
	];

type Combination = (emitter: Emitter, origin: Origin, a: Value, b: Value) => Activation;

const ofTwo =
	(combine: Combination): OperationReader =>
	(node, inputs, { emitter }) => [combine(emitter, node.origin, inputs.value(0), inputs.value(1))];

const comparison = (name: "equal" | "less" | "lessOrEqual", swapped = false) =>
	ofTwo((emitter, origin, a, b) =>
		swapped ? elementwise.binary(emitter, origin, name, b, a) : elementwise.binary(emitter, origin, name, a, b),
	);

/** `x·scale + offset` before or after a function. */
const affine =
	(scale: number, offset: number): OperationReader =>
	(node, inputs, { emitter }) => [elementwise.affine(emitter, node.origin, inputs.activation(0), scale, offset)];

const logarithmOfOneMore: OperationReader = (node, inputs, { emitter }) => {
	const more = elementwise.affine(emitter, partOf(node.origin, "more"), inputs.activation(0), 1, 1);
	return [elementwise.pointwise(emitter, node.origin, more, { fn: "logarithm" })];
};

const exponentialLessOne: OperationReader = (node, inputs, { emitter }) => {
	const whole = elementwise.pointwise(emitter, partOf(node.origin, "whole"), inputs.activation(0), {
		fn: "exponential",
	});
	return [elementwise.affine(emitter, node.origin, whole, 1, -1)];
};

const complementaryError: OperationReader = (node, inputs, { emitter }) => {
	const error = elementwise.pointwise(emitter, partOf(node.origin, "erf"), inputs.activation(0), { fn: "erf" });
	return [elementwise.affine(emitter, node.origin, error, -1, 1)];
};

/** 1 where a value is a number. */
const isNumber: OperationReader = (node, inputs, { emitter }) => {
	const size = elementwise.pointwise(emitter, partOf(node.origin, "size"), inputs.activation(0), { fn: "absolute" });
	const largest = tensor("float32", [], [FLOAT_MAX]);
	return [elementwise.binary(emitter, node.origin, "lessOrEqual", size, largest)];
};

const squaredDifference: Combination = (emitter, origin, a, b) => {
	const difference = elementwise.subtract(emitter, partOf(origin, "difference"), a, b);
	return elementwise.pointwise(emitter, origin, difference, { fn: "power", exponent: 2 });
};

const maximum: Combination = (emitter, origin, a, b) => {
	const [x, y] = a.kind === "activation" ? [a, b] : [b, a];
	const isZero = y.kind === "tensor" && y.data.length === 1 && y.data[0] === 0;
	return isZero && x.kind === "activation"
		? elementwise.pointwise(emitter, origin, x, { fn: "relu" })
		: elementwise.binary(emitter, origin, "maximum", a, b);
};

const biasAdd: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const bias = inputs.value(1);
	const given = bias.kind === "tensor" ? alongChannels(bias, isChannelsLast(node), shapeOf(x).length) : bias;
	return [elementwise.add(emitter, node.origin, x, given)];
};

/** Division by constants, of which a zero gives zero. */
const divideNoNan: OperationReader = (node, inputs, { emitter }) => {
	const by = inputs.constant(1, "divisor");
	const factor = tensor(
		"float32",
		by.shape,
		Float32Array.from(by.data, (v) => (v === 0 ? 0 : 1 / v)),
		by.name,
	);
	return [elementwise.multiply(emitter, node.origin, inputs.activation(0), factor)];
};

const addAll: OperationReader = (node, inputs, { emitter }) => {
	const values = inputs.values.map((_, i) => inputs.value(i));
	const [only] = values;
	if (values.length === 1 && only) return [only];
	// Activations first, so that every step has one.
	const ordered = [...values].sort((a, b) => Number(a.kind === "tensor") - Number(b.kind === "tensor"));
	return [
		ordered.reduce((sum, value, i) =>
			elementwise.add(emitter, i === ordered.length - 1 ? node.origin : partOf(node.origin, `${i}`), sum, value),
		),
	];
};

const clip: OperationReader = (node, inputs, { emitter }) => {
	const [low, high] = [scalarOf(inputs.constant(1, "minimum")), scalarOf(inputs.constant(2, "maximum"))];
	const x = inputs.activation(0);
	const f: PointwiseFunction =
		low === 0 && high > 0 ? { fn: "generalRelu", max: high, slope: 0, threshold: 0 } : { fn: "clip", low, high };
	return [elementwise.pointwise(emitter, node.origin, x, f)];
};

const select =
	(isOld: boolean): OperationReader =>
	(node, inputs, { emitter }) => {
		let condition = inputs.value(0);
		const [a, b] = [inputs.value(1), inputs.value(2)];
		// The older one has a vector choose whole rows.
		const rank = fileShape(a).length;
		if (isOld && condition.kind === "tensor" && condition.shape.length === 1 && rank > 1)
			condition = reshaped(condition, [condition.data.length, ...Array<number>(rank - 1).fill(1)]);
		return [elementwise.select(emitter, node.origin, condition, a, b)];
	};

const either: Combination = (emitter, origin, a, b) => elementwise.binary(emitter, origin, "maximum", a, b);

const notEqual: OperationReader = (node, inputs, { emitter }) => {
	const equal = elementwise.binary(emitter, partOf(node.origin, "equal"), "equal", inputs.value(0), inputs.value(1));
	return [elementwise.affine(emitter, node.origin, equal, -1, 1)];
};

const zerosLike =
	(value: number): OperationReader =>
	(_node, inputs) => {
		const shape = fileShape(inputs.value(0));
		const count = shape.reduce((a, b) => a * b, 1);
		return [tensor("float32", shape, new Float32Array(count).fill(value))];
	};

export const ELEMENTWISE: Readonly<Record<string, OperationReader>> = {
	Relu: pointwise({ fn: "relu" }),
	Relu6: pointwise(RELU_6),
	LeakyRelu: pointwise((node) => leakyRelu(node.float("alpha", 0.2))),
	Prelu: (node, inputs, { emitter }) => [
		elementwise.prelu(emitter, node.origin, inputs.activation(0), inputs.constant(1, "slope")),
	],
	Elu: pointwise({ fn: "elu", alpha: 1 }),
	Selu: pointwise({ fn: "selu" }),
	Sigmoid: pointwise({ fn: "sigmoid" }),
	Tanh: pointwise({ fn: "tanh" }),
	Softplus: pointwise({ fn: "softplus" }),
	Softsign: pointwise({ fn: "softsign" }),
	Exp: pointwise({ fn: "exponential" }),
	Expm1: exponentialLessOne,
	Log: pointwise({ fn: "logarithm" }),
	Log1p: logarithmOfOneMore,
	Abs: pointwise({ fn: "absolute" }),
	Erf: pointwise({ fn: "erf" }),
	Erfc: complementaryError,
	IsFinite: isNumber,
	Square: pointwise({ fn: "power", exponent: 2 }),
	Sqrt: pointwise({ fn: "power", exponent: 0.5 }),
	Rsqrt: pointwise({ fn: "power", exponent: -0.5 }),
	Reciprocal: pointwise({ fn: "power", exponent: -1 }),
	Inv: pointwise({ fn: "power", exponent: -1 }),
	Neg: affine(-1, 0),
	ClipByValue: clip,
	Add: ofTwo(elementwise.add),
	AddV2: ofTwo(elementwise.add),
	AddN: addAll,
	BiasAdd: biasAdd,
	Sub: ofTwo(elementwise.subtract),
	Mul: ofTwo(elementwise.multiply),
	Div: ofTwo(elementwise.divide),
	RealDiv: ofTwo(elementwise.divide),
	DivNoNan: divideNoNan,
	Pow: ofTwo(elementwise.power),
	SquaredDifference: ofTwo(squaredDifference),
	Maximum: ofTwo(maximum),
	Minimum: ofTwo((emitter, origin, a, b) => elementwise.binary(emitter, origin, "minimum", a, b)),
	Select: select(true),
	SelectV2: select(false),
	Equal: comparison("equal"),
	NotEqual: notEqual,
	Less: comparison("less"),
	LessEqual: comparison("lessOrEqual"),
	Greater: comparison("less", true),
	GreaterEqual: comparison("lessOrEqual", true),
	LogicalAnd: ofTwo(elementwise.multiply),
	LogicalOr: ofTwo(either),
	LogicalNot: affine(-1, 1),
	ZerosLike: zerosLike(0),
	OnesLike: zerosLike(1),
};
