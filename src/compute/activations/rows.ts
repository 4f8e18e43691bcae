/** Rows of a report: what is said of one unit or direction. */

import { commonestLabel, meanCosine } from "./coherence.js";
import type { ImageMarks } from "./imageMarks.js";
import type { ProbedDirection, RankedImage } from "./probe/report.js";
import type { ScoreFigures } from "./scoreFigures.js";

/** Images by their positions in the data, with their scores. */
export interface Ranking {
	readonly images: ArrayLike<number>;
	readonly scores: ArrayLike<number>;
}

export interface RowSource {
	/** Of a unit: its index in the layer. */
	readonly index: number;
	readonly name: string;
	/** Best first. */
	readonly top: Ranking;
	/** Lowest first; null where it isn't wanted. */
	readonly bottom: Ranking | null;
	/** How many images `top` is to hold. */
	readonly wanted: number;
	readonly marks: (image: number) => ImageMarks;
	/** What an image's place of the highest score sees. */
	readonly box: (image: number) => RankedImage["box"];
	readonly figures: ScoreFigures | null;
	readonly notFinite: number;
	/** False where fewer than two labels are known, so that purity says nothing. */
	readonly purityCounts: boolean;
}

export function probedDirection(source: RowSource): ProbedDirection {
	const { index, name, figures, wanted } = source;
	const inactive = !figures || figures.aboveFloor < wanted;
	const marks = Array.from(source.top.images, source.marks);
	const commonest = commonestLabel(marks.map(({ label }) => label));
	const features = marks.flatMap((image) => (image.features ? [image.features] : []));
	return {
		index,
		name,
		top: rankedImages(source, source.top),
		bottom: source.bottom ? rankedImages(source, source.bottom) : [],
		inactive,
		purity: inactive || !source.purityCounts ? null : (commonest?.count ?? 0) / marks.length,
		commonest,
		similarity: inactive ? null : meanCosine(marks.map(({ pixels }) => pixels)),
		featureSimilarity: inactive || features.length < marks.length ? null : meanCosine(features),
		active: figures && figures.aboveFloor / figures.images,
		sparsity: figures?.sparsity ?? null,
		selectivity: figures?.selectivity ?? null,
		mean: figures?.mean ?? null,
		highest: figures?.highest ?? null,
		lowest: figures?.lowest ?? null,
		notFinite: source.notFinite,
		single: null,
	};
}

function rankedImages({ marks, box }: RowSource, { images, scores }: Ranking): RankedImage[] {
	return Array.from(images, (image, rank) => {
		const { source, label } = marks(image);
		const score = scores[rank] as number;
		return { index: image, source, label: label < 0 ? null : label, score, box: box(image) };
	});
}
