/** Shape arithmetic: constants cut, joined, moved and reduced. */

import { sizeOf } from "../../../network/shapes.js";
import { needed } from "../../graph/evaluate/arithmetic.js";
import { argMax, concatenate, gather, reduce, slice, tile } from "../../graph/evaluate/tensors.js";
import { partRanges } from "../../graph/ranges.js";
import {
	axisOf,
	broadcastShapes,
	expanded,
	integers,
	reshaped,
	scalarOf,
	type Tensor,
	tensor,
	transposed,
} from "../../graph/tensor.js";
import { modeOf, padsOf } from "../operations/padding.js";
import { completeShape, equalParts, sliceRanges } from "../operations/shaping.js";
import type { Evaluator } from "./evaluator.js";
import { ints, list } from "./inputs.js";

const reshape: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const wanted = ints(node, inputs, 1, "shape");
	if (!wanted) throw node.damaged("it has no shape");
	return [reshaped(x, completeShape(node, x.shape, wanted, node.int("allowzero", 0) !== 0, 1))];
};

const flatten: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const axis = node.int("axis", 1);
	const at = axis < 0 ? axis + x.shape.length : axis;
	return [reshaped(x, [sizeOf(x.shape.slice(0, at)), sizeOf(x.shape.slice(at))])];
};

const squeeze: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const axes = ints(node, inputs, 1, "axes")?.map((axis) => axisOf(axis, x.shape.length));
	return [
		reshaped(
			x,
			x.shape.filter((size, axis) => (axes ? !axes.includes(axis) : size !== 1)),
		),
	];
};

const unsqueeze: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const given = ints(node, inputs, 1, "axes") ?? [];
	const rank = x.shape.length + given.length;
	const added = new Set(given.map((axis) => axisOf(axis, rank)));
	const sizes = [...x.shape];
	return [
		reshaped(
			x,
			Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (sizes.shift() ?? 1))),
		),
	];
};

const transpose: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const order = node.ints("perm") ?? [...x.shape.keys()].reverse();
	if (
		order.length !== x.shape.length ||
		new Set(order).size !== order.length ||
		order.some((axis) => !(axis in x.shape))
	)
		throw node.damaged(`its 'perm' is [${order.join(", ")}]`);
	return [transposed(x, order)];
};

const concat: Evaluator = (node, inputs) => {
	const tensors = inputs.map((_, i) => needed(node, inputs, i));
	const [first] = tensors as [Tensor];
	return [concatenate(tensors, axisOf(node.int("axis", 0), first.shape.length))];
};

const split: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const axis = axisOf(node.int("axis", 0), x.shape.length);
	const size = x.shape[axis] as number;
	const sizes = ints(node, inputs, 1, "split") ?? equalParts(size, node.int("num_outputs", node.outputs.length));
	if (sizes.reduce((a, b) => a + b, 0) !== size)
		throw node.damaged(`${size} values can't be split into ${sizes.join(", ")}`);
	return partRanges(x.shape, axis, sizes).map((ranges) => slice(x, ranges));
};

const sliced: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const ranges = sliceRanges(node, x.shape, (at, name) => ints(node, inputs, at, name));
	return [slice(x, ranges)];
};

const gathered: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	return [gather(x, needed(node, inputs, 1), axisOf(node.int("axis", 0), x.shape.length))];
};

const expand: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	return [expanded(x, broadcastShapes(x.shape, list(needed(node, inputs, 1))))];
};

const tiled: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const repeats = list(needed(node, inputs, 1));
	if (repeats.length !== x.shape.length) throw node.damaged(`its repeats are [${repeats.join(", ")}]`);
	return [tile(x, repeats)];
};

