/** Floats that files may compute with and Blindspot doesn't. */
import type { Emitter } from "./emitter.js";
import type { ElementType } from "./tensor.js";

/** Types that computing in float32 stands for. */
export const FLOATS: ReadonlySet<ElementType> = new Set(["float16", "bfloat16", "float32", "float64"]);

/** Half the distance of 1 to the next number. */
const UNIT_ROUNDOFFS: ReadonlyMap<ElementType, number> = new Map([
	["float16", 2 ** -11],
	["bfloat16", 2 ** -8],
]);

/** Notes how coarsely a file's runtime rounds where its values are of this type, and says so; other types change nothing. */
export function noteRounding(
	name: string,
	type: ElementType,
	{ builder }: Emitter,
	warn: (message: string) => void,
): void {
	const unitRoundoff = UNIT_ROUNDOFFS.get(type);
	if (unitRoundoff === undefined) return;
	builder.computesWith(unitRoundoff);
	warn(
		`'${name}' rounds to ${type}; Blindspot computes in float32 throughout, with margins that are wider by as much.`,
	);
}
