/** Which rows the two columns show, and in which order: one rule for both, so that neither is favoured. */
import type { ProbedDirection, RankedImage } from "../../compute/activations/probe/report.js";

/** `drawn`: units by their index, directions in the order of the seed. The others are largest first. */
export const ORDERS = ["drawn", "purity", "similarity", "featureSimilarity", "highest", "sparsity"] as const;
export type Order = (typeof ORDERS)[number];

export interface RowsView {
	readonly order: Order;
	/** Only those whose commonest label is this; null for all. */
	readonly label: number | null;
	/** Whether the images that activate most are shown, or least. */
	readonly end: "most" | "least";
}

export const AS_DRAWN: RowsView = { order: "drawn", label: null, end: "most" };

/** The rows of one column: filtered and sorted; what has no figure comes last, equals as drawn. */
export function arranged(
	directions: readonly ProbedDirection[],
	{ order, label }: RowsView,
): readonly ProbedDirection[] {
	const shown = label === null ? directions : directions.filter(({ commonest }) => commonest?.label === label);
	if (order === "drawn") return shown;
	const figure = (direction: ProbedDirection): number => direction[order] ?? Number.NEGATIVE_INFINITY;
	return shown.toSorted((a, b) => {
		const [first, second] = [figure(a), figure(b)];
		return first === second ? 0 : second > first ? 1 : -1;
	});
}

/** The images of a row. */
export function imagesOf(direction: ProbedDirection, end: RowsView["end"]): readonly RankedImage[] {
	return end === "most" ? direction.top : direction.bottom;
}

/** A unit or direction that has an image among its top ones; `rank` counts from 1. */
export interface Ranking {
	readonly direction: ProbedDirection;
	readonly rank: number;
	readonly image: RankedImage;
}

/** All that rank an image high, best rank first, equals as drawn. */
export function rankings(directions: readonly ProbedDirection[], index: number): readonly Ranking[] {
	return directions
		.flatMap((direction) => {
			const at = direction.top.findIndex((image) => image.index === index);
			const image = direction.top[at];
			return image === undefined ? [] : [{ direction, rank: at + 1, image }];
		})
		.toSorted((a, b) => a.rank - b.rank);
}

/** Labels that some top images share most, for the filter; ascending. */
export function commonestLabels(columns: readonly (readonly ProbedDirection[])[]): readonly number[] {
	const labels = columns.flat().flatMap(({ commonest }) => (commonest === null ? [] : [commonest.label]));
	return [...new Set(labels)].toSorted((a, b) => a - b);
}
