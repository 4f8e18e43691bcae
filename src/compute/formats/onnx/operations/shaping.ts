/** Operations that move, cut, repeat and join values. */

import { sizeOf } from "../../../network/shapes.js";
import { type Activation, partOf, shapeOf } from "../../graph/activation.js";
import { fileShape, type Value } from "../../graph/align.js";
import { FLOATS, noteRounding } from "../../graph/coarse.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import * as shaping from "../../graph/lower/shaping.js";
import { partRanges, type Range, wholeRanges } from "../../graph/ranges.js";
import { axisOf, integers, scalarOf, tensor } from "../../graph/tensor.js";
import { elementType } from "../elements.js";
import type { OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";
import { depthToSpace, spaceToDepth } from "./blocks.js";
import { pad } from "./padding.js";
import { resize } from "./resize.js";

const reshape: OperationReader = (node, inputs, { emitter, fixedBatch }) => {
	const x = inputs.activation(0);
	const wanted = inputs.ints(1, "shape");
	if (!wanted) throw node.damaged("it has no shape");
	const shape = completeShape(node, shapeOf(x), wanted, node.int("allowzero", 0) !== 0, fixedBatch);
	return [shaping.reshape(emitter, node.origin, x, shape)];
};

/**
 * The shape that a Reshape means: 0 copies an axis, -1 is what is left. A file for a fixed batch of n may have the n
 * in its shapes; there is one picture here.
 */
export function completeShape(
	node: OnnxNode,
	from: readonly number[],
	wanted: readonly number[],
	zeroIsZero: boolean,
	fixedBatch: number,
): number[] {
	const total = sizeOf(from);
	const copied = wanted.map((size, axis) => (size === 0 && !zeroIsZero ? (from[axis] ?? Number.NaN) : size));
	const known = copied.reduce((product, size) => (size === -1 ? product : product * size), 1);
	const isOpen = copied.includes(-1);
	const hasBatch = isOpen ? copied[0] === fixedBatch || total % known !== 0 : known === total * fixedBatch;
	if (fixedBatch > 1 && hasBatch) {
		// What comes before the batch stays as it is; the batch is the outermost factor of what comes next.
		const kept = copied.findIndex((size, axis) => size !== from[axis] || size === 1);
		const at = copied.findIndex((size, axis) => axis >= kept && size > 0 && size % fixedBatch === 0);
		if (at < 0)
			throw node.unsupported(
				`no axis of [${wanted.join(", ")}] holds the batch of ${fixedBatch}. Export with batch size 1 or an open one`,
			);
		const single = copied.map((size, axis) => (axis === at ? size / fixedBatch : size));
		return completeShape(node, from, single, true, 1);
	}
	const shape = copied.map((size) => (size === -1 ? total / known : size));
	if (shape.some((size) => !Number.isSafeInteger(size) || size < 0) || sizeOf(shape) !== total)
		throw node.damaged(`${from.join("×")} can't be reshaped to [${wanted.join(", ")}]`);
	return shape;
}

const flatten: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const shape = shapeOf(x);
	const axis = node.int("axis", 1);
	const at = axis < 0 ? axis + shape.length : axis;
	if (at < 0 || at > shape.length) throw node.damaged(`there is no axis ${axis} among ${shape.length}`);
	return [shaping.reshape(emitter, node.origin, x, [sizeOf(shape.slice(0, at)), sizeOf(shape.slice(at))])];
};

const squeeze: OperationReader = (node, inputs) => {
	const x = inputs.activation(0);
	const shape = shapeOf(x);
	const given = inputs.ints(1, "axes");
	const axes = given
		? given.map((axis) => axisOf(axis, shape.length))
		: [...shape.keys()].filter((axis) => shape[axis] === 1);
	if (axes.some((axis) => shape[axis] !== 1)) throw node.damaged(`an axis of ${shape.join("×")} to leave out isn't 1`);
	const gone = new Set(axes);
	return [{ ...x, axes: x.axes.filter((_, axis) => !gone.has(axis)), pending: node.origin }];
};

