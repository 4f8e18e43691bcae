/** Shape arithmetic: constants cut, joined, moved, made and reduced. */

import { sizeOf } from "../../../network/shapes.js";
import { needed } from "../../graph/evaluate/arithmetic.js";
import { argMax, concatenate, gather, reduce, slice, tile } from "../../graph/evaluate/tensors.js";
import { partRanges } from "../../graph/ranges.js";
import {
	allocate,
	axisOf,
	broadcastShapes,
	expanded,
	reshaped,
	scalarOf,
	type Tensor,
	tensor,
	transposed,
} from "../../graph/tensor.js";
import type { Evaluator } from "../lowering.js";
import type { GraphNode } from "../node.js";
import {
	checkedOrder,
	newAxis,
	paddings,
	reducedAxes,
	reshapedTo,
	sliceRanges,
	splitSizes,
	squeezedAxes,
	stridedCut,
} from "../parameters.js";
import { listOf } from "./arithmetic.js";

const reshape: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	return [reshaped(x, reshapedTo(node, x.shape, listOf(node, inputs, 1)))];
};

const squeeze: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const gone = squeezedAxes(node, x.shape);
	return [
		reshaped(
			x,
			x.shape.filter((_, axis) => !gone.has(axis)),
		),
	];
};

const expandDims: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	return [reshaped(x, withOne(x.shape, newAxis(scalarOf(needed(node, inputs, 1)), x.shape.length)))];
};

function withOne(shape: readonly number[], at: number): number[] {
	return [...shape.slice(0, at), 1, ...shape.slice(at)];
}

const transpose: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	return [transposed(x, checkedOrder(node, listOf(node, inputs, 1), x.shape.length))];
};

const concat =
	(axisFirst: boolean): Evaluator =>
	(node, inputs) => {
		const axis = scalarOf(needed(node, inputs, axisFirst ? 0 : inputs.length - 1));
		const values = axisFirst ? inputs.slice(1) : inputs.slice(0, -1);
		const first = needed(node, values, 0);
		return [concatenate(values, axisOf(axis, first.shape.length))];
	};

const pack: Evaluator = (node, inputs) => {
	const first = needed(node, inputs, 0);
	const axis = newAxis(node.int("axis", 0), first.shape.length);
	return [
		concatenate(
			inputs.map((x) => reshaped(x, withOne(x.shape, axis))),
			axis,
		),
	];
};

function parts(x: Tensor, axis: number, sizes: readonly number[]): Tensor[] {
	return partRanges(x.shape, axis, sizes).map((ranges) => slice(x, ranges));
}

const unpack: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const axis = axisOf(node.int("axis", 0), x.shape.length);
	const kept = x.shape.filter((_, i) => i !== axis);
	return parts(
		x,
		axis,
		Array.from({ length: x.shape[axis] as number }, () => 1),
	).map((part) => reshaped(part, kept));
};

const split: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 1);
	const axis = axisOf(scalarOf(needed(node, inputs, 0)), x.shape.length);
	return parts(x, axis, splitSizes(node, x.shape[axis] as number, null));
};

const splitV: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const axis = axisOf(scalarOf(needed(node, inputs, 2)), x.shape.length);
	return parts(x, axis, splitSizes(node, x.shape[axis] as number, listOf(node, inputs, 1)));
};

const sliced: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const ranges = sliceRanges(node, x.shape, listOf(node, inputs, 1), listOf(node, inputs, 2));
	return [slice(x, ranges)];
};

const stridedSlice: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const lists = [1, 2, 3].map((at) => listOf(node, inputs, at)) as [number[], number[], number[]];
	const { ranges, axes } = stridedCut(node, x.shape, lists);
	const cut = slice(x, ranges);
	return [
		reshaped(
			cut,
			axes.map((axis) => (axis === null ? 1 : (cut.shape[axis] as number))),
		),
	];
};

const gathered: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	if (node.int("batch_dims", 0) !== 0) throw node.unsupported("its 'batch_dims' aren't 0");
	const axis = inputs[2] ? scalarOf(inputs[2]) : 0;
	return [gather(x, needed(node, inputs, 1), axisOf(axis, x.shape.length))];
};

const tiled: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const repeats = listOf(node, inputs, 1);
	if (repeats.length !== x.shape.length) throw node.damaged(`its multiples are [${repeats.join(", ")}]`);
	return [tile(x, repeats)];
};

const broadcastTo: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	return [expanded(x, broadcastShapes(x.shape, checkedShape(node, listOf(node, inputs, 1))))];
};

