/** The figures of the page as a table: for the CSV file and for copying. */
import type { ProbedDirection, ProbeReport } from "../../compute/activations/probe/report.js";
import { labelName } from "./words.js";

type Cell = string | number | boolean | null;

const HEADINGS = [
	"kind",
	"index",
	"name",
	"purity",
	"commonest label",
	"of them",
	"pixel similarity",
	"feature similarity",
	"active share",
	"sparsity",
	"mean",
	"highest",
	"lowest",
	"not finite",
	"inactive",
	"p",
	"q",
	"top images",
] as const;

/** A row for each unit, direction and own direction, headings first. */
export function probeRows(report: ProbeReport): readonly (readonly Cell[])[] {
	const { classNames } = report.model;
	const row = (kind: string, direction: ProbedDirection): readonly Cell[] => [
		kind,
		direction.index,
		direction.name,
		direction.purity,
		direction.commonest === null ? null : labelName(direction.commonest.label, classNames),
		direction.commonest?.count ?? null,
		direction.similarity,
		direction.featureSimilarity,
		direction.active,
		direction.sparsity,
		direction.mean,
		direction.highest,
		direction.lowest,
		direction.notFinite,
		direction.inactive,
		direction.single?.p ?? null,
		direction.single?.q ?? null,
		direction.top.map(({ source }) => source).join(" | "),
	];
	return [
		HEADINGS,
		...report.units.map((unit) => row("unit", unit)),
		...report.directions.map((direction) => row("direction", direction)),
		...report.own.map((direction) => row("own", direction)),
	];
}
