/** Operations that move, cut, repeat and join values. */

import { sizeOf } from "../../../network/shapes.js";
import { type Activation, partOf, shapeOf } from "../../graph/activation.js";
import { fileShape, type Value } from "../../graph/align.js";
import { FLOATS, noteRounding } from "../../graph/coarse.js";
import { pad, padSymmetric } from "../../graph/lower/padding.js";
import * as lower from "../../graph/lower/shaping.js";
import { partRanges, type Range } from "../../graph/ranges.js";
import { axisOf, reshaped, scalarOf, tensor } from "../../graph/tensor.js";
import { shapeTensor } from "../evaluate/shapes.js";
import type { Inputs, OperationReader } from "../lowering.js";
import type { GraphNode } from "../node.js";
import {
	checkedOrder,
	newAxis,
	paddings,
	reshapedTo,
	sliceRanges,
	splitSizes,
	squeezedAxes,
	stridedCut,
} from "../parameters.js";

const reshape: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	return [lower.reshape(emitter, node.origin, x, reshapedTo(node, shapeOf(x), inputs.list(1, "shape")))];
};

const squeeze: OperationReader = (node, inputs) => {
	const x = inputs.activation(0);
	const gone = squeezedAxes(node, shapeOf(x));
	return [{ ...x, axes: x.axes.filter((_, axis) => !gone.has(axis)), pending: node.origin }];
};

const expandDims: OperationReader = (node, inputs) => {
	const x = inputs.activation(0);
	return [withOne(node, x, newAxis(scalarOf(inputs.constant(1, "axis")), x.axes.length))];
};

function withOne(node: GraphNode, x: Activation, at: number): Activation {
	return { ...x, axes: [...x.axes.slice(0, at), [], ...x.axes.slice(at)], pending: node.origin };
}

const transpose: OperationReader = (node, inputs) => {
	const x = inputs.activation(0);
	return [lower.transpose(node.origin, x, checkedOrder(node, inputs.list(1, "order"), x.axes.length))];
};

const concat =
	(axisFirst: boolean): OperationReader =>
	(node, inputs) => {
		const last = inputs.values.length - 1;
		const axis = scalarOf(inputs.constant(axisFirst ? 0 : last, "axis"));
		const places = Array.from({ length: last }, (_, i) => (axisFirst ? i + 1 : i));
		return [
			joined(
				node,
				inputs,
				places.map((at) => inputs.value(at)),
				axis,
			),
		];
	};

function joined(node: GraphNode, { emitter }: Inputs, values: readonly Value[], axis: number): Activation {
	const ranks = new Set(values.map((value) => fileShape(value).length));
	const [rank = 0] = ranks;
	if (ranks.size !== 1) throw node.damaged("its inputs differ in rank");
	return lower.concatenate(emitter, node.origin, values, axisOf(axis, rank));
}

const pack: OperationReader = (node, inputs) => {
	const values = inputs.values.map((_, i) => inputs.value(i));
	const axis = newAxis(node.int("axis", 0), fileShape(inputs.value(0)).length);
	const grown = values.map((value): Value => {
		if (value.kind === "activation") return { ...withOne(node, value, axis), pending: value.pending };
		return reshaped(value, [...value.shape.slice(0, axis), 1, ...value.shape.slice(axis)]);
	});
	return [joined(node, inputs, grown, axis)];
};

function parts(
	node: GraphNode,
	{ emitter }: Inputs,
	x: Activation,
	axis: number,
	sizes: readonly number[],
): Activation[] {
	return partRanges(shapeOf(x), axis, sizes).map((ranges, i) =>
		lower.slice(emitter, partOf(node.origin, `${i}`), x, ranges),
	);
}

const split: OperationReader = (node, inputs) => {
	const x = inputs.activation(1);
	const axis = axisOf(scalarOf(inputs.constant(0, "axis")), x.axes.length);
	return parts(node, inputs, x, axis, splitSizes(node, shapeOf(x)[axis] as number, null));
};

const splitV: OperationReader = (node, inputs) => {
	const x = inputs.activation(0);
	const axis = axisOf(scalarOf(inputs.constant(2, "axis")), x.axes.length);
	return parts(node, inputs, x, axis, splitSizes(node, shapeOf(x)[axis] as number, inputs.list(1, "sizes")));
};

const unpack: OperationReader = (node, inputs) => {
	const x = inputs.activation(0);
	const axis = axisOf(node.int("axis", 0), x.axes.length);
	const sizes = Array.from({ length: shapeOf(x)[axis] as number }, () => 1);
	return parts(node, inputs, x, axis, sizes).map((part) => ({ ...part, axes: part.axes.filter((_, a) => a !== axis) }));
};

const slice: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const ranges = sliceRanges(node, shapeOf(x), inputs.list(1, "begin"), inputs.list(2, "size"));
	return [cut(node, x, ranges, emitter)];
};

