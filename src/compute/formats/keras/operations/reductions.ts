/** Sums, means and norms along axes, and normalisations made of them. */
import { fileShape, type Value } from "../../graph/align.js";
import { asActivation } from "../../graph/emitter.js";
import { layerNormalization } from "../../graph/lower/statistics.js";
import { axisOf, type Tensor } from "../../graph/tensor.js";
import { list, type OperationCall, type OperationReader, scalar } from "./call.js";

/** The axes at a place of the signature, of a value of so many; the batch isn't reduced. */
export function reducedAxes(
	call: OperationCall,
	at: number,
	rank: number,
	fallback: readonly number[] | null = null,
): readonly number[] {
	const given = call.optionalIntegers(at) ?? fallback ?? [...Array(rank).keys()];
	const axes = given.map((axis) => axisOf(axis, rank));
	if (axes.includes(0) && call.value(0).kind === "activation")
		throw call.unsupported("it reduces the batch, so that pictures influence each other");
	return axes;
}

/** TensorFlow's reduction; the signature has the axes at 1 and whether they stay at 2. */
export const reduction =
	(operation: string): OperationReader =>
	(call) => {
		const x = call.value(0);
		const axes = reducedAxes(call, 1, fileShape(x).length);
		return call.tf(operation, [x, list(axes)], { keep_dims: call.flag(2, false) });
	};

/** The mean squared distance from the mean, or its root. */
export const variance =
	(isRoot: boolean): OperationReader =>
	(call) => {
		const x = call.value(0);
		const axes = list(reducedAxes(call, 1, fileShape(x).length));
		const keep = { keep_dims: call.flag(2, false) };
		const { squares } = deviations(call, x, axes);
		if (!isRoot) return call.tf("Mean", [squares, axes], keep);
		return call.tf("Sqrt", [call.tf("Mean", [squares, axes], keep, "variance")]);
	};

/** Mean and variance. */
export const moments: OperationReader = (call) => {
	const x = call.value(0);
	const axes = list(reducedAxes(call, 1, fileShape(x).length));
	const keep = { keep_dims: call.flag(2, false) };
	const { squares } = deviations(call, x, axes);
	return [call.tf("Mean", [x, axes], keep, "mean"), call.tf("Mean", [squares, axes], keep)];
};

function deviations(call: OperationCall, x: Value, axes: Tensor): { readonly centred: Value; readonly squares: Value } {
	const mean = call.tf("Mean", [x, axes], { keep_dims: true }, "centre");
	const centred = call.tf("Sub", [x, mean], {}, "centred");
	return { centred, squares: call.tf("Square", [centred], {}, "squares") };
}

/** The largest less the smallest. */
export const range: OperationReader = (call) => {
	const x = call.value(0);
	const axes = list(reducedAxes(call, 1, fileShape(x).length));
	const keep = { keep_dims: call.flag(2, false) };
	return call.tf("Sub", [call.tf("Max", [x, axes], keep, "largest"), call.tf("Min", [x, axes], keep, "smallest")]);
};

/** `ln Σ e^x`, from the largest. */
export const logSumExp: OperationReader = (call) => {
	const x = call.value(0);
	const axes = list(reducedAxes(call, 1, fileShape(x).length));
	const keep = { keep_dims: call.flag(2, false) };
	const largest = call.tf("Max", [x, axes], { keep_dims: true }, "largest");
	const exponentials = call.tf("Exp", [call.tf("Sub", [x, largest], {}, "less")], {}, "exponentials");
	const logarithm = call.tf("Log", [call.tf("Sum", [exponentials, axes], keep, "sum")], {}, "logarithm");
	const offset = keep.keep_dims
		? largest
		: call.tf("Squeeze", [largest], { squeeze_dims: Array.from(axes.data) }, "offset");
	return call.tf("AddV2", [logarithm, offset]);
};

/** Norms of vectors; `order` stands at one place of the signature, then axes and whether they stay. */
export const norm: OperationReader = (call) => {
	const x = call.value(0);
	const operand = call.operand(1);
	const order = operand.kind === "text" ? operand.value : operand.kind === "none" ? "euclidean" : call.number(1);
	const axes = reducedAxes(call, 2, fileShape(x).length);
	const keep = { keep_dims: call.flag(3, false) };
	const isFrobenius = order === "euclidean" || order === "fro" || (order === 2 && axes.length === 1);
	if (isFrobenius) return call.tf("EuclideanNorm", [x, list(axes)], keep);
	if (axes.length === 1 && (order === 1 || order === "inf" || order === Number.POSITIVE_INFINITY))
		return call.tf(order === 1 ? "Sum" : "Max", [call.tf("Abs", [x], {}, "sizes"), list(axes)], keep);
	throw call.unsupported(`a norm of order ${order} over ${axes.length} axes`);
};

/** `x / sqrt(max(Σ x², least))`. */
function unitLength(call: OperationCall, axes: readonly number[], least: number): Value {
	const x = call.value(0);
	const squares = call.tf("Square", [x], {}, "squares");
	const sum = call.tf("Sum", [squares, list(axes)], { keep_dims: true }, "sum");
	const raised = call.tf("Maximum", [sum, scalar(least)], {}, "least");
	return call.tf("Mul", [x, call.tf("Rsqrt", [raised], {}, "inverse")]);
}

