/** Directions that a probe drew, drawn again. */
import type { ProbedLayer } from "../probeReport.js";
import type { Slices } from "../slices.js";
import type { KnownChoice, UnitChoice } from "../unitReport.js";
import { drawDirections } from "./directions.js";

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
