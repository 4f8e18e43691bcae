/**
 * What a picture's values have become where the first layer with weights of its own reads them: followed through resizes, crops,
 * pads, casts, transposes, reshapes and channel orders, each of which moves values about, and through scalings and shifts.
 */
import type { Network, NetworkNode, Shape, Weight } from "./types.js";

/** `scale·x + offset` for a value x of the picture, by the index along `axis`; one entry where all are alike. */
export interface Followed {
	readonly scale: readonly number[];
	readonly offset: readonly number[];
	/** Where the picture's channels lie, counted without batch; null where they are mixed with places. */
	readonly axis: number | null;
	/** The last node that changed the values; null where they are the picture's. */
	readonly by: NetworkNode | null;
}

export interface Arrival {
	/** The node that reads the values: the first that does more than scale, shift and move them, or the output. */
	readonly reader: NetworkNode;
	readonly values: Followed;
}

/** Every place where the picture arrives, in the graph's order; none where the graph reads no picture. */
export function arrivalsOf(network: Network): readonly Arrival[] {
	const followed = new Map<string, Followed>();
	const byName = new Map(network.nodes.map((node) => [node.name, node]));
	const arrivals: Arrival[] = [];
	for (const node of network.nodes) {
		const after = follow(node, followed, byName);
		if (after !== null) {
			followed.set(node.name, after);
			if (node.name === network.output) arrivals.push({ reader: node, values: after });
			continue;
		}
		const values = node.inputs.map((name) => followed.get(name)).find((value) => value !== undefined);
		if (values) arrivals.push({ reader: node, values });
	}
	return arrivals;
}

function follow(
	node: NetworkNode,
	followed: ReadonlyMap<string, Followed>,
	byName: ReadonlyMap<string, NetworkNode>,
): Followed | null {
	const { operation, outputShape, inputs, weights } = node;
	if (operation.op === "Input") {
		return { scale: [1], offset: [0], axis: outputShape.length === 3 ? 2 : null, by: null };
	}
	const before = inputs.map((name) => followed.get(name));
	const [x] = before;
	const shape = byName.get(inputs[0] ?? "")?.outputShape;
	switch (operation.op) {
		case "Identity":
		case "ZeroPad2D":
		case "Pad":
		case "Resample2D":
		case "MaxPool2D":
		case "AveragePool2D":
			return x ?? null;
		case "Pointwise":
			return operation.function.fn === "clip" ? (x ?? null) : null;
		case "Flatten":
		case "Reshape":
		case "Broadcast":
			return x && shape ? reshaped(x, shape, outputShape) : null;
		case "Transpose":
			return x ? { ...x, axis: x.axis === null ? null : operation.order.indexOf(x.axis) } : null;
		case "ReverseChannels":
			return x ? along(x, outputShape.length - 1, (values) => values.toReversed()) : null;
		case "Gather":
			return x ? along(x, operation.axis, (values) => operation.indices.map((i) => values[i] ?? Number.NaN)) : null;
		case "Slice":
			return x ? sliced(x, operation) : null;
		case "Concatenate":
			return concatenated(inputs, before, operation.axis, byName);
		case "Affine":
			return x ? affine(x, node, weights.scale, weights.offset) : null;
		case "Add":
		case "Multiply":
		case "Binary":
			return combined(node, before, byName);
		default:
			return null;
	}
}

/** Channels stay channels where they are the last axis before and after; mixed with places, what is typical is left. */
function reshaped(x: Followed, from: Shape, to: Shape): Followed {
	const isKept = x.axis !== null && x.axis === from.length - 1 && (from.at(-1) === to.at(-1) || from.at(-1) === 1);
	if (isKept) return { ...x, axis: to.length - 1 };
	return { ...x, scale: [average(x.scale)], offset: [average(x.offset)], axis: null };
}

function along(x: Followed, axis: number, change: (values: readonly number[]) => readonly number[]): Followed {
	if (axis !== x.axis) return x;
	const one = (values: readonly number[]) => (values.length === 1 ? values : change(values));
	return { ...x, scale: one(x.scale), offset: one(x.offset) };
}

function sliced(
	x: Followed,
	slice: { readonly starts: readonly number[]; readonly sizes: readonly number[]; readonly steps: readonly number[] },
): Followed {
	if (x.axis === null) return x;
	const [start, size, step] = [slice.starts, slice.sizes, slice.steps].map((of) => of[x.axis as number] as number);
	return along(x, x.axis, (values) =>
		Array.from({ length: size as number }, (_, i) => values[(start as number) + i * (step as number)] ?? Number.NaN),
	);
}

