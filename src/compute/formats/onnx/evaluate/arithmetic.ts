/** Arithmetic and comparisons of constants. */
import {
	COMMON_ARITHMETIC,
	choose,
	comparison,
	needed,
	negation,
	ofSeveral,
	ofTwo,
} from "../../graph/evaluate/arithmetic.js";
import { cast, combine, map } from "../../graph/evaluate/elementwise.js";
import { matMul } from "../../graph/evaluate/tensors.js";
import { isFloat, scalarOf } from "../../graph/tensor.js";
import { elementType } from "../elements.js";
import type { Evaluator } from "./evaluator.js";

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
	...COMMON_ARITHMETIC,
	Mod: modulo,
	Min: ofSeveral(Math.min),
	Max: ofSeveral(Math.max),
	Sum: ofSeveral((a, b) => a + b),
	Mean: mean,
	Clip: clip,
	Where: choose,
	Cast: castTo,
	CastLike: castLike,
	LessOrEqual: comparison((a, b) => a <= b),
	GreaterOrEqual: comparison((a, b) => a >= b),
	And: comparison((a, b) => a !== 0 && b !== 0),
	Or: comparison((a, b) => a !== 0 || b !== 0),
	Not: negation,
	Identity: (node, inputs) => [needed(node, inputs, 0)],
	Dropout: dropout,
	MatMul: (node, inputs) => [matMul(needed(node, inputs, 0), needed(node, inputs, 1))],
};