const stridedSlice: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const lists = ["begin", "end", "strides"].map((what, i) => inputs.list(i + 1, what)) as [
		number[],
		number[],
		number[],
	];
	const { ranges, axes } = stridedCut(node, shapeOf(x), lists);
	const part = cut(node, x, ranges, emitter);
	return [{ ...part, axes: axes.map((axis) => (axis === null ? [] : (part.axes[axis] ?? []))) }];
};

function cut(node: GraphNode, x: Activation, ranges: readonly Range[], emitter: Inputs["emitter"]): Activation {
	if (ranges.some(({ size }) => size === 0)) throw node.unsupported("nothing is left of its input");
	return lower.slice(emitter, node.origin, x, ranges);
}

const reverse: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const turned = new Set(inputs.list(1, "axes").map((axis) => axisOf(axis, x.axes.length)));
	const ranges = shapeOf(x).map((size, axis) =>
		turned.has(axis) ? { start: size - 1, size, step: -1 } : { start: 0, size, step: 1 },
	);
	return [cut(node, x, ranges, emitter)];
};

const gather: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	if (node.int("batch_dims", 0) !== 0) throw node.unsupported("its 'batch_dims' aren't 0");
	const shape = shapeOf(x);
	const given = inputs.optionalConstant(2, "axis");
	const axis = axisOf(given ? scalarOf(given) : 0, shape.length);
	const indices = inputs.constant(1, "indices");
	const size = shape[axis] as number;
	const chosen = Array.from(indices.data, (index) => {
		if (!(index >= 0 && index < size)) throw node.damaged(`index ${index} of ${size} values`);
		return index;
	});
	const gathered = lower.gather(emitter, node.origin, x, axis, chosen);
	if (indices.shape.length === 1) return [gathered];
	const wanted = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
	return [{ ...lower.reshape(emitter, node.origin, gathered, wanted), pending: gathered.pending }];
};

const tile: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const repeats = inputs.list(1, "multiples");
	if (repeats.length !== x.axes.length || repeats.some((count) => !Number.isSafeInteger(count) || count < 1))
		throw node.damaged(`its multiples are [${repeats.join(", ")}]`);
	return [lower.tile(emitter, node.origin, x, repeats)];
};

const broadcastTo: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const wanted = inputs.list(1, "shape");
	const missing = wanted.length - x.axes.length;
	const padded: Activation = { ...x, axes: [...Array<[]>(Math.max(0, missing)).fill([]), ...x.axes] };
	const own = shapeOf(padded);
	if (missing < 0 || own.some((size, axis) => size !== 1 && wanted[axis] !== size))
		throw node.damaged(`${shapeOf(x).join("×")} can't become ${wanted.join("×")}`);
	const copies = new Map(own.flatMap((size, axis) => (size === 1 ? [[axis, wanted[axis] as number] as const] : [])));
	return [lower.repeat(emitter, node.origin, padded, copies)];
};

const readPad: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const { before, after } = paddings(node, inputs.list(1, "paddings"), x.axes.length);
	const value = inputs.optionalConstant(2, "value");
	return [pad(emitter, node.origin, x, before, after, "constant", value ? scalarOf(value) : 0)];
};

const mirrorPad: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const { before, after } = paddings(node, inputs.list(1, "paddings"), x.axes.length);
	if (node.text("mode", "") === "SYMMETRIC") return [padSymmetric(emitter, node.origin, x, before, after)];
	return [pad(emitter, node.origin, x, before, after, "reflect", 0)];
};

const cast: OperationReader = (node, inputs, { emitter, warn }) => {
	const type = node.type("DstT");
	if (!type || !FLOATS.has(type))
		throw node.unsupported(`a value that depends on the picture is made ${type ?? "something that is no number"}`);
	noteRounding(node.origin.name, type, emitter, warn);
	return [inputs.value(0)];
};

/** What passes values on. */
const same: OperationReader = (_node, inputs) => inputs.values.map((_, i) => inputs.value(i));

export const SHAPING: Readonly<Record<string, OperationReader>> = {
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
	Slice: slice,
	StridedSlice: stridedSlice,
	ReverseV2: reverse,
	Gather: gather,
	GatherV2: gather,
	Tile: tile,
	BroadcastTo: broadcastTo,
	Pad: readPad,
	PadV2: readPad,
	MirrorPad: mirrorPad,
	Cast: cast,
	Shape: (_node, inputs) => [shapeTensor(fileShape(inputs.value(0)))],
	ShapeN: (_node, inputs) => inputs.values.map((_, i) => shapeTensor(fileShape(inputs.value(i)))),
	Size: (_node, inputs) => [tensor("int32", [], [sizeOf(fileShape(inputs.value(0)))])],
	Rank: (_node, inputs) => [tensor("int32", [], [fileShape(inputs.value(0)).length])],
	Identity: same,
	IdentityN: same,
	Snapshot: same,
	StopGradient: same,
	PreventGradient: same,
	CheckNumerics: same,
	EnsureShape: same,
};
