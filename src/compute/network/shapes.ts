/** Shape inference: what comes out of an operation, checked before anything is computed or allocated. */
import type { NetworkNode, Operation, Padding2D, Pair, Shape, Weight, WeightRole } from "./types.js";

export type Weights = NetworkNode["weights"];

/** Thrown where shapes don't fit; the builder adds the node's name. */
export class ShapeError extends Error {}

/** Number of values of one example. */
export function sizeOf(shape: Shape): number {
	return shape.reduce((product, size) => product * size, 1);
}

export function showShape(shape: Shape): string {
	return shape.length === 0 ? "scalar" : shape.join("×");
}

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
			for (const role of ["scale", "offset"] as const) {
				const { shape } = weight(weights, role, 1);
				if (shape[0] !== 1) expectSize(role, shape[0] as number, last(x));
			}
			return x;
		}
		case "MaxPool2D":
		case "AveragePool2D": {
			const [height, width, channels] = image(only(inputs));
			const { padding, size } = operation;
			if (Math.max(padding.top, padding.bottom) >= size[0] || Math.max(padding.left, padding.right) >= size[1])
				throw new ShapeError(`padding as wide as the ${showShape(size)} window`);
			return [...windows([height, width], size, { ...operation, dilations: [1, 1] }), channels];
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
			broadcast(x, alpha.shape);
			return x;
		}
		case "Softmax":
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

interface Window {
	readonly strides: Pair;
	readonly dilations: Pair;
	readonly padding: Padding2D;
}

function windows(size: Pair, kernel: Pair, { strides, dilations, padding }: Window): Pair {
	const along = (axis: 0 | 1, pad: number): number => {
		const reach = (kernel[axis] - 1) * dilations[axis] + 1;
		const places = Math.floor((size[axis] + pad - reach) / strides[axis]) + 1;
		if (!(places >= 1))
			throw new ShapeError(
				`a window of ${reach} doesn't fit into ${size[axis] + pad} ${axis === 0 ? "rows" : "columns"}`,
			);
		return places;
	};
	return [along(0, padding.top + padding.bottom), along(1, padding.left + padding.right)];
}

/** NumPy's rule, for shapes without batch: aligned at the end. */
function broadcast(a: Shape, b: Shape): Shape {
	const rank = Math.max(a.length, b.length);
	return Array.from({ length: rank }, (_, i) => {
		const left = a[a.length - rank + i] ?? 1;
		const right = b[b.length - rank + i] ?? 1;
		if (left !== right && left !== 1 && right !== 1)
			throw new ShapeError(`${showShape(a)} and ${showShape(b)} don't fit together`);
		return Math.max(left, right);
	});
}

function only(inputs: readonly Shape[]): Shape {
	const [shape] = inputs;
	if (!shape || inputs.length !== 1) throw new ShapeError(`needs one input, has ${inputs.length}`);
	return shape;
}

function last(shape: Shape): number {
	const size = shape.at(-1);
	if (size === undefined) throw new ShapeError("needs at least one axis");
	return size;
}

function image(shape: Shape): readonly [number, number, number] {
	if (shape.length !== 3) throw new ShapeError(`needs height×width×channels, has ${showShape(shape)}`);
	return shape as unknown as readonly [number, number, number];
}

function weight(weights: Weights, role: WeightRole, rank: number): Weight {
	const found = weights[role];
	if (!found) throw new ShapeError(`the weight '${role}' is missing`);
	if (found.shape.length !== rank)
		throw new ShapeError(`the weight '${found.name}' has shape ${showShape(found.shape)}, ${rank} axes are expected`);
	return found;
}

function expectVector(found: Weight | undefined, size: number): void {
	if (found && (found.shape.length !== 1 || found.shape[0] !== size))
		throw new ShapeError(`the weight '${found.name}' has shape ${showShape(found.shape)}, ${size} is expected`);
}

function expectSize(what: string, found: number, expected: number): void {
	if (found !== expected) throw new ShapeError(`${what}: ${found} found, ${expected} expected`);
}
