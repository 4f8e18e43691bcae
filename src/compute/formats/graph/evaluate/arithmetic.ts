/** Evaluation of operations whose names and meaning ONNX and TensorFlow share, on constants. */
import type { BlindspotError } from "../../../errors.js";
import { roundHalfEven } from "../../../math/halfFloats.js";
import type { Tensor } from "../tensor.js";
import { combine, erf, map, quotient } from "./elementwise.js";

/** Evaluates a node of either format; an input that is left out is null. */
export type ConstantEvaluator = (node: EvaluatedNode, inputs: readonly (Tensor | null)[]) => readonly Tensor[];

/** What is asked of a node: the error that names it. */
export interface EvaluatedNode {
	damaged(what: string): BlindspotError;
}

/** An input that must be there. */
export function needed(node: EvaluatedNode, inputs: readonly (Tensor | null)[], at: number): Tensor {
	const found = inputs[at];
	if (!found) throw node.damaged(`input ${at} is missing`);
	return found;
}

export const ofOne =
	(f: (v: number) => number): ConstantEvaluator =>
	(node, inputs) => [map(needed(node, inputs, 0), f)];

export const ofTwo =
	(f: (a: number, b: number) => number): ConstantEvaluator =>
	(node, inputs) => [combine(needed(node, inputs, 0), needed(node, inputs, 1), f)];

export const ofSeveral =
	(f: (a: number, b: number) => number): ConstantEvaluator =>
	(node, inputs) => [inputs.map((_, i) => needed(node, inputs, i)).reduce((a, b) => combine(a, b, f))];

export const comparison =
	(f: (a: number, b: number) => boolean): ConstantEvaluator =>
	(node, inputs) => [combine(needed(node, inputs, 0), needed(node, inputs, 1), (a, b) => Number(f(a, b)), "bool")];

export const divide: ConstantEvaluator = (node, inputs) => {
	const a = needed(node, inputs, 0);
	return [combine(a, needed(node, inputs, 1), quotient(a.type))];
};

/** The second input where the first is true, else the third. */
export const choose: ConstantEvaluator = (node, inputs) => {
	const [condition, a, b] = [0, 1, 2].map((at) => needed(node, inputs, at)) as [Tensor, Tensor, Tensor];
	// Numbers the choices, so that two broadcasts of pairs do for three operands.
	const first = combine(condition, a, (c, v) => (c !== 0 ? v : 0), a.type);
	const second = combine(condition, b, (c, v) => (c !== 0 ? 0 : v), b.type);
	return [combine(first, second, (x, y) => x + y, a.type)];
};

export const negation = ofOne((v) => (v === 0 ? 1 : 0));

export const COMMON_ARITHMETIC: Readonly<Record<string, ConstantEvaluator>> = {
	Add: ofTwo((a, b) => a + b),
	Sub: ofTwo((a, b) => a - b),
	Mul: ofTwo((a, b) => a * b),
	Div: divide,
	Pow: ofTwo((a, b) => a ** b),
	Neg: ofOne((v) => -v),
	Abs: ofOne(Math.abs),
	Sign: ofOne(Math.sign),
	Sqrt: ofOne(Math.sqrt),
	Reciprocal: ofOne((v) => 1 / v),
	Exp: ofOne(Math.exp),
	Log: ofOne(Math.log),
	Erf: ofOne(erf),
	Sin: ofOne(Math.sin),
	Cos: ofOne(Math.cos),
	Tanh: ofOne(Math.tanh),
	Sigmoid: ofOne((v) => 1 / (1 + Math.exp(-v))),
	Floor: ofOne(Math.floor),
	Ceil: ofOne(Math.ceil),
	Round: ofOne(roundHalfEven),
	Relu: ofOne((v) => Math.max(0, v)),
	Equal: comparison((a, b) => a === b),
	Less: comparison((a, b) => a < b),
	Greater: comparison((a, b) => a > b),
};
