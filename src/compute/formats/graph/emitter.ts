/** Adds nodes to the network under names that lead back to the file's layers, and rearranges values where needed. */
import type { NetworkBuilder } from "../../network/build.js";
import type { NetworkNode, Operation, Shape, Weight } from "../../network/types.js";
import { type Activation, type Atom, fromNode, joined, type Origin, partOf, productOf } from "./activation.js";
import type { Tensor } from "./tensor.js";

type Weights = NetworkNode["weights"];

export class Emitter {
	readonly #names = new Set<string>();
	readonly #arranged = new Map<string, string>();

	constructor(readonly builder: NetworkBuilder) {}

	/** The picture's entrance. */
	input(name: string, shape: Shape, layerType = "Input"): string {
		this.#names.add(name);
		return this.builder.input(name, shape, layerType).name;
	}

	/** The node that a layer of the file becomes. */
	layer(origin: Origin, operation: Operation, inputs: readonly string[], weights: Weights = {}): NetworkNode {
		return this.#add(origin.node ?? origin.name, origin, operation, inputs, weights);
	}

	/** A further node of a layer, before the one that has its name. */
	part(
		origin: Origin,
		part: string,
		operation: Operation,
		inputs: readonly string[],
		weights: Weights = {},
	): NetworkNode {
		return this.layer(partOf(origin, part), operation, inputs, weights);
	}

	/** A constant of the file as a node, without a batch axis. */
	constant(origin: Origin, value: Weight): NetworkNode {
		return this.part(origin, "constant", { op: "Constant" }, [], { value });
	}

	/**
	 * The value in a node whose axes are exactly `dims`: through a transposition, a reshape or nothing.
	 * `dims` has the atoms of the value, in any order and grouping.
	 */
	arrange(x: Activation, dims: readonly (readonly Atom[])[], origin: Origin): Activation {
		const shape = dims.map(productOf);
		const now = x.dims.flat();
		const wanted = dims.flat();
		const done = (node: string): Activation => ({ ...x, node, dims, pending: node === x.node ? x.pending : null });
		const shapeNow = x.dims.map(productOf);
		if (sameList(now, wanted) && sameList(shapeNow, shape)) return done(x.node);
		const key = JSON.stringify([x.node, now.map((atom) => [atom.size, wanted.indexOf(atom)]), shape]);
		const known = this.#arranged.get(key);
		if (known) return done(known);

		const steps: Operation[] = [];
		let current = shapeNow;
		const become = (next: Shape) => {
			if (sameList(current, next)) return;
			steps.push(next.length === 1 ? { op: "Flatten" } : { op: "Reshape", shape: next });
			current = [...next];
		};
		if (!sameList(now, wanted)) {
			const blocks = blocksOf(x.dims, wanted);
			become(blocks.map(productOf));
			const order = orderOf(blocks, dims, wanted);
			steps.push({ op: "Transpose", order });
			current = order.map((axis) => current[axis] as number);
		}
		become(shape);
		let node = x.node;
		steps.forEach((operation, i) => {
			const isLast = i === steps.length - 1;
			const from = [node];
			if (x.pending && isLast) node = this.layer(x.pending, operation, from).name;
			else node = this.part(x.pending ?? origin, operation.op.toLowerCase(), operation, from).name;
		});
		this.#arranged.set(key, node);
		return done(node);
	}

	/** The value with each of the given axes of the file being one axis of the node (a size of 1 has none). */
	isolate(x: Activation, axes: readonly number[], origin: Origin): Activation {
		const groups = axes.map((axis) => x.axes[axis] as readonly Atom[]).filter((atoms) => atoms.length > 0);
		return this.#mergedGroups(this.arrange(x, withGroups(x.dims, groups), origin), groups);
	}

	/** As `isolate` for one axis, which becomes the node's last one; size 1 included. */
	isolateLast(x: Activation, axis: number, origin: Origin): Activation {
		const group = x.axes[axis] as readonly Atom[];
		const last = x.dims.at(-1) ?? [];
		const isLast = x.dims.length > 0 && sameList(last, group);
		if (isLast) return this.#mergedGroups(x, [group]);
		const others = withGroups(x.dims, [group]).filter((dim) => group.length === 0 || !sameList(dim, group));
		// An axis of size 1 that the node has at the wrong place may as well stand for this one.
		const spare = group.length === 0 ? others.findIndex((dim) => dim.length === 0) : -1;
		const rest = spare < 0 ? others : others.filter((_, i) => i !== spare);
		return this.#mergedGroups(this.arrange(x, [...rest, group], origin), [group]);
	}

