/** A unit or a direction of a layer as one value per unit. */
import { BlindspotError } from "../../errors.js";
import { normalise } from "../../math/haar.js";
import type { ProbedLayer } from "../probe/report.js";
import type { KnownChoice } from "./report.js";

/** Of length 1. Throws `bad-request` where the layer has no such unit, or another number of units than the direction. */
export function unitDirection(choice: KnownChoice, { units, layer }: ProbedLayer): Float32Array {
	const direction = new Float32Array(units);
	if (choice.kind === "unit") {
		if (!(Number.isInteger(choice.index) && choice.index >= 0 && choice.index < units))
			throw new BlindspotError(
				"bad-request",
				`'${layer}' has no unit ${choice.index}; units are 0 to ${units - 1}.`,
				layer,
			);
		direction[choice.index] = 1;
		return direction;
	}
	if (choice.values.length !== units)
		throw new BlindspotError(
			"bad-request",
			`The direction '${choice.name}' has ${choice.values.length} values, '${layer}' has ${units} units.`,
			layer,
		);
	direction.set(choice.values);
	normalise(direction);
	return direction;
}
