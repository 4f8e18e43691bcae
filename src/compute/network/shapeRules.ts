/** What the shape rules of all operations share. */
import type { NetworkNode, Padding2D, Pair, Shape, Weight, WeightRole } from "./types.js";

export type Weights = NetworkNode["weights"];

/** Thrown where shapes don't fit; the builder adds the node's name. */
export class ShapeError extends Error {}

/** Number of values of one example. */
export function sizeOf(shape: Shape): number {
	return shape.reduce((product, size) => product * size, 1);
}

export function showShape(shape: Shape): string {
	return shape.length === 0 ? "scalar" : shape.join("×");
}

export interface Window {
	readonly strides: Pair;
	readonly dilations: Pair;
	readonly padding: Padding2D;
}

export function windows(size: Pair, kernel: Pair, { strides, dilations, padding }: Window): Pair {
	const along = (axis: 0 | 1, pad: number): number => {
		const reach = (kernel[axis] - 1) * dilations[axis] + 1;
		const places = Math.floor((size[axis] + pad - reach) / strides[axis]) + 1;
		if (!(places >= 1))
			throw new ShapeError(
				`a window of ${reach} doesn't fit into ${size[axis] + pad} ${axis === 0 ? "rows" : "columns"}`,
			);
		return places;
	};
	return [along(0, padding.top + padding.bottom), along(1, padding.left + padding.right)];
}

/** NumPy's rule, for shapes without batch: aligned at the end. */
export function broadcast(a: Shape, b: Shape): Shape {
	const rank = Math.max(a.length, b.length);
	return Array.from({ length: rank }, (_, i) => {
		const left = a[a.length - rank + i] ?? 1;
		const right = b[b.length - rank + i] ?? 1;
		if (left !== right && left !== 1 && right !== 1)
			throw new ShapeError(`${showShape(a)} and ${showShape(b)} don't fit together`);
		return Math.max(left, right);
	});
}

export function only(inputs: readonly Shape[]): Shape {
	const [shape] = inputs;
	if (!shape || inputs.length !== 1) throw new ShapeError(`needs one input, has ${inputs.length}`);
	return shape;
}

export function last(shape: Shape): number {
	const size = shape.at(-1);
	if (size === undefined) throw new ShapeError("needs at least one axis");
	return size;
}

export function image(shape: Shape): readonly [number, number, number] {
	if (shape.length !== 3) throw new ShapeError(`needs height×width×channels, has ${showShape(shape)}`);
	return shape as unknown as readonly [number, number, number];
}

export function weight(weights: Weights, role: WeightRole, rank: number): Weight {
	const found = weights[role];
	if (!found) throw new ShapeError(`the weight '${role}' is missing`);
	if (found.shape.length !== rank)
		throw new ShapeError(`the weight '${found.name}' has shape ${showShape(found.shape)}, ${rank} axes are expected`);
	return found;
}

export function expectVector(found: Weight | undefined, size: number): void {
	if (found && (found.shape.length !== 1 || found.shape[0] !== size))
		throw new ShapeError(`the weight '${found.name}' has shape ${showShape(found.shape)}, ${size} is expected`);
}

export function expectSize(what: string, found: number, expected: number): void {
	if (found !== expected) throw new ShapeError(`${what}: ${found} found, ${expected} expected`);
}

/** A weight that broadcasts against one example without making it larger. */
export function expectWithin(x: Shape, { name, shape }: Weight): void {
	const fits =
		shape.length <= x.length && shape.every((size, i) => size === 1 || size === x[x.length - shape.length + i]);
	if (!fits) throw new ShapeError(`the weight '${name}' has shape ${showShape(shape)}, the value ${showShape(x)}`);
}

/** The axes named once each and present. */
export function expectAxes(axes: readonly number[], rank: number): void {
	if (new Set(axes).size !== axes.length || axes.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= rank))
		throw new ShapeError(`axes ${axes.join(", ")} of ${rank}`);
}