	/** The value with the file's axes in the file's order, each one axis of the node. */
	asInFile(x: Activation, origin: Origin): Activation {
		return this.#mergedGroups(this.arrange(x, x.axes, origin), x.axes);
	}

	#mergedGroups(x: Activation, groups: readonly (readonly Atom[])[]): Activation {
		return groups.some((atoms) => atoms.length > 1) ? joined(x) : x;
	}

	#add(wanted: string, origin: Origin, operation: Operation, inputs: readonly string[], weights: Weights): NetworkNode {
		let name = wanted;
		for (let n = 2; this.#names.has(name); n++) name = `${wanted}#${n}`;
		this.#names.add(name);
		return this.builder.add({ name, layer: origin.name, layerType: origin.type, operation, inputs, weights });
	}
}

/** The value of a new node that has the same axes as the value it was made from. */
export function likewise(x: Activation, node: NetworkNode): Activation {
	return { ...x, node: node.name };
}

/** A value as one that depends on the picture: a constant becomes a node. */
export function asActivation(emitter: Emitter, origin: Origin, value: Activation | Tensor): Activation {
	if (value.kind === "activation") return value;
	const node = emitter.constant(origin, weightOf(value));
	return fromNode(node.name, node.outputShape, [...node.outputShape.keys()]);
}

export function weightOf({ name, shape, data }: Tensor): Weight {
	return { name, shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
	return a.length === b.length && a.every((item, i) => item === b[i]);
}

/** The node's axes where each stays in one piece in the wanted order, else the runs that do. */
function blocksOf(dims: readonly (readonly Atom[])[], wanted: readonly Atom[]): readonly (readonly Atom[])[] {
	const follows = new Map(wanted.map((atom, i) => [atom, wanted[i + 1]]));
	const isWhole = (dim: readonly Atom[]) => dim.every((atom, i) => i === 0 || follows.get(dim[i - 1] as Atom) === atom);
	if (dims.every(isWhole)) return dims;
	const blocks: Atom[][] = [];
	for (const atom of dims.flat()) {
		const open = blocks.at(-1);
		if (open && follows.get(open.at(-1) as Atom) === atom) open.push(atom);
		else blocks.push([atom]);
	}
	return blocks;
}

/** Which block goes where; blocks of size 1 go where the wanted shape has a 1, the rest of them to the front. */
function orderOf(
	blocks: readonly (readonly Atom[])[],
	dims: readonly (readonly Atom[])[],
	wanted: readonly Atom[],
): number[] {
	const ones = blocks.flatMap((block, i) => (block.length === 0 ? [i] : []));
	const starts = new Map(blocks.map((block, i) => [block[0], i]));
	const placed = ones.length === dims.filter((dim) => dim.length === 0).length;
	const order: number[] = placed ? [] : [...ones];
	const take = (atoms: readonly Atom[]) => {
		for (const atom of atoms) {
			const block = starts.get(atom);
			if (block !== undefined) order.push(block);
		}
	};
	if (!placed) take(wanted);
	else
		for (const dim of dims) {
			if (dim.length === 0) order.push(ones.shift() as number);
			else take(dim);
		}
	return order;
}

/** The node's axes with each group pulled together into an axis of its own, where its first atom was. */
export function withGroups(
	dims: readonly (readonly Atom[])[],
	groups: readonly (readonly Atom[])[],
): readonly (readonly Atom[])[] {
	const groupOf = new Map(groups.flatMap((group) => group.map((atom) => [atom, group] as const)));
	const placed = new Set<readonly Atom[]>();
	return dims.flatMap((dim) => {
		if (!dim.some((atom) => groupOf.has(atom))) return [dim];
		const parts: Atom[][] = [];
		let open: Atom[] | null = null;
		for (const atom of dim) {
			const group = groupOf.get(atom);
			if (group) {
				open = null;
				if (!placed.has(group)) parts.push([...group]);
				placed.add(group);
			} else if (open) open.push(atom);
			else {
				open = [atom];
				parts.push(open);
			}
		}
		return parts;
	});
}

/** The output's values in the file's order; a layer that only regrouped them last stays visible. */
export function asOutput(emitter: Emitter, x: Activation, name: string): string {
	const origin = x.pending ?? { name, type: "Output" };
	const inOrder = emitter.arrange(x, x.dims, origin);
	const atoms = x.axes.flat();
	const memory = x.dims.flat();
	const isInOrder = atoms.every((atom, i) => atom === memory[i]);
	if (isInOrder && !x.pending) return inOrder.node;
	const axes = x.axes[0]?.length === 0 && x.axes.length > 1 ? x.axes.slice(1) : x.axes;
	return emitter.arrange(x, axes, origin).node;
}
