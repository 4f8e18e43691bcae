import { judgedMeasure } from "../../compute/activations/probe/judgement.js";
import type { ProbeReport } from "../../compute/activations/probe/report.js";
import type { Standings } from "../unit/question.js";

/** How the units of a probe stand among its directions. */
export function standings({ units, directions, statistics }: ProbeReport): Standings {
	const measure = judgedMeasure(statistics);
	const others = Float64Array.from(directions.flatMap((direction) => direction[measure] ?? [])).sort();
	return {
		measure,
		directions: others.length,
		words: statistics.singleUnits?.words ?? null,
		units: units.flatMap((unit) => {
			const figure = unit[measure];
			if (figure === null) return [];
			const { index, single } = unit;
			return [{ index, asCoherent: others.length - below(others, figure), p: single?.p ?? null, q: single?.q ?? null }];
		}),
	};
}

/** How many of the ascending values are smaller. */
function below(values: Float64Array, figure: number): number {
	let [low, high] = [0, values.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((values[middle] ?? 0) < figure) low = middle + 1;
		else high = middle;
	}
	return low;
}
