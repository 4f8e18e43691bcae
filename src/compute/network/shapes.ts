/** Shape inference: what comes out of an operation, checked before anything is computed or allocated. */
import {
	broadcast,
	expectSize,
	expectVector,
	expectWithin,
	image,
	last,
	only,
	ShapeError,
	showShape,
	sizeOf,
	type Weights,
	weight,
	windows,
} from "./shapeRules.js";
import { inferTensorShape } from "./tensorShapes.js";
import type { Operation, Padding2D, Pair, Shape } from "./types.js";

export { ShapeError, showShape, sizeOf, type Weights } from "./shapeRules.js";

/** Padding that TensorFlow's `same` means for an input of this size: the odd pixel goes below and right. */
export function samePadding(size: Pair, kernel: Pair, strides: Pair, dilations: Pair): Padding2D {
	const along = (axis: 0 | 1): [before: number, after: number] => {
		const reach = (kernel[axis] - 1) * dilations[axis] + 1;
		const outputs = Math.ceil(size[axis] / strides[axis]);
		const total = Math.max(0, (outputs - 1) * strides[axis] + reach - size[axis]);
		const before = Math.floor(total / 2);
		return [before, total - before];
	};
	const [top, bottom] = along(0);
	const [left, right] = along(1);
	return { top, bottom, left, right };
}

export const NO_PADDING: Padding2D = { top: 0, bottom: 0, left: 0, right: 0 };

/**
 * Shape of the output. Throws `ShapeError` where inputs or weights don't fit the operation.
 */
export function inferShape(operation: Operation, inputs: readonly Shape[], weights: Weights): Shape {
	switch (operation.op) {
		case "Input":
			throw new ShapeError("an Input has its shape from the file");
		case "Dense": {
			const x = only(inputs);
			const kernel = weight(weights, "kernel", 2);
			const [into, out] = kernel.shape as [number, number];
			expectSize("last axis", last(x), into);
			expectVector(weights.bias, out);
			return [...x.slice(0, -1), out];
		}
		case "Conv2D": {
			const [height, width, channels] = image(only(inputs));
			const kernel = weight(weights, "kernel", 4);
			const [kh, kw, perGroup, filters] = kernel.shape as [number, number, number, number];
			expectSize("channels", channels, perGroup * operation.groups);
			if (filters % operation.groups !== 0)
				throw new ShapeError(`${filters} filters can't be split into ${operation.groups} groups`);
			expectVector(weights.bias, filters);
			return [...windows([height, width], [kh, kw], operation), filters];
		}
		case "DepthwiseConv2D": {
			const [height, width, channels] = image(only(inputs));
			const kernel = weight(weights, "kernel", 4);
			const [kh, kw, into, multiplier] = kernel.shape as [number, number, number, number];
			expectSize("channels", channels, into);
			expectVector(weights.bias, into * multiplier);
			return [...windows([height, width], [kh, kw], operation), into * multiplier];
		}
		case "BatchNormalization": {
			const x = only(inputs);
			expectVector(weight(weights, "mean", 1), last(x));
			expectVector(weight(weights, "variance", 1), last(x));
			expectVector(weights.gamma, last(x));
			expectVector(weights.beta, last(x));
			return x;
		}
		case "Affine": {
			const x = only(inputs);
			for (const factor of [weights.scale, weights.offset]) if (factor) expectWithin(x, factor);
			return x;
		}
		case "MaxPool2D":
		case "AveragePool2D": {
			const [height, width, channels] = image(only(inputs));
			const { padding, size, dilations = [1, 1] } = operation;
			const [down, across] = [(size[0] - 1) * dilations[0] + 1, (size[1] - 1) * dilations[1] + 1];
			if (Math.max(padding.top, padding.bottom) >= down || Math.max(padding.left, padding.right) >= across)
				throw new ShapeError(`padding as wide as the ${down}×${across} window`);
			return [...windows([height, width], size, { ...operation, dilations }), channels];
		}
		case "GlobalMaxPool2D":
		case "GlobalAveragePool2D": {
			const [, , channels] = image(only(inputs));
			return operation.keepDims ? [1, 1, channels] : [channels];
		}
		case "Flatten":
			return [sizeOf(only(inputs))];
		case "Reshape": {
			const x = only(inputs);
			if (sizeOf(x) !== sizeOf(operation.shape))
				throw new ShapeError(`${showShape(x)} can't be reshaped to ${showShape(operation.shape)}`);
			return operation.shape;
		}
		case "ZeroPad2D": {
			const [height, width, channels] = image(only(inputs));
			const { top, bottom, left, right } = operation.padding;
			return [height + top + bottom, width + left + right, channels];
		}
		case "PReLU": {
			const x = only(inputs);
			const alpha = weights.alpha;
			if (!alpha) throw new ShapeError("the weight 'alpha' is missing");
			expectWithin(x, alpha);
			return x;
		}
		case "Softmax":
		case "LogSoftmax":
			last(only(inputs));
			return only(inputs);
		case "ReverseChannels":
			image(only(inputs));
			return only(inputs);
		case "Pointwise":
		case "Identity":
			return only(inputs);
		case "Add":
		case "Multiply":
			if (inputs.length < 2) throw new ShapeError(`needs two inputs or more, has ${inputs.length}`);
			return inputs.reduce(broadcast);
		case "Concatenate":
			return concatenated(inputs, operation.axis);
		case "ConvTranspose2D": {
			const [height, width, channels] = image(only(inputs));
			const kernel = weight(weights, "kernel", 4);
			const [kh, kw, perGroup, into] = kernel.shape as [number, number, number, number];
			expectSize("channels", channels, into);
			if (into % operation.groups !== 0)
				throw new ShapeError(`${into} channels can't be split into ${operation.groups} groups`);
			expectVector(weights.bias, perGroup * operation.groups);
			const { strides, dilations, padding, outputPadding } = operation;
			const along = (axis: 0 | 1, size: number, window: number, cut: number) =>
				(size - 1) * strides[axis] + (window - 1) * dilations[axis] + 1 - cut + outputPadding[axis];
			return [
				along(0, height, kh, padding.top + padding.bottom),
				along(1, width, kw, padding.left + padding.right),
				perGroup * operation.groups,
			];
		}
		case "Resample2D": {
			const [height, width, channels] = image(only(inputs));
			const { rows, columns } = operation;
			expectSize("rows", height, rows.columns);
			expectSize("columns", width, columns.columns);
			for (const matrix of [rows, columns]) expectSize("weights", matrix.data.length, matrix.rows * matrix.columns);
			return [rows.rows, columns.rows, channels];
		}
		default:
			return inferTensorShape(operation, inputs, weights);
	}
}

function concatenated(inputs: readonly Shape[], axis: number): Shape {
	const [first, ...others] = inputs;
	if (!first) throw new ShapeError("needs an input");
	if (axis < 0 || axis >= first.length) throw new ShapeError(`axis ${axis} of ${showShape(first)}`);
	for (const other of others) {
		if (other.length !== first.length || other.some((size, i) => i !== axis && size !== first[i]))
			throw new ShapeError(`${showShape(first)} and ${showShape(other)} can't be joined along axis ${axis}`);
	}
	const joined = inputs.reduce((sum, shape) => sum + (shape[axis] as number), 0);
	return first.map((size, i) => (i === axis ? joined : size));
}
