/** Operations on constants alone, done at reading: shape arithmetic, scales of normalisations. */
import type { Evaluator } from "../lowering.js";
import { ARITHMETIC } from "./arithmetic.js";
import { SHAPES } from "./shapes.js";

const EVALUATORS: Readonly<Record<string, Evaluator>> = { ...ARITHMETIC, ...SHAPES };

/** Null for an operation that isn't evaluated at reading. */
export function evaluator(name: string): Evaluator | null {
	return Object.hasOwn(EVALUATORS, name) ? (EVALUATORS[name] as Evaluator) : null;
}
