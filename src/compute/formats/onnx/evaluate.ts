/** Operations on constants alone, done at reading: shape arithmetic, dequantised weights. */
import { ARITHMETIC } from "./evaluate/arithmetic.js";
import { CONSTANTS } from "./evaluate/constants.js";
import type { Evaluator } from "./evaluate/evaluator.js";
import { PLACES } from "./evaluate/places.js";
import { QUANTIZATION } from "./evaluate/quantization.js";
import { SHAPES } from "./evaluate/shapes.js";

const EVALUATORS: Readonly<Record<string, Evaluator>> = {
	...CONSTANTS,
	...ARITHMETIC,
	...SHAPES,
	...PLACES,
	...QUANTIZATION,
};

/** Null for an operation that isn't evaluated at reading. */
export function evaluator(name: string): Evaluator | null {
	return Object.hasOwn(EVALUATORS, name) ? (EVALUATORS[name] as Evaluator) : null;
}
