/** The box [0, 1] that pixels live in. */

/** The length of the longest move that stays in the box. */
export function furthestInBox(x: Float32Array): number {
	let sum = 0;
	for (let i = 0; i < x.length; i++) {
		const reach = Math.max(x[i]!, 1 - x[i]!);
		sum += reach * reach;
	}
	return Math.sqrt(sum);
}

/** A value brought into [0, 1]. */
export function clipped(value: number): number {
	return Math.min(1, Math.max(0, value));
}
