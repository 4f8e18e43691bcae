/** Arithmetic, comparisons and functions of one value. */
import { sizeOf } from "../../../network/shapes.js";
import type { PointwiseFunction } from "../../../network/types.js";
import { fileShape, type Value } from "../../graph/align.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { allocate, axisOf, tensor } from "../../graph/tensor.js";
import { list, type OperationCall, type OperationReader, scalar } from "./call.js";

/** TensorFlow's operation of one value. */
export const ofOne =
	(operation: string): OperationReader =>
	(call) =>
		call.tf(operation, [call.value(0)]);

/** TensorFlow's operation of two values. */
export const ofTwo =
	(operation: string): OperationReader =>
	(call) =>
		call.tf(operation, [call.value(0), call.value(1)]);

/** The comparison that holds the other way round. */
export const greater =
	(operation: "Less" | "LessEqual"): OperationReader =>
	(call) =>
		call.tf(operation, [call.value(1), call.value(0)]);

/** A function of the network's own. */
export const pointwise =
	(f: PointwiseFunction | ((call: OperationCall) => PointwiseFunction)): OperationReader =>
	(call) =>
		elementwise.pointwise(
			call.lowering.emitter,
			call.origin,
			call.activation(0),
			typeof f === "function" ? f(call) : f,
		);

/** `x·scale + offset`. */
export const affine =
	(scale: number, offset: number): OperationReader =>
	(call) =>
		elementwise.affine(call.lowering.emitter, call.origin, call.activation(0), scale, offset);

/** What passes its value on, under the operation's name. */
export const same: OperationReader = (call) => {
	const x = call.value(0);
	return x.kind === "tensor" ? x : elementwise.identity(call.lowering.emitter, call.origin, x);
};

/** `ln(x) / ln(base)`. */
export const logarithm =
	(base: number): OperationReader =>
	(call) =>
		call.tf("Mul", [call.tf("Log", [call.value(0)], {}, "natural"), scalar(1 / Math.log(base))]);

/** `2^x`. */
export const exp2: OperationReader = (call) =>
	call.tf("Exp", [call.tf("Mul", [call.value(0), scalar(Math.LN2)], {}, "natural")]);

/** `ln(e^a + e^b)`, as `a + softplus(b - a)`. */
export const logAddExp: OperationReader = (call) => {
	const [a, b] = [call.value(0), call.value(1)];
	const more = call.tf("Softplus", [call.tf("Sub", [b, a], {}, "difference")], {}, "more");
	return call.tf("AddV2", [a, more]);
};

/** 1 above 0, -1 below. */
export const sign: OperationReader = (call) => {
	const x = call.value(0);
	const [above, below] = [call.tf("Less", [scalar(0), x], {}, "above"), call.tf("Less", [x, scalar(0)], {}, "below")];
	return call.tf("Sub", [above, below]);
};

/** Either bound may be left out. */
export const clip: OperationReader = (call) => {
	const x = call.value(0);
	const [low, high] = [call.has(1) ? call.number(1) : null, call.has(2) ? call.number(2) : null];
	if (low !== null && high !== null) return call.tf("ClipByValue", [x, scalar(low), scalar(high)]);
	if (low !== null) return call.tf("Maximum", [x, scalar(low)]);
	return high === null ? x : call.tf("Minimum", [x, scalar(high)]);
};

/** Keras: one of two values or, with one number, the value itself above it and another number elsewhere. */
export const threshold: OperationReader = (call) => {
	const x = call.value(0);
	const isAbove = call.tf("Less", [scalar(call.number(1)), x], {}, "above");
	return call.tf("SelectV2", [isAbove, x, scalar(call.number(2))]);
};

export const where: OperationReader = (call) => {
	if (!call.has(1) || !call.has(2))
		throw call.unsupported("it says where its condition holds, as many places as there are");
	return call.tf("SelectV2", [call.value(0), call.value(1), call.value(2)]);
};

/** A sum of as many values as are given. */
export const addAll: OperationReader = (call) => call.tf("AddN", call.values(0));

/** Along the channels. */
export const biasAdd: OperationReader = (call) => {
	const isFirst = call.text(2, "NHWC").startsWith("NC");
	return call.tf("BiasAdd", [call.value(0), call.value(1)], { data_format: isFirst ? "NCHW" : "NHWC" });
};

/** `x·sigmoid(beta·x)`. */
export const swish: OperationReader = (call) => {
	const beta = call.number(1, 1);
	if (beta === 1) return pointwise({ fn: "swish" })(call);
	const gate = call.tf("Sigmoid", [call.tf("Mul", [call.value(0), scalar(beta)], {}, "steeper")], {}, "gate");
	return call.tf("Mul", [call.value(0), gate]);
};

/** One half times the sigmoid of the other. */
export const gatedLinear: OperationReader = (call) => {
	const x = call.value(0);
	const axis = axisOf(call.number(1, -1), fileShape(x).length);
	const [values, gate] = call.tfAll("Split", [scalar(axis), x], { num_split: 2 }, "half");
	return call.tf("Mul", [values as Value, call.tf("Sigmoid", [gate as Value], {}, "gate")]);
};

/** Along one axis or several, of what depends on the picture. */
export const softmax =
	(op: "Softmax" | "LogSoftmax"): OperationReader =>
	(call) => {
		const x = call.activation(0);
		const axes = (call.optionalIntegers(1) ?? [-1]).map((axis) => axisOf(axis, x.axes.length));
		const [axis] = axes;
		if (axes.length !== 1 || axis === undefined || axis === 0)
			throw call.unsupported("it isn't over one axis of the picture");
		const last = x.axes.length - 1;
		if (axis === last) return call.tf(op, [x]);
		const order = [...x.axes.keys()].map((i) => (i === axis ? last : i === last ? axis : i));
		const turned = call.tf("Transpose", [x, list(order)], {}, "last");
		return call.tf("Transpose", [call.tf(op, [turned]), list(order)], {}, "back");
	};

/** A constant of the value's shape. */
export const filledLike =
	(value: number | null): OperationReader =>
	(call) => {
		const shape = call.shape(0);
		const filled = value ?? call.number(1);
		return tensor("float32", shape, allocate("float32", sizeOf(shape)).fill(filled));
	};
