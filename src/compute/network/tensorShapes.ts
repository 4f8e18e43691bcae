/** Shape rules of the operations that work on tensors of any rank. */
import {
	broadcast,
	expectAxes,
	expectSize,
	expectVector,
	expectWithin,
	image,
	last,
	only,
	ShapeError,
	showShape,
	type Weights,
} from "./shapeRules.js";
import type { Operation, Shape } from "./types.js";

type Tensorwise = Extract<
	Operation,
	{
		op:
			| "Binary"
			| "Select"
			| "MatMul"
			| "Constant"
			| "Transpose"
			| "Slice"
			| "Gather"
			| "Broadcast"
			| "Pad"
			| "Reduce"
			| "TopK"
			| "LayerNormalization"
			| "GroupNormalization"
			| "LocalResponseNormalization";
	}
>;

/** As `inferShape`. */
export function inferTensorShape(operation: Tensorwise, inputs: readonly Shape[], weights: Weights): Shape {
	switch (operation.op) {
		case "Binary":
			expectSize("inputs", inputs.length, 2);
			return inputs.reduce(broadcast);
		case "Select":
			expectSize("inputs", inputs.length, 3);
			return inputs.reduce(broadcast);
		case "MatMul":
			return product(inputs);
		case "Constant": {
			expectSize("inputs", inputs.length, 0);
			if (!weights.value) throw new ShapeError("the weight 'value' is missing");
			return weights.value.shape;
		}
		case "Transpose": {
			const x = only(inputs);
			expectSize("axes", operation.order.length, x.length);
			expectAxes(operation.order, x.length);
			return operation.order.map((axis) => x[axis] as number);
		}
		case "Slice": {
			const x = only(inputs);
			const { starts, sizes, steps } = operation;
			x.forEach((size, axis) => {
				const [start, step] = [starts[axis] as number, steps[axis] as number];
				const end = start + ((sizes[axis] as number) - 1) * step;
				if (!(Math.min(start, end) >= 0 && Math.max(start, end) < size && step !== 0))
					throw new ShapeError(`values ${start} to ${end} of ${size} along axis ${axis}`);
			});
			return sizes;
		}
		case "Gather": {
			const x = only(inputs);
			const { axis, indices } = operation;
			expectAxes([axis], x.length);
			const size = x[axis] as number;
			if (indices.some((index) => !Number.isInteger(index) || index < 0 || index >= size))
				throw new ShapeError(`an index beyond the ${size} values of axis ${axis}`);
			return x.map((own, i) => (i === axis ? indices.length : own));
		}
		case "Broadcast": {
			const x = only(inputs);
			const joint = broadcast(x, operation.shape);
			if (showShape(joint) !== showShape(operation.shape))
				throw new ShapeError(`${showShape(x)} can't be repeated to ${showShape(operation.shape)}`);
			return operation.shape;
		}
		case "Pad": {
			const x = only(inputs);
			const { before, after, mode } = operation;
			return x.map((size, axis) => {
				const [first, second] = [before[axis] as number, after[axis] as number];
				const most = mode === "reflect" ? size - 1 : mode === "wrap" ? size : Number.POSITIVE_INFINITY;
				if (!(first >= 0 && second >= 0 && Math.max(first, second) <= most))
					throw new ShapeError(`padding of ${first} and ${second} around ${size} (${mode})`);
				return size + first + second;
			});
		}
		case "Reduce": {
			const x = only(inputs);
			expectAxes(operation.axes, x.length);
			const goes = new Set(operation.axes);
			return x.flatMap((size, axis) => (!goes.has(axis) ? [size] : operation.keepDims ? [1] : []));
		}
		case "TopK": {
			const x = only(inputs);
			const { k } = operation;
			if (!(Number.isSafeInteger(k) && k >= 1 && k <= last(x))) throw new ShapeError(`the ${k} largest of ${last(x)}`);
			return [...x.slice(0, -1), k];
		}
		case "LayerNormalization": {
			const x = only(inputs);
			expectAxes(operation.axes, x.length);
			for (const factor of [weights.gamma, weights.beta]) if (factor) expectWithin(x, factor);
			return x;
		}
		case "GroupNormalization": {
			const x = only(inputs);
			if (last(x) % operation.groups !== 0)
				throw new ShapeError(`${last(x)} channels can't be split into ${operation.groups} groups`);
			for (const factor of [weights.gamma, weights.beta]) expectVector(factor, last(x));
			return x;
		}
		case "LocalResponseNormalization":
			image(only(inputs));
			return only(inputs);
	}
}

function product(inputs: readonly Shape[]): Shape {
	expectSize("inputs", inputs.length, 2);
	const [a, b] = inputs as readonly [Shape, Shape];
	if (a.length < 2 || b.length < 2)
		throw new ShapeError(`${showShape(a)} times ${showShape(b)}: two axes or more are needed`);
	expectSize("inner size", b.at(-2) as number, a.at(-1) as number);
	return [...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2) as number, b.at(-1) as number];
}
