/** What the page "Which Units Fire?" says, and its figures as a table. Pure functions. */
import type { FiringLayer, FiringReport, FiringUnit } from "../../compute/activations/unit/report.js";
import { fileName, shortPath } from "../../compute/data/pathNames.js";
import { decimals } from "../probe/words.js";
import { count, plural } from "../ui/format.js";

/** "+5.1 sd" */
export function deviationWords(deviations: number): string {
	return `${deviations > 0 ? "+" : ""}${decimals(deviations, 1)} sd`;
}

/** "above 99.9% of images"; all and none only where it is so. */
export function percentileWords(percentile: number): string {
	if (percentile >= 1) return "above all images";
	if (percentile <= 0) return "above none";
	return `above ${decimals(Math.floor(1000 * percentile) / 10, 1)}% of images`;
}

/** The layer that the picture drives furthest from the usual; null where no layer has units. */
export function mostDriven(layers: readonly FiringLayer[]): FiringLayer | null {
	const largest = (best: FiringLayer | null, layer: FiringLayer): FiringLayer =>
		best === null || layer.deviation > best.deviation ? layer : best;
	return layers.reduce<FiringLayer | null>(largest, null);
}

export function headline({ source, layers }: FiringReport): string {
	const name = fileName(source);
	const layer = mostDriven(layers);
	const unit = layer?.units[0];
	if (layer === null || unit === undefined) return `${name}: the model has no layer with units`;
	return `${name} drives ${layer.layer.layer} furthest from the usual, and there most unit ${unit.unit}: ${deviationWords(unit.deviations)}, ${percentileWords(unit.percentile)}`;
}

export function conditions({ predicted, data, seed }: FiringReport): readonly string[] {
	return [
		`Predicted ${predicted.name}, ${decimals(100 * predicted.probability, 1)}%.`,
		`Held against ${plural(data.scored, "image")} of ${shortPath(data.name)}: standard deviations from the mean of each unit, the maximum over places. Seed ${seed}.`,
		...(data.unreadable > 0 ? [`${count(data.unreadable)} could not be read.`] : []),
	];
}

type Cell = string | number | boolean | null;

/** A row for each unit that is named, headings first. */
export function firingRows({ layers }: FiringReport): readonly (readonly Cell[])[] {
	const row = ({ layer, deviation }: FiringLayer, unit: FiringUnit): readonly Cell[] => [
		layer.layer,
		deviation,
		unit.unit,
		unit.activation,
		unit.deviations,
		unit.percentile,
	];
	return [
		["layer", "layer deviation", "unit", "activation", "deviations", "percentile"],
		...layers.flatMap((layer) => layer.units.map((unit) => row(layer, unit))),
	];
}
