/** Operations that regroup, move, cut, repeat and join values. */

import { fromNode } from "../../graph/activation.js";
import { fileShape, type Value } from "../../graph/align.js";
import { allocate, axisOf, type ElementType, tensor } from "../../graph/tensor.js";
import { list, type OperationCall, type OperationReader, scalar } from "./call.js";
import type { Operand } from "./operand.js";

/** Sizes where null or -1 are what is left. */
function sizes(call: OperationCall, at: number): readonly number[] {
	const operand = call.operand(at);
	if (operand.kind !== "list") return call.integers(at);
	return operand.items.map((item) => (item.kind === "none" ? -1 : whole(call, item)));
}

function whole(call: OperationCall, operand: Operand): number {
	const value = call.valueOf(operand, "size");
	if (value.kind === "activation") throw call.unsupported("a size depends on the picture");
	const [found] = value.data;
	if (value.data.length !== 1 || !Number.isSafeInteger(found)) throw call.damaged("a size is no whole number");
	return found as number;
}

export const reshape: OperationReader = (call) => call.tf("Reshape", [call.value(0), list(sizes(call, 1))]);

/** All values in one row, as NumPy's `ravel`. */
export const ravel: OperationReader = (call) => call.tf("Reshape", [call.value(0), list([-1])]);

/** One new axis or several, counted in the result. */
export const expandDims: OperationReader = (call) => {
	const x = call.value(0);
	const axes = call.integers(1);
	const rank = fileShape(x).length + axes.length;
	const places = axes.map((axis) => axisOf(axis, rank)).sort((a, b) => a - b);
	return places.reduce<Value>((value, axis) => call.tf("ExpandDims", [value, scalar(axis)]), x);
};

/** Without an axis: all of size 1 but the batch. */
export const squeeze: OperationReader = (call) => {
	const x = call.value(0);
	const shape = fileShape(x);
	const given = call.optionalIntegers(1);
	const gone =
		given?.map((axis) => axisOf(axis, shape.length)) ?? [...shape.keys()].filter((i) => i > 0 && shape[i] === 1);
	return gone.length === 0 ? x : call.tf("Squeeze", [x], { squeeze_dims: gone });
};

export const transpose: OperationReader = (call) => {
	const x = call.value(0);
	const rank = fileShape(x).length;
	const given = call.optionalIntegers(1)?.map((axis) => axisOf(axis, rank));
	return call.tf("Transpose", [x, list(given ?? [...Array(rank).keys()].reverse())]);
};

export const swapAxes: OperationReader = (call) => {
	const x = call.value(0);
	const rank = fileShape(x).length;
	const [a, b] = [axisOf(call.number(1), rank), axisOf(call.number(2), rank)];
	const order = Array.from({ length: rank }, (_, i) => (i === a ? b : i === b ? a : i));
	return call.tf("Transpose", [x, list(order)]);
};

/** The last two axes exchanged. */
export const matrixTranspose: OperationReader = (call) => {
	const x = call.value(0);
	const rank = fileShape(x).length;
	const order = [...Array(rank).keys()].slice(0, -2);
	return call.tf("Transpose", [x, list([...order, rank - 1, rank - 2])]);
};

export const moveAxis: OperationReader = (call) => {
	const x = call.value(0);
	const rank = fileShape(x).length;
	const [from, to] = [1, 2].map((at) => call.integers(at).map((axis) => axisOf(axis, rank))) as [number[], number[]];
	if (from.length !== to.length) throw call.damaged("it moves as many axes as there are no places for");
	const rest = [...Array(rank).keys()].filter((axis) => !from.includes(axis));
	const order = Array.from({ length: rank }, (_, i) => {
		const place = to.indexOf(i);
		return place >= 0 ? (from[place] as number) : (rest.shift() as number);
	});
	return call.tf("Transpose", [x, list(order)]);
};

export const concatenate: OperationReader = (call) => joined(call, call.values(0), call.number(1, 0));

/** NumPy's `append`. */
export const append: OperationReader = (call) => joined(call, [call.value(0), call.value(1)], call.number(2));

/** NumPy's stacks of values that have so many axes at least. */
export const stackedAlong =
	(axis: number): OperationReader =>
	(call) =>
		joined(call, call.values(0), axis);

function joined(call: OperationCall, values: readonly Value[], axis: number): Value {
	const rank = fileShape(values[0] as Value).length;
	if (axisOf(axis, rank) === 0 && values.some(({ kind }) => kind === "activation") && rank > 1)
		throw call.unsupported("it joins along the batch");
	return values.length === 1 ? (values[0] as Value) : call.tf("ConcatV2", [...values, scalar(axis)]);
}

