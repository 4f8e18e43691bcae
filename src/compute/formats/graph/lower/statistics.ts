/** Reductions, softmax and normalisations of a value itself, as nodes of the network. */
import type { NetworkNode, Operation, Weight } from "../../../network/types.js";
import { type Activation, type Atom, freshAxes, type Origin, shapeOf } from "../activation.js";
import { align, constantWeight } from "../align.js";
import { type Emitter, likewise, withGroups } from "../emitter.js";
import type { Tensor } from "../tensor.js";

type ReductionKind = Extract<Operation, { op: "Reduce" }>["kind"];

/** The value with the file's axes reduced; they stay with size 1 or go. */
export function reduce(
	emitter: Emitter,
	origin: Origin,
	x: Activation,
	axes: readonly number[],
	kind: ReductionKind,
	keepDims: boolean,
): Activation {
	const goes = new Set(axes.flatMap((axis) => x.axes[axis] as readonly Atom[]));
	const arranged = emitter.arrange(x, separated(x, goes), origin);
	const isGone = arranged.dims.map((dim) => dim.length > 0 && dim.every((atom) => goes.has(atom)));
	const gone = [...isGone.keys()].filter((i) => isGone[i]);
	const operation = reduction(kind, arranged.dims.length, gone, keepDims);
	const node = emitter.layer(origin, operation, [arranged.node]);
	const dims = arranged.dims.flatMap((dim, i) => (!isGone[i] ? [dim] : keepDims ? [[]] : []));
	const reduced = new Set(axes);
	const kept = x.axes.flatMap((atoms, axis) => (!reduced.has(axis) ? [atoms] : keepDims ? [[]] : []));
	return { kind: "activation", node: node.name, dims, axes: kept, pending: null };
}

function reduction(kind: ReductionKind, rank: number, axes: readonly number[], keepDims: boolean): Operation {
	const isOverImage = rank === 3 && axes.length === 2 && axes[0] === 0 && axes[1] === 1;
	if (isOverImage && kind === "mean") return { op: "GlobalAveragePool2D", keepDims };
	if (isOverImage && kind === "max") return { op: "GlobalMaxPool2D", keepDims };
	return { op: "Reduce", kind, axes, keepDims };
}

/** The node's axes, cut where atoms of both kinds share one. */
function separated(x: Activation, chosen: ReadonlySet<Atom>): readonly (readonly Atom[])[] {
	return x.dims.flatMap((dim) => {
		const runs: Atom[][] = [];
		for (const atom of dim) {
			const open = runs.at(-1);
			if (open && chosen.has(open[0] as Atom) === chosen.has(atom)) open.push(atom);
			else runs.push([atom]);
		}
		return runs.length === 0 ? [[]] : runs;
	});
}

/** Softmax or its logarithm over the file's axes together. */
export function softmax(
	emitter: Emitter,
	origin: Origin,
	x: Activation,
	axes: readonly number[],
	op: "Softmax" | "LogSoftmax",
): Activation {
	const chosen = new Set(axes.flatMap((axis) => x.axes[axis] as readonly Atom[]));
	// Any order among them does.
	const inOrder = x.dims.flat().filter((atom) => chosen.has(atom));
	const others = withGroups(x.dims, [inOrder]).filter((dim) => dim.length === 0 || !chosen.has(dim[0] as Atom));
	const last = x.dims.at(-1) ?? [];
	const isLast = last.length === inOrder.length && last.every((atom, i) => atom === inOrder[i]);
	const arranged = isLast && x.dims.length > 0 ? x : emitter.arrange(x, [...others, inOrder], origin);
	return likewise(arranged, emitter.layer(origin, { op }, [arranged.node]));
}

/** `(x - mean) / sqrt(variance + epsilon)` over the file's axes, then scale and offset, broadcast as in the file. */
export function layerNormalization(
	emitter: Emitter,
	origin: Origin,
	x: Activation,
	axes: readonly number[],
	epsilon: number,
	gamma: Tensor | null,
	beta: Tensor | null,
): Activation {
	const goes = new Set(axes.flatMap((axis) => x.axes[axis] as readonly Atom[]));
	const arranged = emitter.arrange(x, separated(x, goes), origin);
	const present = [gamma, beta].filter((factor) => factor !== null);
	const aligned = align(emitter, [arranged, ...present], origin);
	const [source] = aligned.operands as [Activation];
	const node = emitter.arrange(
		source,
		aligned.groups.map((group) => group.flatMap(({ atoms }) => atoms[0] ?? [])),
		origin,
	);
	const reduced = new Set(axes.flatMap((axis) => node.axes[axis] as readonly Atom[]));
	const over = [...node.dims.keys()].filter((i) => node.dims[i]?.some((atom) => reduced.has(atom)));
	const factor = (role: "gamma" | "beta", value: Tensor | null): Partial<Record<"gamma" | "beta", Weight>> =>
		value ? { [role]: constantWeight(value, aligned) } : {};
	const weights: NetworkNode["weights"] = { ...factor("gamma", gamma), ...factor("beta", beta) };
	return likewise(node, emitter.layer(origin, { op: "LayerNormalization", axes: over, epsilon }, [node.node], weights));
}

/** Every axis of the value. */
export function allAxes(x: Activation): number[] {
	return [...shapeOf(x).keys()];
}

/** The k largest values along one of the file's axes, the largest first. */
export function topK(emitter: Emitter, origin: Origin, x: Activation, axis: number, k: number): Activation {
	const last = emitter.isolateLast(x, axis, origin);
	const node = emitter.layer(origin, { op: "TopK", k }, [last.node]);
	const [fresh] = freshAxes([k]) as [Atom[]];
	return {
		kind: "activation",
		node: node.name,
		dims: [...last.dims.slice(0, -1), fresh],
		axes: last.axes.map((atoms, i) => (i === axis ? fresh : atoms)),
		pending: null,
	};
}
