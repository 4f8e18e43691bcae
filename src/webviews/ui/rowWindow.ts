/** Which rows of a long list are in the document: those near its visible part, with gaps in place of the others. */

/** Rows `first` to before `end`, by their place in the list. */
export interface Stretch {
	readonly first: number;
	readonly end: number;
}

export type Piece =
	| { readonly kind: "row"; readonly at: number }
	/** Room for the rows from `at` on that are left out. */
	| { readonly kind: "gap"; readonly at: number; readonly height: number };

/**
 * The rows that touch the pixels between `top` and `bottom`, which count from the top of the first row. Above the first
 * or below the last row it is the row at that end; empty for no rows.
 */
export function touched(heights: readonly number[], top: number, bottom: number): Stretch {
	const last = heights.length - 1;
	let first = 0;
	let edge = heights[0] ?? 0;
	while (first < last && edge <= top) edge += heights[++first]!;
	let end = Math.min(first, last);
	while (end < last && edge < bottom) edge += heights[++end]!;
	return { first, end: end + 1 };
}

/** The stretch, with gaps of the exact height around it; `always` is a row that is in the document wherever it is. */
export function pieces(heights: readonly number[], { first, end }: Stretch, always: number | null): readonly Piece[] {
	const shown = (at: number): boolean => (at >= first && at < end) || at === always;
	const list: Piece[] = [];
	for (const [at, height] of heights.entries()) {
		const before = list.at(-1);
		if (shown(at)) list.push({ kind: "row", at });
		else if (before?.kind === "gap") list[list.length - 1] = { ...before, height: before.height + height };
		else list.push({ kind: "gap", at, height });
	}
	return list;
}
