/** Combinations of units as a person writes them: "unit 3 + 0.5 unit 7 - 2 unit 9". */

import type { OwnDirection } from "../../compute/activations/probe/report.js";
import { BlindspotError } from "../../compute/errors.js";

const TERM = /\s*([+\-−])?\s*(?:(\d*\.?\d+(?:e[+-]?\d+)?)\s*[*·×]?\s*)?(?:unit|u)\s*(\d+)\s*/iy;

/** The direction, named as it is written. Throws `bad-request` with what is wrong; `units` is how many the layer has. */
export function combination(text: string, units: number): OwnDirection {
	const name = text.trim();
	const parts: { unit: number; weight: number }[] = [];
	TERM.lastIndex = 0;
	while (TERM.lastIndex < name.length) {
		const from = TERM.lastIndex;
		const [, sign, weight = "1", index] = TERM.exec(name) ?? [];
		if (index === undefined || (sign === undefined && parts.length > 0)) throw refused(name.slice(from));
		const unit = Number(index);
		if (unit >= units)
			throw new BlindspotError("bad-request", `There is no unit ${unit}; units are 0 to ${units - 1}.`);
		parts.push({ unit, weight: (sign === undefined || sign === "+" ? 1 : -1) * Number(weight) });
	}
	if (parts.length === 0) throw refused(name);
	return { name, kind: "combination", parts };
}

function refused(rest: string): BlindspotError {
	const where = rest.trim() === "" ? "Nothing is written." : `'${rest.trim().slice(0, 40)}' is no unit with a weight.`;
	return new BlindspotError("bad-request", `${where} Write for example: unit 3 + 0.5 unit 7 - 2 unit 9`);
}