/** Single channels put together in another order are read as that: as the picture, its channels reordered. */
export const stack: OperationReader = (call) => {
	const values = call.values(0);
	const axis = call.number(1, 0);
	return reordered(call, values, axis) ?? call.tf("Pack", values, { axis });
};

/** Slices of one value, each a place of the same axis, which the result has again at that place; null for anything else. */
function reordered(call: OperationCall, values: readonly Value[], axis: number): Value | null {
	const { builder } = call.lowering.emitter;
	const places = values.map((value) => {
		if (value.kind === "tensor") return null;
		const { operation, inputs } = builder.node(value.node);
		if (operation.op !== "Slice" || value.dims.length !== operation.sizes.length) return null;
		const last = operation.sizes.length - 1;
		const isChannel = operation.sizes[last] === 1 && operation.starts.slice(0, -1).every((start) => start === 0);
		// The picture's other axes in their order, the batch before and the channel gone.
		const inOrder =
			value.axes.length === last + 1 &&
			value.axes.slice(1).every((atoms, i) => atoms === value.dims[i] || same(atoms, value.dims[i] ?? []));
		return isChannel && inOrder ? { from: inputs[0] as string, index: operation.starts[last] as number } : null;
	});
	const [first] = places;
	if (!first || places.some((place) => place?.from !== first.from)) return null;
	const shape = builder.node(first.from).outputShape;
	const rest = fileShape(values[0] as Value).slice(1);
	if (axisOf(axis, shape.length + 1) !== shape.length || rest.join() !== shape.slice(0, -1).join()) return null;
	const indices = places.map((place) => place?.index as number);
	const operation = { op: "Gather", axis: shape.length - 1, indices } as const;
	const node = call.lowering.emitter.layer(call.origin, operation, [first.from]);
	return fromNode(node.name, node.outputShape, [null, ...node.outputShape.keys()]);
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
	return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** NumPy's: equal parts, or the places where one ends. */
export const splitAt: OperationReader = (call) => {
	const x = call.value(0);
	const axis = axisOf(call.number(2, 0), fileShape(x).length);
	const given = call.operand(1);
	if (given.kind === "number") return call.tfAll("Split", [scalar(axis), x], { num_split: given.value });
	const size = fileShape(x)[axis] as number;
	const ends = [...call.integers(1).map((end) => (end < 0 ? end + size : Math.min(end, size))), size];
	const parts = ends.map((end, i) => end - (ends[i - 1] ?? 0));
	return call.tfAll("SplitV", [x, list(parts), scalar(axis)]);
};

/** TensorFlow's: equal parts, or their sizes. */
export const splitInto: OperationReader = (call) => {
	const x = call.value(0);
	const axis = axisOf(call.number(2, 0), fileShape(x).length);
	if (call.operand(1).kind === "number") return call.tfAll("Split", [scalar(axis), x], { num_split: call.number(1) });
	return call.tfAll("SplitV", [x, list(call.integers(1)), scalar(axis)]);
};

/** The axis stands at 2. */
export const unstack: OperationReader = (call) => call.tfAll("Unpack", [call.value(0)], { axis: call.number(2, 0) });

/** Without an axis: all but the batch. */
export const flip: OperationReader = (call) => {
	const rank = call.shape(0).length;
	const axes = call.optionalIntegers(1) ?? [...Array(rank).keys()].slice(1);
	return call.tf("ReverseV2", [call.value(0), list(axes.map((axis) => axisOf(axis, rank)))]);
};

/** Along given axes of the value. */
export const flipAlong =
	(axis: number): OperationReader =>
	(call) =>
		call.tf("ReverseV2", [call.value(0), list([axisOf(axis, call.shape(0).length)])]);

/** What leaves at one end comes in at the other. */
export const roll: OperationReader = (call) => {
	const x = call.value(0);
	const shape = fileShape(x);
	const shifts = call.integers(1);
	const axes = call.integers(2).map((axis) => axisOf(axis, shape.length));
	return axes.reduce<Value>((value, axis, i) => {
		const size = shape[axis] as number;
		const shift = (((shifts[i] ?? shifts[0] ?? 0) % size) + size) % size;
		if (shift === 0) return value;
		const [start, end] = call.tfAll("SplitV", [value, list([size - shift, shift]), scalar(axis)], {}, `axis${axis}`);
		return call.tf("ConcatV2", [end as Value, start as Value, scalar(axis)]);
	}, x);
};

export const tile: OperationReader = (call) => {
	const x = call.value(0);
	const repeats = call.integers(1);
	const missing = fileShape(x).length - repeats.length;
	if (missing < 0) throw call.unsupported("it repeats along more axes than there are");
	const counts = [...Array<number>(missing).fill(1), ...repeats];
	if (counts[0] !== 1 && x.kind === "activation") throw call.unsupported("it repeats the batch");
	return call.tf("Tile", [x, list(counts)]);
};

/** Each place so many times, beside itself. */
export const repeat: OperationReader = (call) => {
	const x = call.value(0);
	const shape = fileShape(x);
	if (!call.has(2)) throw call.unsupported("it repeats all values in a row");
	const axis = axisOf(call.number(2), shape.length);
	const counts = call.integers(1);
	const size = shape[axis] as number;
	const of = (i: number) => (counts.length === 1 ? counts[0] : counts[i]) ?? 0;
	const total = Array.from({ length: size }, (_, i) => of(i)).reduce((sum, count) => sum + count, 0);
	if (!(total >= 1 && total <= 1 << 20)) throw call.damaged(`it makes ${total} places`);
	const indices = Array.from({ length: size }, (_, i) => Array<number>(of(i)).fill(i)).flat();
	return call.tf("GatherV2", [x, list(indices), scalar(axis)]);
};

export const broadcastTo: OperationReader = (call) => {
	const shape = sizes(call, 1).map((size, i) => (i === 0 && size === -1 ? 1 : size));
	return call.tf("BroadcastTo", [call.value(0), list(shape)]);
};

/** `x, indices, axis`; indices are known at reading and may count from the end. */
export const take: OperationReader = (call) => {
	const x = call.value(0);
	const shape = fileShape(x);
	if (!call.has(2) && shape.length > 1 && x.kind === "activation")
		throw call.unsupported("it takes from all values in a row");
	const axis = axisOf(call.number(2, 0), shape.length);
	const indices = call.constant(1);
	const size = shape[axis] as number;
	const counted = tensor(
		"int32",
		indices.shape,
		Array.from(indices.data, (index) => (index < 0 ? index + size : index)),
	);
	return call.tf("GatherV2", [x, counted, scalar(axis)]);
};

/** TensorFlow's, with `batch_dims` at 3. */
export const gather: OperationReader = (call) => {
	if (call.number(3, 0) !== 0) throw call.unsupported("its 'batch_dims' aren't 0");
	return take(call);
};

/** `x, start, size`. */
export const slice: OperationReader = (call) =>
	call.tf("Slice", [call.value(0), list(call.integers(1)), list(sizes(call, 2))]);

/** A number, a pair for all axes, or a pair for each; the places of these, of the mode and of the value. */
export const pad =
	(paddingsAt: number, modeAt: number, valueAt: number): OperationReader =>
	(call) => {
		const x = call.value(0);
		const rank = fileShape(x).length;
		const given = call.integers(paddingsAt);
		const pair = given.length === 1 ? [...given, ...given] : given;
		const ends = pair.length === 2 ? Array.from({ length: rank }, () => pair).flat() : pair;
		if (x.kind === "activation" && rank > 1 && ends.slice(0, 2).some((size) => size !== 0))
			throw call.unsupported("it pads the batch");
		const mode = call.text(modeAt, "constant").toLowerCase();
		if (mode === "constant") return call.tf("PadV2", [x, list(ends), scalar(call.number(valueAt, 0))]);
		if (mode === "reflect" || mode === "symmetric")
			return call.tf("MirrorPad", [x, list(ends)], { mode: mode.toUpperCase() });
		throw call.unsupported(`padding '${mode}'`);
	};

const TYPES: ReadonlySet<string> = new Set([
	"float32",
	"float64",
	"float16",
	"bfloat16",
	"int32",
	"int64",
	"uint8",
	"int8",
	"bool",
]);

function isType(name: string): name is ElementType {
	return TYPES.has(name);
}

export const cast: OperationReader = (call) => {
	const name = call.text(1, "float32");
	if (!isType(name)) throw call.unsupported(`it makes values of the type '${name}'`);
	return call.tf("Cast", [call.value(0)], { DstT: { type: name } });
};

export const shapeOf: OperationReader = (call) => list(call.shape(0));

/** One half of a matrix's values, the others 0: `x, k`. */
export const triangle =
	(isLower: boolean): OperationReader =>
	(call) => {
		const x = call.value(0);
		const [rows, columns] = fileShape(x).slice(-2);
		if (rows === undefined || columns === undefined) throw call.damaged("it needs a matrix");
		const k = call.number(1, 0);
		const kept = allocate("float32", rows * columns).map((_, i) => {
			const beyond = (i % columns) - Math.floor(i / columns);
			return Number(isLower ? beyond <= k : beyond >= k);
		});
		return call.tf("Mul", [x, tensor("float32", [rows, columns], kept)]);
	};
