/** Boxes of places: an interval along each axis of an example. */
import type { Shape } from "../types.js";

/** First and last index, both within. */
export type Interval = readonly [first: number, last: number];

export type Region = readonly Interval[];

export function whole(shape: Shape): Region {
	return shape.map(all);
}

export function all(size: number): Interval {
	return [0, size - 1];
}

/** The smallest region around both. */
export function hull(a: Region, b: Region): Region {
	return a.map(([first, last], axis) => {
		const other = b[axis] as Interval;
		return [Math.min(first, other[0]), Math.max(last, other[1])];
	});
}

/** What is within a shape; null where nothing is. */
export function cut(region: Region, shape: Shape): Region | null {
	const inside = region.map(
		([first, last], axis): Interval => [Math.max(0, first), Math.min((shape[axis] as number) - 1, last)],
	);
	return inside.every(([first, last]) => first <= last) ? inside : null;
}

/** The smallest interval around what `f` makes of each index; null where that is nothing. */
export function around([first, last]: Interval, f: (index: number) => Interval | null): Interval | null {
	let found: Interval | null = null;
	for (let index = first; index <= last; index++) {
		const next = f(index);
		if (next) found = found ? [Math.min(found[0], next[0]), Math.max(found[1], next[1])] : next;
	}
	return found;
}

/** The same values under another shape: the smallest region around those that `region` of `from` becomes in `to`. */
export function reshaped(region: Region, from: Shape, to: Shape): Region {
	const result: Interval[] = [];
	let [i, j] = [0, 0];
	// Axes are matched in runs of equal size, so that an axis that both shapes have keeps its interval.
	while (i < from.length || j < to.length) {
		const [start, begin] = [i, j];
		let [left, right] = [from[i++] ?? 1, to[j++] ?? 1];
		while (left !== right) {
			if (left < right) left *= from[i++] ?? 1;
			else right *= to[j++] ?? 1;
		}
		result.push(...unflattened(flattened(region.slice(start, i), from.slice(start, i)), to.slice(begin, j)));
	}
	return result;
}

function flattened(region: Region, shape: Shape): Interval {
	return region.reduce<Interval>(
		([first, last], [low, high], axis) => {
			const size = shape[axis] as number;
			return [first * size + Math.max(0, low), last * size + Math.min(size - 1, high)];
		},
		[0, 0],
	);
}

function unflattened([first, last]: Interval, shape: Shape): Region {
	const result: Interval[] = [];
	let [low, high] = [first, last];
	let stride = shape.reduce((product, size) => product * size, 1);
	for (const size of shape) {
		stride /= size;
		const [from, to] = [Math.floor(low / stride), Math.floor(high / stride)];
		result.push([from, to]);
		// Rows that are not the same one hold, between them, every column in the worst case.
		[low, high] = from === to ? [low % stride, high % stride] : [0, stride - 1];
	}
	return result;
}