const pad: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const mode = modeOf(node);
	const { before, after } = padsOf(node, x.shape.length, (at, name) => ints(node, inputs, at, name));
	const given = inputs[2];
	// Places outside read one more value, which stands behind the others.
	const fill = tensor(x.type, [1], [given ? scalarOf(given) : node.float("value", 0)]);
	return [
		[...x.shape.keys()].reduce((padded, axis) => {
			const [first, second] = [before[axis] as number, after[axis] as number];
			const size = padded.shape[axis] as number;
			const sources = Array.from({ length: size + first + second }, (_, i) => paddedFrom(i - first, size, mode));
			const border = expanded(
				fill,
				padded.shape.map((own, i) => (i === axis ? 1 : own)),
			);
			return gather(concatenate([padded, border], axis), integers(sources), axis);
		}, x),
	];
};

/** Which of `size` values stands at a place of a padded axis; `size` itself for the constant. */
function paddedFrom(i: number, size: number, mode: ReturnType<typeof modeOf>): number {
	if (i >= 0 && i < size) return i;
	switch (mode) {
		case "constant":
			return size;
		case "edge":
			return i < 0 ? 0 : size - 1;
		case "reflect":
			return i < 0 ? -i : 2 * (size - 1) - i;
		case "wrap":
			return ((i % size) + size) % size;
	}
}

const reduction =
	(
		start: number,
		step: (sum: number, v: number) => number,
		finish?: (sum: number, count: number) => number,
	): Evaluator =>
	(node, inputs) => {
		const x = needed(node, inputs, 0);
		const given = ints(node, inputs, 1, "axes");
		const isAll = !given || given.length === 0;
		if (isAll && node.int("noop_with_empty_axes", 0) !== 0) return [x];
		const axes = isAll ? [...x.shape.keys()] : given.map((axis) => axisOf(axis, x.shape.length));
		return [reduce(x, axes, node.int("keepdims", 1) !== 0, start, step, finish)];
	};

/** `log(eᵃ + eᵇ)` without overflow. */
function logSumExp(a: number, b: number): number {
	const most = Math.max(a, b);
	return Number.isFinite(most) ? most + Math.log1p(Math.exp(-Math.abs(a - b))) : most;
}

const largest: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const axis = axisOf(node.int("axis", 0), x.shape.length);
	return [argMax(x, axis, node.int("keepdims", 1) !== 0, node.int("select_last_index", 0) !== 0)];
};

const shape: Evaluator = (node, inputs) => {
	const sizes = needed(node, inputs, 0).shape;
	const bound = (at: number) => Math.min(sizes.length, Math.max(0, at < 0 ? at + sizes.length : at));
	return [integers(sizes.slice(bound(node.int("start", 0)), bound(node.int("end", sizes.length))))];
};

export const SHAPES: Readonly<Record<string, Evaluator>> = {
	Reshape: reshape,
	Flatten: flatten,
	Squeeze: squeeze,
	Unsqueeze: unsqueeze,
	Transpose: transpose,
	Concat: concat,
	Split: split,
	Slice: sliced,
	Gather: gathered,
	Expand: expand,
	Tile: tiled,
	Pad: pad,
	Shape: shape,
	Size: (node, inputs) => [tensor("int64", [], [needed(node, inputs, 0).data.length])],
	ArgMax: largest,
	ReduceSum: reduction(0, (sum, v) => sum + v),
	ReduceMean: reduction(
		0,
		(sum, v) => sum + v,
		(sum, count) => sum / count,
	),
	ReduceMax: reduction(Number.NEGATIVE_INFINITY, Math.max),
	ReduceMin: reduction(Number.POSITIVE_INFINITY, Math.min),
	ReduceProd: reduction(1, (product, v) => product * v),
	ReduceL1: reduction(0, (sum, v) => sum + Math.abs(v)),
	ReduceL2: reduction(0, (sum, v) => sum + v * v, Math.sqrt),
	ReduceSumSquare: reduction(0, (sum, v) => sum + v * v),
	ReduceLogSum: reduction(0, (sum, v) => sum + v, Math.log),
	ReduceLogSumExp: reduction(Number.NEGATIVE_INFINITY, logSumExp),
};