const unsqueeze: OperationReader = (node, inputs) => {
	const x = inputs.activation(0);
	const given = inputs.ints(1, "axes") ?? [];
	const rank = x.axes.length + given.length;
	const added = new Set(given.map((axis) => axisOf(axis, rank)));
	if (added.size !== given.length) throw node.damaged(`its axes are [${given.join(", ")}]`);
	const axes = [...x.axes];
	return [
		{
			...x,
			axes: Array.from({ length: rank }, (_, axis) => (added.has(axis) ? [] : (axes.shift() ?? []))),
			pending: node.origin,
		},
	];
};

const transpose: OperationReader = (node, inputs) => {
	const x = inputs.activation(0);
	const axes = [...x.axes.keys()];
	const order = node.ints("perm") ?? axes.reverse();
	if (order.length !== x.axes.length || new Set(order).size !== order.length || order.some((axis) => !x.axes[axis]))
		throw node.damaged(`its 'perm' is [${order.join(", ")}] for ${x.axes.length} axes`);
	return [shaping.transpose(node.origin, x, order)];
};

const concat: OperationReader = (node, inputs, { emitter }) => {
	const values = inputs.values.map((_, i) => inputs.value(i));
	const [first] = values as [Value];
	const rank = fileShape(first).length;
	if (values.some((value) => fileShape(value).length !== rank)) throw node.damaged("its inputs differ in rank");
	return [shaping.concatenate(emitter, node.origin, values, axisOf(node.int("axis", 1), rank))];
};

const split: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const shape = shapeOf(x);
	const axis = axisOf(node.int("axis", 0), shape.length);
	const size = shape[axis] as number;
	const sizes = inputs.ints(1, "split") ?? equalParts(size, node.int("num_outputs", node.outputs.length));
	if (sizes.reduce((a, b) => a + b, 0) !== size || sizes.some((part) => part < 1))
		throw node.damaged(`${size} values can't be split into ${sizes.join(", ")}`);
	return partRanges(shape, axis, sizes).map((ranges, i) =>
		shaping.slice(emitter, partOf(node.origin, `${i}`), x, ranges),
	);
};

/** Sizes of the parts where only their number is given: the last may be smaller. */
export function equalParts(size: number, count: number): number[] {
	const part = Math.ceil(size / count);
	return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(part, size - i * part)));
}

/** Which values of an axis `start:end:step` means, by ONNX's and NumPy's rule. */
function sliceRange(start: number, end: number, step: number, size: number): Range {
	const bound = (index: number, lowest: number, highest: number) =>
		Math.min(highest, Math.max(lowest, index < 0 ? index + size : index));
	const [first, last] =
		step > 0 ? [bound(start, 0, size), bound(end, 0, size)] : [bound(start, 0, size - 1), bound(end, -1, size - 1)];
	return { start: first, size: Math.max(0, Math.ceil((last - first) / step)), step };
}

/** The ranges of a Slice for each axis of a shape. */
export function sliceRanges(
	node: OnnxNode,
	shape: readonly number[],
	list: (at: number, attribute: string) => readonly number[] | null,
): readonly Range[] {
	const starts = list(1, "starts");
	const ends = list(2, "ends");
	if (!starts || !ends || starts.length !== ends.length) throw node.damaged("its starts and ends don't match");
	const axes = list(3, "axes") ?? starts.map((_, i) => i);
	const steps = list(4, "steps") ?? starts.map(() => 1);
	const ranges = wholeRanges(shape);
	axes.forEach((given, i) => {
		const axis = axisOf(given, shape.length);
		const step = steps[i] as number;
		if (!Number.isSafeInteger(step) || step === 0) throw node.damaged(`a step of ${step}`);
		ranges[axis] = sliceRange(starts[i] as number, ends[i] as number, step, shape[axis] as number);
	});
	return ranges;
}

const slice: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const ranges = sliceRanges(node, shapeOf(x), (at, name) => inputs.ints(at, name));
	if (ranges.some(({ size }) => size === 0)) throw node.unsupported("nothing is left of its input");
	return [shaping.slice(emitter, node.origin, x, ranges)];
};

const gather: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const shape = shapeOf(x);
	const axis = axisOf(node.int("axis", 0), shape.length);
	const indices = inputs.constant(1, "indices");
	const chosen = Array.from(indices.data, (index) => axisIndex(node, index, shape[axis] as number));
	const gathered = shaping.gather(emitter, node.origin, x, axis, chosen);
	const wanted = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
	if (indices.shape.length === 1) return [gathered];
	const { pending } = gathered;
	return [{ ...shaping.reshape(emitter, node.origin, gathered, wanted), pending }];
};