/** Channels that were taken apart and put together again, each with its own scaling perhaps. */
function concatenated(
	inputs: readonly string[],
	before: readonly (Followed | undefined)[],
	axis: number,
	byName: ReadonlyMap<string, NetworkNode>,
): Followed | null {
	const parts = before.filter((part) => part !== undefined);
	const [first] = parts;
	if (!first || parts.length < inputs.length) return null;
	const by = parts.map((part) => part.by).find((node) => node !== null) ?? null;
	if (axis !== first.axis) {
		const alike = parts.every(({ scale, offset }) => same(scale, first.scale) && same(offset, first.offset));
		return alike ? { ...first, by } : null;
	}
	const joined = (of: (part: Followed) => readonly number[]) =>
		parts.flatMap((part, i) => {
			const size = byName.get(inputs[i] as string)?.outputShape[axis] ?? 1;
			const values = of(part);
			return values.length === 1 ? Array<number>(size).fill(values[0] as number) : values;
		});
	return { scale: joined((part) => part.scale), offset: joined((part) => part.offset), axis, by };
}

function affine(x: Followed, node: NetworkNode, scale: Weight | undefined, offset: Weight | undefined): Followed {
	const rank = node.outputShape.length;
	const factors = scale ? perIndex(scale, rank, x.axis) : [1];
	const shifts = offset ? perIndex(offset, rank, x.axis) : [0];
	return {
		scale: broadcast(x.scale, factors, (a, b) => a * b),
		offset: broadcast(
			broadcast(x.offset, factors, (a, b) => a * b),
			shifts,
			(a, b) => a + b,
		),
		axis: x.axis,
		by: node,
	};
}

/** An addition, product, difference or quotient with a constant; null for any other. */
function combined(
	node: NetworkNode,
	before: readonly (Followed | undefined)[],
	byName: ReadonlyMap<string, NetworkNode>,
): Followed | null {
	const { operation, inputs, outputShape } = node;
	const at = before.findIndex((value) => value !== undefined);
	const x = before[at];
	const other = byName.get(inputs[1 - at] ?? "");
	const value = other?.operation.op === "Constant" ? other.weights.value : undefined;
	if (!x || inputs.length !== 2 || !value) return null;
	const c = perIndex(value, outputShape.length, x.axis);
	const changed = (factor: readonly number[], shift: readonly number[]): Followed => ({
		scale: broadcast(x.scale, factor, (a, b) => a * b),
		offset: broadcast(
			broadcast(x.offset, factor, (a, b) => a * b),
			shift,
			(a, b) => a + b,
		),
		axis: x.axis,
		by: node,
	});
	const negated = c.map((v) => -v);
	if (operation.op === "Add") return changed([1], c);
	if (operation.op === "Multiply") return changed(c, [0]);
	if (operation.op !== "Binary") return null;
	if (operation.function === "subtract") return at === 0 ? changed([1], negated) : changed([-1], c);
	if (operation.function === "divide" && at === 0)
		return changed(
			c.map((v) => 1 / v),
			[0],
		);
	return null;
}

/** A constant's typical values by the index along one axis of what it is broadcast against; one where it has no such axis. */
function perIndex({ shape, data }: Weight, rank: number, axis: number | null): readonly number[] {
	const own = axis === null ? -1 : axis - (rank - shape.length);
	const size = own < 0 ? 1 : (shape[own] ?? 1);
	if (size === 1) return [average(data)];
	const inner = shape.slice(own + 1).reduce((product, n) => product * n, 1);
	const sums = new Float64Array(size);
	data.forEach((value, i) => {
		const index = Math.floor(i / inner) % size;
		sums[index] = (sums[index] as number) + value;
	});
	return Array.from(sums, (sum) => (sum * size) / data.length);
}

function broadcast(
	a: readonly number[],
	b: readonly number[],
	combine: (a: number, b: number) => number,
): readonly number[] {
	return Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
		combine(a[a.length === 1 ? 0 : i] ?? Number.NaN, b[b.length === 1 ? 0 : i] ?? Number.NaN),
	);
}

export function average(values: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < values.length; i++) sum += values[i] as number;
	return sum / values.length;
}

function same(a: readonly number[], b: readonly number[]): boolean {
	return a.length === b.length && a.every((value, i) => value === b[i]);
}
