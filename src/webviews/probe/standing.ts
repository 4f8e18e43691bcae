import type { ProbeReport } from "../../compute/probeReport.js";
import type { Standing } from "../unit/question.js";

/** How a unit stands among the directions of its probe; null where it is inactive or has no figure. */
export function standing(unit: number, { units, directions, statistics }: ProbeReport): Standing | null {
	const found = units.find(({ index }) => index === unit);
	const measure = statistics.purity === null ? "similarity" : "purity";
	const figure = found?.[measure] ?? null;
	if (found === undefined || figure === null) return null;
	const others = directions.flatMap((direction) => direction[measure] ?? []);
	return {
		asCoherent: others.filter((other) => other >= figure).length,
		directions: others.length,
		measure,
		p: found.single?.p ?? null,
		q: found.single?.q ?? null,
		words: statistics.singleUnits?.words ?? null,
	};
}
