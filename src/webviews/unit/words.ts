/** What the page "Unit" says, and its figures as a table. Pure functions. */
import { SIGNIFICANT } from "../../compute/activations/probe/judgement.js";
import type { CoherenceMeasure } from "../../compute/activations/probe/report.js";
import type { UnitChoice, UnitReport } from "../../compute/activations/unit/report.js";
import { decimals, labelName, pValue } from "../probe/words.js";
import { count, plural } from "../ui/format.js";
import type { Standing, Standings } from "./question.js";

/** "unit 3", or the direction's name. */
export function choiceName(unit: UnitChoice): string {
	switch (unit.kind) {
		case "unit":
			return `unit ${unit.index}`;
		case "drawn":
			return `direction ${unit.index}`;
		case "direction":
			return unit.name;
	}
}

function standingOf(unit: UnitChoice, standings: Standings | null): Standing | null {
	return unit.kind === "unit" ? (standings?.units.find(({ index }) => index === unit.index) ?? null) : null;
}

/** What its images share, and how it stands among random directions, where that is known. */
export function headline({ unit, figures, model }: UnitReport, standings: Standings | null): string {
	const name = choiceName(unit);
	if (figures.top.length === 0 && figures.notFinite > 0) return `${name} has no finite value on this data`;
	if (figures.inactive) return `${name} is inactive on this data`;
	const { commonest, top } = figures;
	const shared =
		commonest === null
			? likeness(figures, standings?.measure ?? "similarity", name)
			: `${name}: ${commonest.count} of its top ${top.length} are “${labelName(commonest.label, model.classNames)}”`;
	const standing = standingOf(unit, standings);
	if (standings === null || standing === null || standings.directions === 0) return shared;
	const share = Math.round((100 * standing.asCoherent) / standings.directions);
	return `${shared}; ${share}% of the probe’s random directions are ${AS_COHERENT[standings.measure]}`;
}

const AS_COHERENT: Readonly<Record<CoherenceMeasure, string>> = {
	purity: "as pure or purer",
	similarity: "as similar or more so",
	featureSimilarity: "as similar in features or more so",
};

/** How alike its images are by the measure that it is judged by; without labels that is a similarity. */
function likeness(figures: UnitReport["figures"], measure: CoherenceMeasure, name: string): string {
	const ofFeatures = measure === "featureSimilarity";
	const figure = ofFeatures ? figures.featureSimilarity : figures.similarity;
	const count = figures.top.length;
	if (figure === null) return `${name}: ${plural(count, "image")}`;
	return `${name}: its top ${count} have a mean ${ofFeatures ? "feature" : "pixel"} similarity of ${decimals(figure, 2)}`;
}

/** What the test of the probe says of this unit alone, and how often it is active. */
export function conditions(report: UnitReport, standings: Standings | null): readonly string[] {
	const { figures, data, atFloor, layer } = report;
	const sentences: string[] = [];
	const standing = standingOf(report.unit, standings);
	if (standing !== null && standing.p !== null && standing.q !== null) {
		const special = standing.q < SIGNIFICANT ? "Special" : "Not shown to be special";
		sentences.push(
			`${special}: p = ${pValue(standing.p)} against random directions, q = ${pValue(standing.q)} after correction for all units (Benjamini-Hochberg).`,
		);
	}
	if (standing !== null && standings?.words) sentences.push(`Single units: ${standings.words}.`);
	if (figures.active !== null) sentences.push(`Active on ${decimals(100 * figures.active, 1)}% of images.`);
	if (figures.notFinite > 0) sentences.push(`NaN or infinite on ${plural(figures.notFinite, "image")}, left out.`);
	sentences.push(
		`${layer.layer}, ${report.pre ? "pre" : "post"}-activation${layer.places > 1 ? `, ${report.reduce} over ${count(layer.places)} places` : ""}, ${count(data.scored)} of ${plural(data.total, "image")}, seed ${report.seed}.`,
	);
	if (atFloor > 0) sentences.push(`${plural(atFloor, "image")} at its floor.`);
	return sentences;
}

type Cell = string | number | boolean | null;

/** The ranked images, headings first. */
export function unitRows({ figures, model }: UnitReport): readonly (readonly Cell[])[] {
	const rows = (end: string, images: UnitReport["figures"]["top"]) =>
		images.map(({ source, label, score }, at): readonly Cell[] => [
			end,
			at + 1,
			source,
			labelName(label, model.classNames),
			score,
		]);
	return [["end", "rank", "image", "label", "score"], ...rows("most", figures.top), ...rows("least", figures.bottom)];
}
