/** Arithmetic and comparisons of constants. */
import { cast, combine, erf, map, quotient } from "../../graph/evaluate/elementwise.js";
import { roundHalfEven } from "../../graph/evaluate/halves.js";
import { matMul } from "../../graph/evaluate/tensors.js";
import { scalarOf, type Tensor, transposed } from "../../graph/tensor.js";
import type { Evaluator } from "../lowering.js";
import type { GraphNode } from "../node.js";

/** An input that must be there. */
export function needed(node: GraphNode, inputs: readonly Tensor[], at: number): Tensor {
	const found = inputs[at];
	if (!found) throw node.damaged(`input ${at} is missing`);
	return found;
}

export function listOf(node: GraphNode, inputs: readonly Tensor[], at: number): number[] {
	return Array.from(needed(node, inputs, at).data);
}

const ofOne =
	(f: (v: number) => number): Evaluator =>
	(node, inputs) => [map(needed(node, inputs, 0), f)];

const ofTwo =
	(f: (a: number, b: number) => number): Evaluator =>
	(node, inputs) => [combine(needed(node, inputs, 0), needed(node, inputs, 1), f)];

const comparison =
	(f: (a: number, b: number) => boolean): Evaluator =>
	(node, inputs) => [combine(needed(node, inputs, 0), needed(node, inputs, 1), (a, b) => Number(f(a, b)), "bool")];

const divide: Evaluator = (node, inputs) => {
	const a = needed(node, inputs, 0);
	return [combine(a, needed(node, inputs, 1), quotient(a.type))];
};

const finite: Evaluator = (node, inputs) => [map(needed(node, inputs, 0), (v) => Number(Number.isFinite(v)), "bool")];

const addAll: Evaluator = (node, inputs) => [
	inputs.map((_, i) => needed(node, inputs, i)).reduce((a, b) => combine(a, b, (x, y) => x + y)),
];

const select: Evaluator = (node, inputs) => {
	const [condition, a, b] = [0, 1, 2].map((at) => needed(node, inputs, at)) as [Tensor, Tensor, Tensor];
	const first = combine(condition, a, (c, v) => (c !== 0 ? v : 0), a.type);
	const second = combine(condition, b, (c, v) => (c !== 0 ? 0 : v), b.type);
	return [combine(first, second, (x, y) => x + y, a.type)];
};

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
	Add: ofTwo((a, b) => a + b),
	AddV2: ofTwo((a, b) => a + b),
	AddN: addAll,
	BiasAdd: ofTwo((a, b) => a + b),
	Sub: ofTwo((a, b) => a - b),
	Mul: ofTwo((a, b) => a * b),
	Div: divide,
	RealDiv: divide,
	TruncateDiv: divide,
	DivNoNan: ofTwo((a, b) => (b === 0 ? 0 : a / b)),
	MulNoNan: ofTwo((a, b) => (b === 0 ? 0 : a * b)),
	FloorDiv: ofTwo((a, b) => Math.floor(a / b)),
	FloorMod: ofTwo((a, b) => a - b * Math.floor(a / b)),
	Mod: ofTwo((a, b) => a % b),
	Pow: ofTwo((a, b) => a ** b),
	SquaredDifference: ofTwo((a, b) => (a - b) ** 2),
	Maximum: ofTwo(Math.max),
	Minimum: ofTwo(Math.min),
	Neg: ofOne((v) => -v),
	Abs: ofOne(Math.abs),
	Sign: ofOne(Math.sign),
	Square: ofOne((v) => v * v),
	Sqrt: ofOne(Math.sqrt),
	Rsqrt: ofOne((v) => 1 / Math.sqrt(v)),
	Reciprocal: ofOne((v) => 1 / v),
	Inv: ofOne((v) => 1 / v),
	Exp: ofOne(Math.exp),
	Expm1: ofOne(Math.expm1),
	Log: ofOne(Math.log),
	Log1p: ofOne(Math.log1p),
	Erf: ofOne(erf),
	Erfc: ofOne((v) => 1 - erf(v)),
	IsFinite: finite,
	Sin: ofOne(Math.sin),
	Cos: ofOne(Math.cos),
	Tanh: ofOne(Math.tanh),
	Sigmoid: ofOne((v) => 1 / (1 + Math.exp(-v))),
	Softplus: ofOne((v) => Math.max(0, v) + Math.log1p(Math.exp(-Math.abs(v)))),
	Relu: ofOne((v) => Math.max(0, v)),
	Floor: ofOne(Math.floor),
	Ceil: ofOne(Math.ceil),
	Round: ofOne(roundHalfEven),
	Rint: ofOne(roundHalfEven),
	ClipByValue: clip,
	Select: select,
	SelectV2: select,
	Cast: castTo,
	Equal: comparison((a, b) => a === b),
	NotEqual: comparison((a, b) => a !== b),
	Less: comparison((a, b) => a < b),
	LessEqual: comparison((a, b) => a <= b),
	Greater: comparison((a, b) => a > b),
	GreaterEqual: comparison((a, b) => a >= b),
	LogicalAnd: comparison((a, b) => a !== 0 && b !== 0),
	LogicalOr: comparison((a, b) => a !== 0 || b !== 0),
	LogicalNot: ofOne((v) => (v === 0 ? 1 : 0)),
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
