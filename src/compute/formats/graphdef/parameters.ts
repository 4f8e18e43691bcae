/** What operations are told by attributes and constants: the same for constants and for what depends on the picture. */

import { sizeOf } from "../../network/shapes.js";
import { type Range, wholeRanges } from "../graph/ranges.js";
import { axisOf } from "../graph/tensor.js";
import type { GraphNode } from "./node.js";

/** The shape that a Reshape means: -1 is what is left. */
export function reshapedTo(node: GraphNode, from: readonly number[], wanted: readonly number[]): number[] {
	const total = sizeOf(from);
	const known = wanted.reduce((product, size) => (size === -1 ? product : product * size), 1);
	const shape = wanted.map((size) => (size === -1 ? total / known : size));
	if (shape.some((size) => !Number.isSafeInteger(size) || size < 0) || sizeOf(shape) !== total)
		throw node.damaged(
			`${from.join("×")} can't be reshaped to [${wanted.join(", ")}]. A graph for a fixed batch of several pictures is to be exported with batch size 1 or an open one`,
		);
	return shape;
}

/** Axes that a Squeeze leaves out. */
export function squeezedAxes(node: GraphNode, shape: readonly number[]): ReadonlySet<number> {
	const given = node.ints("squeeze_dims") ?? node.ints("axis") ?? [];
	const axes =
		given.length > 0
			? given.map((axis) => axisOf(axis, shape.length))
			: [...shape.keys()].filter((axis) => shape[axis] === 1);
	if (axes.some((axis) => shape[axis] !== 1)) throw node.damaged(`an axis of ${shape.join("×")} to leave out isn't 1`);
	return new Set(axes);
}

/** Where a new axis goes; -1 is behind the last. */
export function newAxis(axis: number, rank: number): number {
	return axisOf(axis, rank + 1);
}

export function checkedOrder(node: GraphNode, order: readonly number[], rank: number): readonly number[] {
	const places = new Set(order);
	if (order.length !== rank || places.size !== rank || order.some((axis) => !(axis >= 0 && axis < rank)))
		throw node.damaged(`its order is [${order.join(", ")}] for ${rank} axes`);
	return order;
}

/** Sizes along an axis that is split; -1 is what is left. */
export function splitSizes(node: GraphNode, size: number, given: readonly number[] | null): readonly number[] {
	const count = node.int("num_split", 0);
	const sizes = given ?? Array.from({ length: Math.min(count, size) }, () => size / count);
	const known = sizes.reduce((sum, part) => (part === -1 ? sum : sum + part), 0);
	const parts = sizes.map((part) => (part === -1 ? size - known : part));
	const total = parts.reduce((sum, part) => sum + part, 0);
	if (total !== size || parts.some((part) => !Number.isSafeInteger(part) || part < 1))
		throw node.damaged(`${size} values can't be split into ${sizes.join(", ")}`);
	return parts;
}

export interface Cut {
	/** For each axis of the value. */
	readonly ranges: readonly Range[];
	/** The axes of the result: one of the value, or a new one (null); an axis that isn't listed has one value and goes. */
	readonly axes: readonly (number | null)[];
}

/** What a StridedSlice cuts: NumPy's indexing, with bit masks for what isn't a plain range. */
export function stridedCut(
	node: GraphNode,
	shape: readonly number[],
	[begin, end, strides]: readonly [readonly number[], readonly number[], readonly number[]],
): Cut {
	if (begin.length !== end.length || begin.length !== strides.length || begin.length > 32)
		throw node.damaged("its begin, end and strides don't match");
	const bit = (mask: string, i: number) => ((node.int(mask, 0) >> i) & 1) === 1;
	const items = [...begin.keys()];
	const isNew = (i: number) => bit("new_axis_mask", i) && !bit("ellipsis_mask", i);
	const named = items.filter((i) => !isNew(i) && !bit("ellipsis_mask", i)).length;
	if (named > shape.length) throw node.damaged(`it cuts ${named} of ${shape.length} axes`);
	const ranges = wholeRanges(shape);
	const axes: (number | null)[] = [];
	let axis = 0;
	const keepUntil = (last: number) => {
		while (axis < last) axes.push(axis++);
	};
	for (const i of items) {
		if (bit("ellipsis_mask", i)) {
			const after = items.filter((k) => k > i && !isNew(k)).length;
			keepUntil(shape.length - after);
			continue;
		}
		if (isNew(i)) {
			axes.push(null);
			continue;
		}
		const size = shape[axis] as number;
		if (bit("shrink_axis_mask", i)) {
			const start = axisOf(begin[i] as number, size);
			ranges[axis] = { start, size: 1, step: 1 };
		} else {
			ranges[axis] = rangeOf(node, i, size, [begin[i], end[i], strides[i]] as [number, number, number], bit);
			axes.push(axis);
		}
		axis++;
	}
	keepUntil(shape.length);
	return { ranges, axes };
}

function rangeOf(
	node: GraphNode,
	i: number,
	size: number,
	[begin, end, step]: readonly [number, number, number],
	bit: (mask: string, i: number) => boolean,
): Range {
	if (!Number.isSafeInteger(step) || step === 0) throw node.damaged(`a step of ${step}`);
	const [lowest, highest] = step > 0 ? [0, size] : [-1, size - 1];
	const bound = (index: number) => Math.min(highest, Math.max(lowest, index < 0 ? index + size : index));
	const first = bit("begin_mask", i) ? (step > 0 ? 0 : size - 1) : bound(begin);
	const last = bit("end_mask", i) ? (step > 0 ? size : -1) : bound(end);
	return { start: first, size: Math.max(0, Math.ceil((last - first) / step)), step };
}

/** The ranges of a Slice; a size of -1 is all that is left. */
export function sliceRanges(
	node: GraphNode,
	shape: readonly number[],
	begin: readonly number[],
	sizes: readonly number[],
): readonly Range[] {
	if (begin.length !== shape.length || sizes.length !== shape.length) throw node.damaged("it doesn't cut every axis");
	return shape.map((size, axis) => {
		const start = begin[axis] as number;
		const wanted = sizes[axis] as number;
		const own = wanted === -1 ? size - start : wanted;
		if (!(start >= 0 && own >= 0 && start + own <= size))
			throw node.damaged(`it cuts ${own} values from ${start} on of ${size}`);
		return { start, size: own, step: 1 };
	});
}

/** `[[before, after], ...]` for each axis. */
export function paddings(
	node: GraphNode,
	list: readonly number[],
	rank: number,
): { before: number[]; after: number[] } {
	if (list.length !== 2 * rank || list.some((pad) => !Number.isSafeInteger(pad) || pad < 0))
		throw node.damaged(`its paddings are [${list.join(", ")}]`);
	return {
		before: list.filter((_, i) => i % 2 === 0),
		after: list.filter((_, i) => i % 2 === 1),
	};
}

/** Axes of a reduction. */
export function reducedAxes(list: readonly number[], rank: number): number[] {
	return [...new Set(list.map((axis) => axisOf(axis, rank)))].sort((a, b) => a - b);
}