function axisIndex(node: OnnxNode, index: number, size: number): number {
	const counted = index < 0 ? index + size : index;
	if (!Number.isInteger(counted) || counted < 0 || counted >= size)
		throw node.damaged(`index ${index} of ${size} values`);
	return counted;
}

const expand: OperationReader = (node, inputs, { emitter, fixedBatch }) => {
	const x = inputs.activation(0);
	const wanted = [...(inputs.ints(1, "shape") ?? [])];
	if (fixedBatch > 1 && wanted[0] === fixedBatch && wanted.length >= x.axes.length) wanted[0] = 1;
	const rank = Math.max(wanted.length, x.axes.length);
	const padded: Activation = { ...x, axes: [...Array<[]>(rank - x.axes.length).fill([]), ...x.axes] };
	const own = shapeOf(padded);
	const target = [...Array<number>(rank - wanted.length).fill(1), ...wanted];
	if (own.some((size, axis) => size !== 1 && target[axis] !== 1 && target[axis] !== size))
		throw node.damaged(`${own.join("×")} can't be expanded to ${wanted.join("×")}`);
	const copies = new Map(own.flatMap((size, axis) => (size === 1 ? [[axis, target[axis] as number] as const] : [])));
	return [shaping.repeat(emitter, node.origin, padded, copies)];
};

const tile: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const repeats = Array.from(inputs.constant(1, "repeats").data);
	if (repeats.length !== x.axes.length || repeats.some((count) => !Number.isSafeInteger(count) || count < 1))
		throw node.damaged(`its repeats are [${repeats.join(", ")}]`);
	return [shaping.tile(emitter, node.origin, x, repeats)];
};

const cast: OperationReader = (node, inputs, { emitter, warn }) => {
	const type = elementType(node.int("to", 1));
	if (!type || !FLOATS.has(type))
		throw node.unsupported(`a value that depends on the picture is made ${type ?? "text"}`);
	noteRounding(node.origin.name, type, emitter, warn);
	return [elementwise.identity(emitter, node.origin, inputs.activation(0))];
};

const shapeReader: OperationReader = (node, inputs) => {
	const shape = fileShape(inputs.value(0));
	const bound = (at: number) => Math.min(shape.length, Math.max(0, at < 0 ? at + shape.length : at));
	return [integers(shape.slice(bound(node.int("start", 0)), bound(node.int("end", shape.length))))];
};

const sizeReader: OperationReader = (_node, inputs) => [tensor("int64", [], [sizeOf(fileShape(inputs.value(0)))])];

/** At inference the value itself; the mask keeps everything. */
const dropout: OperationReader = (node, inputs, { emitter }) => {
	const training = inputs.optionalConstant(2, "training_mode");
	const ratio = inputs.optionalConstant(1, "ratio");
	const drops = !ratio || scalarOf(ratio) !== 0;
	if (training && scalarOf(training) !== 0 && drops)
		throw node.unsupported("it is in training mode. Export with model.eval()");
	const x = inputs.activation(0);
	const shape = shapeOf(x);
	const mask = tensor("bool", shape, new Float32Array(sizeOf(shape)).fill(1), "mask");
	return [elementwise.identity(emitter, node.origin, x), mask];
};

const identity: OperationReader = (node, inputs, { emitter }) => [
	elementwise.identity(emitter, node.origin, inputs.activation(0)),
];

export const SHAPING_OPERATIONS: Readonly<Record<string, OperationReader>> = {
	Reshape: reshape,
	Flatten: flatten,
	Squeeze: squeeze,
	Unsqueeze: unsqueeze,
	Transpose: transpose,
	Concat: concat,
	Split: split,
	Slice: slice,
	Gather: gather,
	Expand: expand,
	Tile: tile,
	Pad: pad,
	Resize: resize,
	Upsample: resize,
	DepthToSpace: depthToSpace,
	SpaceToDepth: spaceToDepth,
	Cast: cast,
	Shape: shapeReader,
	Size: sizeReader,
	Dropout: dropout,
	Identity: identity,
};
