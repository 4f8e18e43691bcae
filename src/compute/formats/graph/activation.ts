/**
 * Values that depend on the picture, while a model is read.
 *
 * A file names axes in its own order (NCHW, or what transpositions made of it), the network keeps its values in
 * another (NHWC). Both are made of the same *atoms*: sizes that nothing has split yet. Transposing and reshaping in
 * the file only regroups atoms; the network gets a `Transpose` or `Reshape` when an operation needs an arrangement
 * that the value isn't in. The batch is no atom: a file's batch axis has size 1 here, since a classifier treats
 * each picture by itself.
 */
import type { Shape } from "../../network/types.js";

/** One factor of a value's size, greater than 1; identity says which. */
export interface Atom {
	readonly size: number;
}

/** A layer of the file. */
export interface Origin {
	readonly name: string;
	readonly type: string;
	/** What the node that the layer becomes is called, where not as the layer. */
	readonly node?: string;
}

/** A step of a layer that takes several. */
export function partOf(origin: Origin, part: string): Origin {
	return { ...origin, node: `${origin.node ?? origin.name}/${part}` };
}

export interface Activation {
	readonly kind: "activation";
	/** The network's node that holds the values. */
	readonly node: string;
	/** What each axis of that node's output shape is made of, outermost first. */
	readonly dims: readonly (readonly Atom[])[];
	/** What each axis of the file's value is made of. The same atoms as in `dims`. */
	readonly axes: readonly (readonly Atom[])[];
	/** The file's last layer that only regrouped atoms: a node made to realise that is called so. */
	readonly pending: Origin | null;
}

export function productOf(atoms: readonly Atom[]): number {
	return atoms.reduce((product, { size }) => product * size, 1);
}

/** The file's shape, with its batch axis as 1. */
export function shapeOf(x: Activation): number[] {
	return x.axes.map(productOf);
}

/** Axes of the given sizes: one atom each, none for a size of 1. */
export function freshAxes(shape: Shape): Atom[][] {
	return shape.map((size) => (size === 1 ? [] : [{ size }]));
}

/** A new node's value whose axes in the file are `order`ed axes of the node; `null` stands for a new axis of 1. */
export function fromNode(node: string, shape: Shape, order: readonly (number | null)[]): Activation {
	const dims = freshAxes(shape);
	const axes = order.map((axis) => (axis === null ? [] : (dims[axis] as Atom[])));
	return { kind: "activation", node, dims, axes, pending: null };
}

/** The value with an atom replaced by factors, outermost first. */
function replaceAtoms(x: Activation, pieces: ReadonlyMap<Atom, readonly Atom[]>): Activation {
	if (pieces.size === 0) return x;
	const replace = (lists: Activation["axes"]) =>
		lists.map((atoms) => atoms.flatMap((atom) => pieces.get(atom) ?? [atom]));
	return { ...x, dims: replace(x.dims), axes: replace(x.axes) };
}

/** An axis split at the given sizes, outermost first; null where its atoms can't be. */
export function splitAxis(x: Activation, axis: number, sizes: readonly number[]): Activation | null {
	const distributed = distribute(x.axes[axis] as readonly Atom[], sizes);
	if (!distributed) return null;
	return replaceAtoms(x, distributed.pieces);
}

/**
 * The value with another shape in the file, where that only splits and joins atoms; null where values would have to
 * move first.
 */
export function regrouped(x: Activation, shape: Shape): Activation | null {
	const distributed = distribute(x.axes.flat(), shape);
	if (!distributed) return null;
	return joined({ ...replaceAtoms(x, distributed.pieces), axes: distributed.axes });
}

interface Distribution {
	readonly axes: Atom[][];
	readonly pieces: Map<Atom, Atom[]>;
}

/** Atoms in order, dealt out to axes of the given sizes; null where an atom would lie across two axes unevenly. */
function distribute(atoms: readonly Atom[], sizes: readonly number[]): Distribution | null {
	const pending = atoms.map((atom) => ({ atom, parent: atom }));
	const parts = new Map<Atom, Atom[]>();
	const axes: Atom[][] = [];
	for (const size of sizes) {
		const axis: Atom[] = [];
		for (let need = size; need > 1; ) {
			const next = pending.shift();
			if (!next) return null;
			let { atom } = next;
			const { parent } = next;
			if (need % atom.size !== 0) {
				if (atom.size % need !== 0) return null;
				pending.unshift({ atom: { size: atom.size / need }, parent });
				atom = { size: need };
			}
			need /= atom.size;
			axis.push(atom);
			parts.set(parent, [...(parts.get(parent) ?? []), atom]);
		}
		axes.push(axis);
	}
	if (pending.length > 0) return null;
	const pieces = new Map([...parts].filter(([parent, [first]]) => first !== parent));
	return { axes, pieces };
}

/** The value with atoms joined that are neighbours both in a node's axis and in a file's axis. */
export function joined(x: Activation): Activation {
	const follows = new Map<Atom, Atom>();
	for (const axis of x.axes) axis.forEach((atom, i) => void (i > 0 && follows.set(axis[i - 1] as Atom, atom)));
	const joins = new Map<Atom, Atom | null>();
	for (const dim of x.dims) {
		for (let start = 0; start < dim.length; ) {
			let end = start + 1;
			while (end < dim.length && follows.get(dim[end - 1] as Atom) === dim[end]) end++;
			if (end - start > 1) {
				const run = dim.slice(start, end);
				run.forEach((atom, i) => void joins.set(atom, i === 0 ? { size: productOf(run) } : null));
			}
			start = end;
		}
	}
	if (joins.size === 0) return x;
	const replace = (lists: Activation["axes"]) =>
		lists.map((atoms) =>
			atoms.flatMap((atom) => {
				const by = joins.get(atom);
				return by === undefined ? [atom] : by === null ? [] : [by];
			}),
		);
	return { ...x, dims: replace(x.dims), axes: replace(x.axes) };
}
