/** Operations that move values about, as nodes of the network where bookkeeping doesn't do. */

import { BlindspotError } from "../../../errors.js";
import { sizeOf } from "../../../network/shapes.js";
import { type Activation, type Atom, freshAxes, type Origin, productOf, regrouped, shapeOf } from "../activation.js";
import { align, combined, operandNode, type Value } from "../align.js";
import type { Emitter } from "../emitter.js";
import { type Range, wholeRanges } from "../ranges.js";

/** The value in another shape of the file. No node unless values have to move. */
export function reshape(emitter: Emitter, origin: Origin, x: Activation, shape: readonly number[]): Activation {
	if (sizeOf(shape) !== sizeOf(shapeOf(x)))
		throw new BlindspotError(
			"unreadable-model",
			`${origin.type} '${origin.name}': ${shapeOf(x).join("×")} can't be reshaped to ${shape.join("×")}.`,
			origin.name,
		);
	const simple = regrouped(x, shape);
	if (simple) return { ...simple, pending: origin };
	const inOrder = emitter.asInFile(x, origin);
	const flat = emitter.arrange(inOrder, [inOrder.axes.flat()], origin);
	const atom = { size: sizeOf(shape) };
	const whole: Activation = { ...flat, dims: [[atom]], axes: [[atom]] };
	return { ...(regrouped(whole, shape) as Activation), pending: origin };
}

export function transpose(origin: Origin, x: Activation, order: readonly number[]): Activation {
	return { ...x, axes: order.map((axis) => x.axes[axis] as readonly Atom[]), pending: origin };
}

/** The values in the ranges, one for each of the file's axes. */
export function slice(emitter: Emitter, origin: Origin, x: Activation, ranges: readonly Range[]): Activation {
	const shape = shapeOf(x);
	const range = (axis: number) => ranges[axis] as Range;
	const cut = [...shape.keys()].filter(
		(axis) => shape[axis] !== 1 && (range(axis).size !== shape[axis] || range(axis).step < 0),
	);
	if (cut.length === 0) return { ...x, pending: x.pending };
	const isolated = emitter.isolate(x, cut, origin);
	const place = (axis: number) => dimOf(isolated, axis);
	const own = isolated.dims.map(productOf);
	const all = { starts: own.map(() => 0), sizes: [...own], steps: own.map(() => 1) };
	for (const axis of cut) {
		all.starts[place(axis)] = range(axis).start;
		all.sizes[place(axis)] = range(axis).size;
		all.steps[place(axis)] = range(axis).step;
	}
	const node = emitter.layer(origin, { op: "Slice", ...all }, [isolated.node]);
	return resized(isolated, node.name, new Map(cut.map((axis) => [axis, range(axis).size])));
}

/** Along the file's axis the values at `indices`. */
export function gather(
	emitter: Emitter,
	origin: Origin,
	x: Activation,
	axis: number,
	indices: readonly number[],
): Activation {
	const size = shapeOf(x)[axis] as number;
	const first = indices[0] ?? 0;
	const isRun = indices.length > 0 && indices.every((index, i) => index === first + i);
	if (isRun) {
		const run = { start: first, size: indices.length, step: 1 };
		return slice(emitter, origin, x, wholeRanges(shapeOf(x)).with(axis, run));
	}
	if (size === 1) return repeat(emitter, origin, x, new Map([[axis, indices.length]]));
	const isolated = emitter.isolate(x, [axis], origin);
	const operation = { op: "Gather", axis: dimOf(isolated, axis), indices } as const;
	const node = emitter.layer(origin, operation, [isolated.node]);
	return resized(isolated, node.name, new Map([[axis, indices.length]]));
}

/** The value repeated along axes of the file that have size 1. */
export function repeat(
	emitter: Emitter,
	origin: Origin,
	x: Activation,
	sizes: ReadonlyMap<number, number>,
): Activation {
	const grown = [...sizes].filter(([, size]) => size !== 1);
	if (grown.length === 0) return x;
	// New axes go to the front of the node.
	const fresh = new Map(grown.map(([axis, size]) => [axis, { size }]));
	const dims = [...[...fresh.values()].map((atom) => [atom]), ...x.dims];
	const shape = dims.map(productOf);
	const node = emitter.layer(origin, { op: "Broadcast", shape }, [x.node]);
	const axes = x.axes.map((atoms, axis) => {
		const atom = fresh.get(axis);
		return atom ? [atom] : atoms;
	});
	return { kind: "activation", node: node.name, dims, axes, pending: null };
}

/** Copies one after the other along each of the file's axes. */
export function tile(emitter: Emitter, origin: Origin, x: Activation, repeats: readonly number[]): Activation {
	const shape = shapeOf(x);
	const spread: Activation = { ...x, axes: x.axes.flatMap((atoms) => [[], atoms]) };
	const copies = new Map(repeats.map((count, axis) => [2 * axis, count]));
	const repeated = repeat(emitter, origin, spread, copies);
	const axes = shape.map((_, axis) => [
		...(repeated.axes[2 * axis] as readonly Atom[]),
		...(repeated.axes[2 * axis + 1] as readonly Atom[]),
	]);
	return { ...repeated, axes };
}

/** Values one after the other along an axis of the file. */
export function concatenate(emitter: Emitter, origin: Origin, values: readonly Value[], axis: number): Activation {
	const [first] = values;
	if (values.length === 1 && first?.kind === "activation") return first;
	const aligned = align(emitter, values, origin, axis);
	const inputs = values.map((_, i) => operandNode(emitter, aligned, i, origin));
	const at = aligned.groups.findIndex((group) => group.some((slot) => slot.axis === axis));
	return combined(aligned, emitter.layer(origin, { op: "Concatenate", axis: at }, inputs));
}

/** The node's axis that is the file's isolated axis. */
export function dimOf(x: Activation, axis: number): number {
	const [atom] = x.axes[axis] as readonly Atom[];
	return x.dims.findIndex((dim) => dim[0] === atom && dim.length === 1);
}

/** The value of a node that differs from an isolated one in the sizes of some of the file's axes. */
export function resized(x: Activation, node: string, sizes: ReadonlyMap<number, number>): Activation {
	const fresh = new Map<Atom, readonly Atom[]>();
	for (const [axis, size] of sizes) {
		const [atom] = x.axes[axis] as readonly Atom[];
		if (atom) fresh.set(atom, (freshAxes([size]) as [Atom[]])[0]);
	}
	const replace = (lists: Activation["axes"]) =>
		lists.map((atoms) => atoms.flatMap((atom) => fresh.get(atom) ?? [atom]));
	return { kind: "activation", node, dims: replace(x.dims), axes: replace(x.axes), pending: null };
}
