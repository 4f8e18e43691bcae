/** Arithmetic and comparisons of constants. */

import { roundHalfEven } from "../../../math/halfFloats.js";
import {
	COMMON_ARITHMETIC,
	choose,
	comparison,
	divide,
	needed,
	negation,
	ofOne,
	ofSeveral,
	ofTwo,
} from "../../graph/evaluate/arithmetic.js";
import { cast, erf, map } from "../../graph/evaluate/elementwise.js";
import { matMul } from "../../graph/evaluate/tensors.js";
import { scalarOf, type Tensor, transposed } from "../../graph/tensor.js";
import type { Evaluator } from "../lowering.js";
import type { GraphNode } from "../node.js";

export function listOf(node: GraphNode, inputs: readonly Tensor[], at: number): number[] {
	return Array.from(needed(node, inputs, at).data);
}

const finite: Evaluator = (node, inputs) => [map(needed(node, inputs, 0), (v) => Number(Number.isFinite(v)), "bool")];

const castTo: Evaluator = (node, inputs) => {
	const type = node.type("DstT");
	if (!type) throw node.unsupported("it makes values of a type that is not read");
	return [cast(needed(node, inputs, 0), type)];
};

const clip: Evaluator = (node, inputs) => {
	const [low, high] = [scalarOf(needed(node, inputs, 1)), scalarOf(needed(node, inputs, 2))];
	return [map(needed(node, inputs, 0), (v) => Math.min(high, Math.max(low, v)))];
};

const product: Evaluator = (node, inputs) => {
	const turned = (at: number, names: readonly string[]) => {
		const x = needed(node, inputs, at);
		if (!names.some((name) => node.flag(name)) || x.shape.length < 2) return x;
		const axes = [...x.shape.keys()];
		return transposed(x, [...axes.slice(0, -2), axes.at(-1) as number, axes.at(-2) as number]);
	};
	return [matMul(turned(0, ["transpose_a", "adj_x"]), turned(1, ["transpose_b", "adj_y"]))];
};

const same: Evaluator = (node, inputs) => inputs.map((_, i) => needed(node, inputs, i));

export const ARITHMETIC: Readonly<Record<string, Evaluator>> = {
	...COMMON_ARITHMETIC,
	AddV2: ofTwo((a, b) => a + b),
	AddN: ofSeveral((a, b) => a + b),
	BiasAdd: ofTwo((a, b) => a + b),
	RealDiv: divide,
	TruncateDiv: divide,
	DivNoNan: ofTwo((a, b) => (b === 0 ? 0 : a / b)),
	MulNoNan: ofTwo((a, b) => (b === 0 ? 0 : a * b)),
	FloorDiv: ofTwo((a, b) => Math.floor(a / b)),
	FloorMod: ofTwo((a, b) => a - b * Math.floor(a / b)),
	Mod: ofTwo((a, b) => a % b),
	SquaredDifference: ofTwo((a, b) => (a - b) ** 2),
	Maximum: ofTwo(Math.max),
	Minimum: ofTwo(Math.min),
	Square: ofOne((v) => v * v),
	Rsqrt: ofOne((v) => 1 / Math.sqrt(v)),
	Inv: ofOne((v) => 1 / v),
	Expm1: ofOne(Math.expm1),
	Log1p: ofOne(Math.log1p),
	Erfc: ofOne((v) => 1 - erf(v)),
	IsFinite: finite,
	Sin: ofOne(Math.sin),
	Cos: ofOne(Math.cos),
	Tanh: ofOne(Math.tanh),
	Sigmoid: ofOne((v) => 1 / (1 + Math.exp(-v))),
	Softplus: ofOne((v) => Math.max(0, v) + Math.log1p(Math.exp(-Math.abs(v)))),
	Rint: ofOne(roundHalfEven),
	ClipByValue: clip,
	Select: choose,
	SelectV2: choose,
	Cast: castTo,
	NotEqual: comparison((a, b) => a !== b),
	LessEqual: comparison((a, b) => a <= b),
	GreaterEqual: comparison((a, b) => a >= b),
	LogicalAnd: comparison((a, b) => a !== 0 && b !== 0),
	LogicalOr: comparison((a, b) => a !== 0 || b !== 0),
	LogicalNot: negation,
	Identity: same,
	IdentityN: same,
	Snapshot: same,
	StopGradient: same,
	PreventGradient: same,
	CheckNumerics: same,
	EnsureShape: same,
	MatMul: product,
	BatchMatMul: product,
	BatchMatMulV2: product,
	BatchMatMulV3: product,
};
