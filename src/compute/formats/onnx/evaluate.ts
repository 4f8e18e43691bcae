/** Operations on constants alone, done at reading: shape arithmetic, dequantised weights. */
import type { Tensor } from "../graph/tensor.js";
import { ARITHMETIC } from "./evaluate/arithmetic.js";
import { CONSTANTS } from "./evaluate/constants.js";
import { QUANTIZATION } from "./evaluate/quantization.js";
import { SHAPES } from "./evaluate/shapes.js";
import type { OnnxNode } from "./node.js";

/** Values of the node's outputs; an input may be absent (null). */
export type Evaluator = (node: OnnxNode, inputs: readonly (Tensor | null)[]) => readonly Tensor[];

const EVALUATORS: Readonly<Record<string, Evaluator>> = { ...CONSTANTS, ...ARITHMETIC, ...SHAPES, ...QUANTIZATION };

/** Null for an operation that isn't evaluated at reading. */
export function evaluator(name: string): Evaluator | null {
	return Object.hasOwn(EVALUATORS, name) ? (EVALUATORS[name] as Evaluator) : null;
}
