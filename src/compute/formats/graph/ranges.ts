/** Which values of an axis a cut takes. */
import type { Shape } from "../../network/types.js";

/** `size` values from `start` on, `step` apart; a negative step runs backwards. */
export interface Range {
	readonly start: number;
	readonly size: number;
	readonly step: number;
}

/** Every value of every axis. */
export function wholeRanges(shape: Shape): Range[] {
	return shape.map((size) => ({ start: 0, size, step: 1 }));
}

/** For each of consecutive parts of an axis, of the given sizes, the ranges that cut it out. */
export function partRanges(shape: Shape, axis: number, sizes: readonly number[]): (readonly Range[])[] {
	let next = 0;
	return sizes.map((size) => {
		const start = next;
		next += size;
		return wholeRanges(shape).with(axis, { start, size, step: 1 });
	});
}