/** TensorFlow's `l2_normalize(x, axis, epsilon)`. */
export const l2Normalize: OperationReader = (call) =>
	unitLength(call, reducedAxes(call, 1, call.shape(0).length), call.number(2, 1e-12));

/** Keras' `normalize(x, axis, order, epsilon)`. */
export const normalize: OperationReader = (call) => {
	if (call.number(2, 2) !== 2) throw call.unsupported(`it normalises by a norm of order ${call.number(2)}`);
	return unitLength(call, reducedAxes(call, 1, call.shape(0).length, [-1]), call.number(3, 1e-7) ** 2);
};

/** `x, gamma, beta, axis, epsilon, rms_scaling`; constants only are scale and offset. */
export const layerNorm: OperationReader = (call) => {
	if (call.flag(5, false)) throw call.unsupported("rms_scaling isn't read");
	const x = call.activation(0);
	const axes = reducedAxes(call, 3, x.axes.length, [-1]);
	const [gamma, beta] = [1, 2].map((at) => (call.has(at) ? call.constant(at) : null)) as [Tensor | null, Tensor | null];
	return layerNormalization(call.lowering.emitter, call.origin, x, axes, call.number(4, 1e-7), gamma, beta);
};

/** `x, scale, axis, epsilon`. */
export const rmsNorm: OperationReader = (call) => {
	const x = call.value(0);
	const axes = list(reducedAxes(call, 2, fileShape(x).length, [-1]));
	const mean = call.tf("Mean", [call.tf("Square", [x], {}, "squares"), axes], { keep_dims: true }, "mean");
	const raised = call.tf("AddV2", [mean, scalar(call.number(3, 1e-7))], {}, "epsilon");
	const inverse = call.tf("Rsqrt", [raised], {}, "inverse");
	const scale = call.optional(1);
	const normal = call.tf("Mul", [x, inverse], {}, scale ? "normal" : "");
	return scale ? call.tf("Mul", [normal, scale]) : normal;
};

/** `x, mean, variance, offset, scale, axis, epsilon`. */
export const batchNorm: OperationReader = (call) => {
	const x = call.value(0);
	const rank = fileShape(x).length;
	const axis = axisOf(call.number(5, -1), rank);
	const alongAxis = (value: Value): Value => {
		const shape = fileShape(value);
		if (shape.length !== 1 || axis === rank - 1) return value;
		const spread = Array.from({ length: rank }, (_, i) => (i === axis ? (shape[0] as number) : 1));
		return call.tf("Reshape", [value, list(spread)], {}, "spread");
	};
	const raised = call.tf("AddV2", [call.value(2), scalar(call.number(6, 1e-3))], {}, "epsilon");
	const inverse = call.tf("Rsqrt", [raised], {}, "inverse");
	const gamma = call.optional(4);
	const scale = gamma ? call.tf("Mul", [inverse, gamma], {}, "scale") : inverse;
	const shift = call.tf("Mul", [call.value(1), scale], {}, "shift");
	const beta = call.optional(3);
	const offset = beta ? call.tf("Sub", [beta, shift], {}, "offset") : call.tf("Neg", [shift], {}, "offset");
	return call.tf("AddV2", [call.tf("Mul", [x, alongAxis(scale)], {}, "scaled"), alongAxis(offset)]);
};

/** The picture less its mean, by its standard deviation or `1/sqrt(n)`, whichever is larger. */
export const perImageStandardization: OperationReader = (call) => {
	const x = asActivation(call.lowering.emitter, call.origin, call.value(0));
	const shape = call.shape(0);
	const axes = list([...shape.keys()].slice(1));
	const { centred, squares } = deviations(call, x, axes);
	const deviation = call.tf(
		"Sqrt",
		[call.tf("Mean", [squares, axes], { keep_dims: true }, "variance")],
		{},
		"deviation",
	);
	const count = shape.reduce((product, size) => product * size, 1);
	return call.tf("RealDiv", [centred, call.tf("Maximum", [deviation, scalar(1 / Math.sqrt(count))], {}, "least")]);
};

/** The mean, weighted where weights are given: `x, weights, axis`. */
export const average: OperationReader = (call) => {
	const x = call.value(0);
	const axes = reducedAxes(call, 2, fileShape(x).length);
	const weights = call.optional(1);
	if (!weights) return call.tf("Mean", [x, list(axes)]);
	const { length } = fileShape(weights);
	const [axis] = axes;
	const spread =
		length === 1 && axes.length === 1 && axis !== undefined
			? call.tf("Reshape", [weights, list(fileShape(x).map((_, i) => (i === axis ? -1 : 1)))], {}, "spread")
			: weights;
	const total = call.tf("Sum", [spread, list(length === 1 ? axes : [...fileShape(spread).keys()])], {}, "total");
	const sum = call.tf("Sum", [call.tf("Mul", [x, spread], {}, "weighted"), list(axes)], {}, "sum");
	return call.tf("RealDiv", [sum, total]);
};
