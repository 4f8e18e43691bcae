/** Rows of a report: what a scoring pass says of each unit and direction. */
import type { ProbedDirection, RankedImage } from "../probeReport.js";
import { commonestLabel, meanCosine } from "./coherence.js";
import type { ScoringPass } from "./scoringPass.js";

/** Row `row` of the pass. `purityCounts`: whether at least two labels are known, without which purity says nothing. */
export function probedDirection(
	pass: ScoringPass,
	row: number,
	names: { readonly index: number; readonly name: string },
	purityCounts: boolean,
): ProbedDirection {
	const images = Array.from(pass.top.images(row));
	const figures = pass.figures.figures(row);
	const inactive = !figures || figures.aboveFloor < pass.top.top;
	const marks = images.map((image) => pass.marks(image));
	const commonest = commonestLabel(marks.map(({ label }) => label));
	const features = marks.flatMap((image) => (image.features ? [image.features] : []));
	return {
		...names,
		top: images.map((image, rank) => ranked(pass, image, pass.top.scores(row)[rank] as number)),
		bottom: pass.bottom
			? Array.from(pass.bottom.images(row), (image, rank) =>
					ranked(pass, image, -(pass.bottom?.scores(row)[rank] as number)),
				)
			: [],
		inactive,
		purity: inactive || !purityCounts ? null : (commonest?.count ?? 0) / images.length,
		commonest,
		similarity: inactive ? null : meanCosine(marks.map(({ pixels }) => pixels)),
		featureSimilarity: inactive || features.length < marks.length ? null : meanCosine(features),
		active: figures && figures.aboveFloor / figures.images,
		sparsity: figures?.sparsity ?? null,
		selectivity: figures?.selectivity ?? null,
		mean: figures?.mean ?? null,
		highest: figures?.highest ?? null,
		lowest: figures?.lowest ?? null,
		notFinite: pass.figures.notFinite(row),
		single: null,
	};
}

function ranked(pass: ScoringPass, index: number, score: number): RankedImage {
	const { source, label } = pass.marks(index);
	return { index, source, label: label < 0 ? null : label, score, box: null };
}
