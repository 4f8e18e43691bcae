/** Brings several values to one arrangement, so that the network can combine them axis by axis. */
import type { NetworkNode, Shape, Weight } from "../../network/types.js";
import type { Origin } from "./activation.js";
import { type Activation, type Atom, productOf, shapeOf, splitAxis } from "./activation.js";
import type { Emitter } from "./emitter.js";
import { broadcastShapes, strided, stridesOf, type Tensor } from "./tensor.js";

export type Value = Activation | Tensor;

/** A factor of an axis of the combined value, and the atom that each operand has for it (null: it is repeated). */
interface Slot {
	readonly size: number;
	readonly axis: number;
	readonly atoms: readonly (Atom | null)[];
	/** Step within a constant's axis. */
	readonly step: number;
}

export interface Aligned {
	/** The node's axes of the combined value, broadcast. */
	readonly groups: readonly (readonly Slot[])[];
	/** Axes of the combined value in the file. */
	readonly shape: Shape;
	readonly operands: readonly Value[];
	/** The axis along which the operands are put one after the other, where they are. */
	readonly joined: number | null;
}

/** The file's shape of either kind of value. */
export function fileShape(value: Value): readonly number[] {
	return value.kind === "tensor" ? value.shape : shapeOf(value);
}

/**
 * Finds the arrangement: that of the largest activation, split where another operand needs it. Operands may have
 * different sizes along `joined`, which is one axis of the node.
 */
export function align(
	emitter: Emitter,
	values: readonly Value[],
	origin: Origin,
	joined: number | null = null,
): Aligned {
	const shape = broadcastShapes(
		...values.map((value) => fileShape(value).map((size, axis) => (axis === joined ? 1 : size))),
	);
	if (joined !== null) shape[joined] = values.reduce((sum, value) => sum + (fileShape(value)[joined] as number), 0);
	const operands = values.map((value) => withRank(value, shape.length));
	const factors = shape.map((_, axis) => {
		if (axis === joined) {
			operands.forEach((operand, i) => {
				if (operand.kind === "activation") operands[i] = emitter.isolate(operand, [axis], origin);
			});
			return [shape[axis] as number];
		}
		let common: readonly number[] | null = null;
		operands.forEach((operand, i) => {
			if (operand.kind === "tensor") return;
			const own = (operand.axes[axis] as readonly Atom[]).map((atom) => atom.size);
			if (own.length === 0) return;
			const refined: readonly number[] | null = common ? refine(common, own) : own;
			if (refined) common = refined;
			else operands[i] = emitter.isolate(operand, [axis], origin);
		});
		return common ?? (shape[axis] === 1 ? [] : [shape[axis] as number]);
	});
	const split = operands.map((operand) =>
		operand.kind === "tensor"
			? operand
			: factors.reduce<Activation>(
					(x, sizes, axis) => (x.axes[axis]?.length && axis !== joined ? (splitAxis(x, axis, sizes) as Activation) : x),
					operand,
				),
	);
	const slots = shape.flatMap((_, axis) =>
		(factors[axis] as readonly number[]).map((size, k, sizes): Slot => {
			const atoms = split.map((x) => (x.kind === "tensor" ? null : (x.axes[axis]?.[k] ?? null)));
			return { size, axis, atoms, step: sizes.slice(k + 1).reduce((a, b) => a * b, 1) };
		}),
	);
	return { groups: grouped(split, slots), shape, operands: split, joined };
}

/** The node that holds an operand in the common arrangement; leading axes of 1 may be missing. */
export function operandNode(emitter: Emitter, aligned: Aligned, index: number, origin: Origin): string {
	const operand = aligned.operands[index] as Value;
	if (operand.kind === "tensor") return emitter.constant(origin, constantWeight(operand, aligned)).name;
	const dims = aligned.groups.map((group) => group.flatMap(({ atoms }) => atoms[index] ?? []));
	const trim = aligned.joined === null ? withoutLeadingOnes : (shape: Shape) => shape;
	const shape = trim(dims.map(productOf));
	const own = trim(operand.dims.map(productOf));
	const inOrder = dims.flat().every((atom, i) => operand.dims.flat()[i] === atom);
	if (inOrder && shape.length === own.length && shape.every((size, i) => size === own[i])) return operand.node;
	return emitter.arrange(operand, dims, origin).node;
}