const fill: Evaluator = (node, inputs) => {
	const value = needed(node, inputs, 1);
	return [filled(value, checkedShape(node, listOf(node, inputs, 0)), scalarOf(value))];
};

const like =
	(value: number): Evaluator =>
	(node, inputs) => {
		const x = needed(node, inputs, 0);
		return [filled(x, x.shape, value)];
	};

function filled({ type }: Tensor, shape: readonly number[], value: number): Tensor {
	return tensor(type, shape, allocate(type, sizeOf(shape)).fill(value));
}

function checkedShape(node: GraphNode, shape: readonly number[]): readonly number[] {
	if (shape.some((size) => !Number.isSafeInteger(size) || size < 0))
		throw node.damaged(`its shape is ${shape.join("×")}`);
	return shape;
}

const range: Evaluator = (node, inputs) => {
	const [start, limit, step] = [0, 1, 2].map((at) => scalarOf(needed(node, inputs, at))) as [number, number, number];
	const { type } = needed(node, inputs, 0);
	const count = Math.max(0, Math.ceil((limit - start) / step));
	const values = allocate(type, count).map((_, i) => start + i * step);
	return [tensor(type, [count], values)];
};

const pad: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const { before, after } = paddings(node, listOf(node, inputs, 1), x.shape.length);
	const fillWith = inputs[2] ? scalarOf(inputs[2]) : 0;
	return [
		[...x.shape.keys()].reduce((padded, axis) => {
			const border = (size: number) =>
				filled(
					x,
					padded.shape.map((own, i) => (i === axis ? size : own)),
					fillWith,
				);
			return concatenate([border(before[axis] as number), padded, border(after[axis] as number)], axis);
		}, x),
	];
};

const reduction =
	(
		start: number,
		step: (sum: number, v: number) => number,
		finish?: (sum: number, count: number) => number,
	): Evaluator =>
	(node, inputs) => {
		const x = needed(node, inputs, 0);
		const axes = reducedAxes(listOf(node, inputs, 1), x.shape.length);
		return [reduce(x, axes, node.flag("keep_dims"), start, step, finish)];
	};

const largest: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	return [argMax(x, axisOf(scalarOf(needed(node, inputs, 1)), x.shape.length), false, false)];
};

const broadcastArgs: Evaluator = (node, inputs) => {
	const shape = broadcastShapes(listOf(node, inputs, 0), listOf(node, inputs, 1));
	return [tensor("int32", [shape.length], shape)];
};

const inverse: Evaluator = (node, inputs) => {
	const order = listOf(node, inputs, 0);
	checkedOrder(node, order, order.length);
	return [
		tensor(
			"int32",
			[order.length],
			order.map((_, i) => order.indexOf(i)),
		),
	];
};

export const SHAPES: Readonly<Record<string, Evaluator>> = {
	Reshape: reshape,
	Squeeze: squeeze,
	ExpandDims: expandDims,
	Transpose: transpose,
	Concat: concat(true),
	ConcatV2: concat(false),
	Pack: pack,
	Unpack: unpack,
	Split: split,
	SplitV: splitV,
	Slice: sliced,
	StridedSlice: stridedSlice,
	Gather: gathered,
	GatherV2: gathered,
	Tile: tiled,
	BroadcastTo: broadcastTo,
	BroadcastArgs: broadcastArgs,
	InvertPermutation: inverse,
	Fill: fill,
	ZerosLike: like(0),
	OnesLike: like(1),
	Range: range,
	Pad: pad,
	PadV2: pad,
	Shape: (node, inputs) => [shapeTensor(needed(node, inputs, 0).shape)],
	ShapeN: (_node, inputs) => inputs.map(({ shape }) => shapeTensor(shape)),
	Size: (node, inputs) => [tensor("int32", [], [needed(node, inputs, 0).data.length])],
	Rank: (node, inputs) => [tensor("int32", [], [needed(node, inputs, 0).shape.length])],
	ArgMax: largest,
	Sum: reduction(0, (sum, v) => sum + v),
	Mean: reduction(
		0,
		(sum, v) => sum + v,
		(sum, count) => sum / count,
	),
	Max: reduction(Number.NEGATIVE_INFINITY, Math.max),
	Min: reduction(Number.POSITIVE_INFINITY, Math.min),
	Prod: reduction(1, (product, v) => product * v),
	All: reduction(1, (all, v) => all * v),
	Any: reduction(0, Math.max),
};

export function shapeTensor(shape: readonly number[]): Tensor {
	return tensor("int32", [shape.length], shape);
}
