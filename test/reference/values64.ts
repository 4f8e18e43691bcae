/** Values of the float64 reference executor. */
import { sizeOf } from "../../src/compute/network/shapes.js";
import type { Shape } from "../../src/compute/network/types.js";

export interface Value {
	readonly shape: Shape;
	readonly data: Float64Array;
}

export function at(values: { readonly data: ArrayLike<number> }, i: number): number {
	return values.data[i] as number;
}

export function combine(output: Shape, inputs: readonly Value[], f: (a: number, b: number) => number): Float64Array {
	const picks = inputs.map(({ shape }) => broadcastIndex(shape, output));
	return Float64Array.from({ length: sizeOf(output) }, (_, i) =>
		inputs.map((x, k) => at(x, (picks[k] as (i: number) => number)(i))).reduce(f),
	);
}

/** Index into a tensor of shape `from` for a flat index into `to`, aligned at the end. */
export function broadcastIndex(from: Shape, to: Shape): (i: number) => number {
	return (i) => {
		let rest = i;
		let index = 0;
		let stride = 1;
		for (let axis = 1; axis <= to.length; axis++) {
			const size = to[to.length - axis] as number;
			const own = from[from.length - axis] ?? 1;
			index += own === 1 ? 0 : (rest % size) * stride;
			stride *= own;
			rest = Math.floor(rest / size);
		}
		return index;
	};
}

/** Index along each axis of a flat index. */
export function placeOf(i: number, shape: Shape): number[] {
	const place: number[] = [];
	let rest = i;
	for (let axis = shape.length - 1; axis >= 0; axis--) {
		place.unshift(rest % (shape[axis] as number));
		rest = Math.floor(rest / (shape[axis] as number));
	}
	return place;
}

/** Flat index of a place. */
export function indexOf(place: readonly number[], shape: Shape): number {
	return place.reduce((index, p, axis) => index * (shape[axis] as number) + p, 0);
}

/** A value for every place of a shape. */
export function forEveryPlace(shape: Shape, f: (place: readonly number[]) => number): Float64Array {
	return Float64Array.from({ length: sizeOf(shape) }, (_, i) => f(placeOf(i, shape)));
}
