/** Directions that a probe drew, drawn again. */

import type { Slices } from "../../backend/slices.js";
import { drawDirections } from "../directions.js";
import type { ProbedLayer } from "../probe/report.js";
import type { KnownChoice, UnitChoice } from "./report.js";

/** The choice with its values: what was drawn with a seed alone comes out the same once more. */
export async function knownChoice(choice: UnitChoice, { units }: ProbedLayer, slices: Slices): Promise<KnownChoice> {
	if (choice.kind !== "drawn") return choice;
	const { control, index, seed } = choice;
	const { values } = await drawDirections(control, units, index + 1, seed, null, [], slices);
	return {
		kind: "direction",
		name: `direction ${index}`,
		values: Array.from(values.subarray(index * units, (index + 1) * units)),
	};
}