/** A constant operand as a weight that broadcasts against the common arrangement; at least one axis. */
export function constantWeight(x: Tensor, aligned: Aligned): Weight {
	const shift = aligned.shape.length - x.shape.length;
	const strides = stridesOf(x.shape);
	const isRepeated = (axis: number) => (x.shape[axis - shift] ?? 1) === 1;
	const slots = aligned.groups.flat();
	const own = ({ axis, size }: Slot) =>
		isRepeated(axis) ? 1 : axis === aligned.joined ? (x.shape[axis - shift] as number) : size;
	const sizes = slots.map(own);
	const steps = slots.map(({ axis, step }) => (isRepeated(axis) ? 0 : step * (strides[axis - shift] as number)));
	const data = strided("float32", x.data, sizes, steps) as Float32Array;
	const shape = aligned.groups.map((group) => group.reduce((product, slot) => product * own(slot), 1));
	const short = aligned.joined === null ? withoutLeadingOnes(shape) : shape;
	return { name: x.name, shape: short.length === 0 ? [1] : short, data };
}

/** The combined value, once the node that computes it is there. */
export function combined(aligned: Aligned, node: NetworkNode): Activation {
	const fresh = new Map<Slot, Atom>();
	const dims = aligned.groups.map((group) =>
		group.map((slot) => {
			const atom = { size: slot.size };
			fresh.set(slot, atom);
			return atom;
		}),
	);
	const slots = [...fresh.keys()];
	const axes = aligned.shape.map((_, axis) =>
		slots
			.filter((slot) => slot.axis === axis)
			.sort((a, b) => b.step - a.step)
			.map((slot) => fresh.get(slot) as Atom),
	);
	// Where no operand had a leading axis of 1, the node has none either.
	const trimmed = dims.slice(dims.length - node.outputShape.length);
	return { kind: "activation", node: node.name, dims: trimmed, axes, pending: null };
}

function withRank(value: Value, rank: number): Value {
	if (value.kind === "tensor" || value.axes.length === rank) return value;
	return { ...value, axes: [...Array<Atom[]>(rank - value.axes.length).fill([]), ...value.axes] };
}

function withoutLeadingOnes(shape: Shape): Shape {
	const first = shape.findIndex((size) => size !== 1);
	return first < 0 ? [] : shape.slice(first);
}

/** The coarsest factors that both lists of factors of one size are made of; null where there are none. */
function refine(a: readonly number[], b: readonly number[]): readonly number[] | null {
	const tails = (sizes: readonly number[]) => {
		let tail = 1;
		return [...sizes].reverse().map((size) => (tail *= size));
	};
	const cuts = [...new Set([1, ...tails(a), ...tails(b)])].sort((x, y) => x - y);
	const factors = cuts.slice(1).map((cut, i) => cut / (cuts[i] as number));
	return factors.every(Number.isInteger) ? factors.reverse() : null;
}

/** Slots in the order and grouping of the largest activation where each operand has all of a group or none. */
function grouped(operands: readonly Value[], slots: readonly Slot[]): readonly (readonly Slot[])[] {
	const size = (value: Value) => (value.kind === "tensor" ? -1 : productOf(value.axes.flat()));
	const primary = operands.reduce((best, value, i) => (size(value) > size(operands[best] as Value) ? i : best), 0);
	const leader = operands[primary] as Activation;
	const byAtom = new Map(slots.map((slot) => [slot.atoms[primary], slot]));
	const dims = leader.dims.map((dim) => dim.map((atom) => byAtom.get(atom) as Slot));
	const missing = slots.filter((slot) => slot.atoms[primary] === null);
	const presence = (slot: Slot) =>
		operands
			.map((value, i) =>
				value.kind === "tensor"
					? (value.shape[value.shape.length - leader.axes.length + slot.axis] ?? 1) !== 1
					: slot.atoms[i] !== null,
			)
			.join();
	const isUniform = dims.every((dim) => new Set(dim.map(presence)).size <= 1);
	if (missing.length === 0 && isUniform) return dims;
	return [...missing, ...dims.flat()].map((slot) => [slot]);
}
