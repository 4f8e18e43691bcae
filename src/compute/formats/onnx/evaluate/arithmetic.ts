/** Arithmetic and comparisons of constants. */
import { cast, combine, erf, map, quotient } from "../../graph/evaluate/elementwise.js";
import { roundHalfEven } from "../../graph/evaluate/halves.js";
import { matMul } from "../../graph/evaluate/tensors.js";
import { isFloat, scalarOf, type Tensor } from "../../graph/tensor.js";
import { elementType } from "../elements.js";
import type { Evaluator } from "../evaluate.js";
import { needed } from "./inputs.js";

const ofOne =
	(f: (v: number) => number): Evaluator =>
	(node, inputs) => [map(needed(node, inputs, 0), f)];

const ofTwo =
	(f: (a: number, b: number) => number): Evaluator =>
	(node, inputs) => [combine(needed(node, inputs, 0), needed(node, inputs, 1), f)];

const comparison =
	(f: (a: number, b: number) => boolean): Evaluator =>
	(node, inputs) => [combine(needed(node, inputs, 0), needed(node, inputs, 1), (a, b) => Number(f(a, b)), "bool")];

const ofSeveral =
	(f: (a: number, b: number) => number): Evaluator =>
	(node, inputs) => [inputs.map((_, i) => needed(node, inputs, i)).reduce((a, b) => combine(a, b, f))];

const divide: Evaluator = (node, inputs) => {
	const a = needed(node, inputs, 0);
	return [combine(a, needed(node, inputs, 1), quotient(a.type))];
};

const mean: Evaluator = (node, inputs) => {
	const sum = inputs.map((_, i) => needed(node, inputs, i)).reduce((a, b) => combine(a, b, (x, y) => x + y));
	return [map(sum, (v) => v / inputs.length)];
};

const clip: Evaluator = (node, inputs) => {
	const bound = (at: number, name: string, otherwise: number) => {
		const given = inputs[at];
		return given ? scalarOf(given) : node.float(name, otherwise);
	};
	const low = bound(1, "min", Number.NEGATIVE_INFINITY);
	const high = bound(2, "max", Number.POSITIVE_INFINITY);
	return [map(needed(node, inputs, 0), (v) => Math.min(high, Math.max(low, v)))];
};

const where: Evaluator = (node, inputs) => {
	const [condition, a, b] = [0, 1, 2].map((at) => needed(node, inputs, at)) as [Tensor, Tensor, Tensor];
	// Numbers the choices, so that two broadcasts of pairs do for three operands.
	const first = combine(condition, a, (c, v) => (c !== 0 ? v : 0), a.type);
	const second = combine(condition, b, (c, v) => (c !== 0 ? 0 : v), b.type);
	const chosen = combine(first, second, (x, y) => x + y, a.type);
	return [chosen];
};

const castTo: Evaluator = (node, inputs) => {
	const type = elementType(node.int("to", 0));
	if (!type) throw node.unsupported(`values of the element type ${node.int("to", 0)} are not read`);
	return [cast(needed(node, inputs, 0), type, node.int("saturate", 1) !== 0)];
};

const castLike: Evaluator = (node, inputs) => [cast(needed(node, inputs, 0), needed(node, inputs, 1).type)];

const modulo: Evaluator = (node, inputs) => {
	const isRemainder = node.int("fmod", 0) !== 0 || isFloat(needed(node, inputs, 0).type);
	return ofTwo((a, b) => (isRemainder ? a % b : a - b * Math.floor(a / b)))(node, inputs);
};

const dropout: Evaluator = (node, inputs) => {
	const training = inputs[2];
	const ratio = inputs[1];
	const drops = !ratio || scalarOf(ratio) !== 0;
	if (training && scalarOf(training) !== 0 && drops)
		throw node.unsupported("it is in training mode. Export with model.eval()");
	const x = needed(node, inputs, 0);
	return [x, map(x, () => 1, "bool")];
};

export const ARITHMETIC: Readonly<Record<string, Evaluator>> = {
	Add: ofTwo((a, b) => a + b),
	Sub: ofTwo((a, b) => a - b),
	Mul: ofTwo((a, b) => a * b),
	Div: divide,
	Pow: ofTwo((a, b) => a ** b),
	Mod: modulo,
	Neg: ofOne((v) => -v),
	Abs: ofOne(Math.abs),
	Sign: ofOne(Math.sign),
	Sqrt: ofOne(Math.sqrt),
	Reciprocal: ofOne((v) => 1 / v),
	Exp: ofOne(Math.exp),
	Log: ofOne(Math.log),
	Erf: ofOne(erf),
	Floor: ofOne(Math.floor),
	Ceil: ofOne(Math.ceil),
	Round: ofOne(roundHalfEven),
	Relu: ofOne((v) => Math.max(0, v)),
	Min: ofSeveral(Math.min),
	Max: ofSeveral(Math.max),
	Sum: ofSeveral((a, b) => a + b),
	Mean: mean,
	Clip: clip,
	Where: where,
	Cast: castTo,
	CastLike: castLike,
	Equal: comparison((a, b) => a === b),
	Less: comparison((a, b) => a < b),
	LessOrEqual: comparison((a, b) => a <= b),
	Greater: comparison((a, b) => a > b),
	GreaterOrEqual: comparison((a, b) => a >= b),
	And: comparison((a, b) => a !== 0 && b !== 0),
	Or: comparison((a, b) => a !== 0 || b !== 0),
	Not: ofOne((v) => (v === 0 ? 1 : 0)),
	Identity: (node, inputs) => [needed(node, inputs, 0)],
	Dropout: dropout,
	MatMul: (node, inputs) => [matMul(needed(node, inputs, 0), needed(node, inputs, 1))],
};
