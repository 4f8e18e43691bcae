/**
 * Functions that TensorFlow spells out in arithmetic, recognised as what they are: gated activations and layer
 * normalisation. The last node of such a piece becomes the function; the others stay for whoever else reads them.
 */
import type { PointwiseFunction } from "../../network/types.js";
import type { Activation } from "../graph/activation.js";
import type { Value } from "../graph/align.js";
import type { Emitter } from "../graph/emitter.js";
import * as elementwise from "../graph/lower/elementwise.js";
import { layerNormalization } from "../graph/lower/statistics.js";
import { axisOf, type Tensor } from "../graph/tensor.js";
import type { Source } from "./frames.js";
import type { GraphNode } from "./node.js";

/** What is known of a value before it is used: null for what isn't computed yet. */
export type Known = (source: Source) => Value | null;

/** Constants in files are float32, and rounded. */
const CLOSE = 1e-4;
const MOST_STEPS = 8;
/** Operations that pass their first input on. */
const PASSING: ReadonlySet<string> = new Set(["Identity", "IdentityN", "StopGradient", "Snapshot", "CheckNumerics"]);

const SUMS = ["Add", "AddV2", "AddN"];

/** The value of a node that ends one of these pieces; null for any other. */
export function recognised(node: GraphNode, known: Known, emitter: Emitter): Activation | null {
	const view = new View(known);
	const found = { node, index: 0 };
	switch (node.operation) {
		case "Mul":
		case "RealDiv":
			return gated(view, found, emitter) ?? centred(view, found, emitter);
		case "AddV2":
		case "Add":
		case "AddN":
			return normalised(view, found, emitter);
		default:
			return null;
	}
}

/** `scale·value + offset` with numbers. */
interface Linear {
	readonly value: Source;
	readonly scale: number;
	readonly offset: number;
}

class View {
	constructor(readonly known: Known) {}

	/** An input of a node, past what only passes it on. */
	input(node: GraphNode, at: number): Source | null {
		const name = node.inputs[at];
		return name === undefined ? null : this.past(node.frame.resolve(node.origin.name, name));
	}

	past(source: Source): Source {
		let at = source;
		for (let step = 0; step < MOST_STEPS && PASSING.has(at.node.operation); step++) {
			const name = at.node.inputs[at.index];
			if (name === undefined) break;
			at = at.node.frame.resolve(at.node.origin.name, name);
		}
		return at;
	}

	/** The value of one input of a node with this operation. */
	argument(source: Source | null, operation: string): Source | null {
		return source?.node.operation === operation ? this.input(source.node, 0) : null;
	}

	/** Both inputs of a node with one of these operations. */
	pair(source: Source | null, ...operations: readonly string[]): readonly [Source, Source] | null {
		if (!source || source.node.inputs.length !== 2 || !operations.includes(source.node.operation)) return null;
		const [a, b] = [this.input(source.node, 0), this.input(source.node, 1)];
		return a && b ? [a, b] : null;
	}

	/** The same in both orders. */
	pairs(source: Source | null, ...operations: readonly string[]): readonly (readonly [Source, Source])[] {
		const found = this.pair(source, ...operations);
		return found ? [found, [found[1], found[0]]] : [];
	}

	tensor(source: Source): Tensor | null {
		const value = this.known(source);
		return value?.kind === "tensor" ? value : null;
	}

	/** The number that a constant of one value is. */
	number(source: Source): number | null {
		const found = this.tensor(source);
		return found?.data.length === 1 ? (found.data[0] as number) : null;
	}

	/** A value as a multiple of another, and a number more. */
	linear(source: Source): Linear {
		let [value, scale, offset] = [this.past(source), 1, 0];
		for (let step = 0; step < MOST_STEPS; step++) {
			const inner = this.#linearStep(value);
			if (!inner) break;
			offset += scale * inner.offset;
			scale *= inner.scale;
			value = inner.value;
		}
		return { value, scale, offset };
	}

	#linearStep(source: Source): Linear | null {
		const negated = this.argument(source, "Neg");
		if (negated) return { value: negated, scale: -1, offset: 0 };
		for (const [value, other] of this.pairs(source, "Mul", ...SUMS)) {
			const number = this.number(other);
			if (number === null) continue;
			return source.node.operation === "Mul"
				? { value, scale: number, offset: 0 }
				: { value, scale: 1, offset: number };
		}
		const [value, other] = this.pair(source, "RealDiv", "Sub") ?? [];
		const number = other ? this.number(other) : null;
		if (!value || number === null) return null;
		return source.node.operation === "Sub"
			? { value, scale: 1, offset: -number }
			: { value, scale: 1 / number, offset: 0 };
	}
}

function isSame(a: Source | null, b: Source | null): boolean {
	return a !== null && b !== null && a.node === b.node && a.index === b.index;
}

function isClose(found: number, wanted: number): boolean {
	return Math.abs(found - wanted) < CLOSE;
}

/** `x` times a gate of `x`: Swish, HardSwish, Mish, GELU. */
function gated(view: View, root: Source, emitter: Emitter): Activation | null {
	const product = view.linear(root);
	if (product.offset !== 0) return null;
	for (const [first, second] of view.pairs(product.value, "Mul")) {
		const x = view.linear(first);
		const gate = view.linear(second);
		const value = view.known(x.value);
		if (x.offset !== 0 || value?.kind !== "activation") continue;
		const f = gateOf(
			view,
			x.value,
			gate.value,
			x.scale * product.scale * gate.scale,
			x.scale * product.scale * gate.offset,
		);
		if (f) return elementwise.pointwise(emitter, { ...root.node.origin, type: NAMES[f.fn] }, value, f);
	}
	return null;
}

type Gated = Extract<PointwiseFunction, { fn: "swish" | "hardSwish" | "mish" | "gelu" }>;
const NAMES = { swish: "Swish", hardSwish: "HardSwish", mish: "Mish", gelu: "Gelu" } as const;

/** What `x·(scale·gate + offset)` is. */
function gateOf(view: View, x: Source, gate: Source, scale: number, offset: number): Gated | null {
	/** Whether a value is this multiple of x, and a number more. */
	const isLinear = (source: Source | null, wanted: number, more = 0): boolean => {
		if (!source) return false;
		const found = view.linear(source);
		return isSame(found.value, x) && isClose(found.scale, wanted) && isClose(found.offset, more);
	};
	const { node } = gate;
	const inner = view.input(node, 0);
	switch (node.operation) {
		case "Sigmoid":
			return isClose(scale, 1) && isClose(offset, 0) && isLinear(inner, 1) ? { fn: "swish" } : null;
		case "Relu6":
			return isClose(scale, 1 / 6) && isClose(offset, 0) && isLinear(inner, 1, 3) ? { fn: "hardSwish" } : null;
		case "Erfc":
			return isClose(scale, 0.5) && isClose(offset, 0) && isLinear(inner, -Math.SQRT1_2)
				? { fn: "gelu", approximate: false }
				: null;
		case "Erf":
			return isClose(scale, 0.5) && isClose(offset, 0.5) && isLinear(inner, Math.SQRT1_2)
				? { fn: "gelu", approximate: false }
				: null;
		case "Tanh":
			if (isClose(scale, 1) && isClose(offset, 0) && isLinear(view.argument(inner, "Softplus"), 1))
				return { fn: "mish" };
			return isClose(scale, 0.5) && isClose(offset, 0.5) && isCubic(view, x, inner)
				? { fn: "gelu", approximate: true }
				: null;
		default:
			return null;
	}
}

/** `√(2/π)·(x + 0.044715·x³)` */
function isCubic(view: View, x: Source, source: Source | null): boolean {
	if (!source) return false;
	const { value, scale, offset } = view.linear(source);
	if (!isClose(scale, Math.sqrt(2 / Math.PI)) || offset !== 0) return false;
	return view.pairs(value, ...SUMS).some(([first, second]) => {
		const cubed = view.linear(second);
		const [base, exponent] = view.pair(cubed.value, "Pow") ?? [];
		const isThird = exponent !== undefined && view.number(exponent) === 3;
		return isSame(first, x) && isThird && isSame(base ?? null, x) && isClose(cubed.scale, 0.044715);
	});
}

interface Statistics {
	readonly x: Source;
	readonly mean: Source;
	readonly axes: readonly number[];
	readonly epsilon: number;
}

/** `1/sqrt(variance + epsilon)` of a value over axes; `isRoot` where the file divides by the root instead. */
function deviation(view: View, source: Source | null, isRoot: boolean): Statistics | null {
	const raised = view.argument(source, isRoot ? "Sqrt" : "Rsqrt");
	if (!raised) return null;
	const { value: variance, scale, offset: epsilon } = view.linear(raised);
	const squares = view.argument(variance, "Mean");
	if (!squares || scale !== 1 || !(epsilon > 0)) return null;
	for (const [x, mean] of squaredDifference(view, squares)) {
		const axes = meanAxes(view, mean, x);
		const own = axesOf(view, variance);
		if (axes && own && axes.join() === own.join()) return { x, mean, axes, epsilon };
	}
	return null;
}

function squaredDifference(view: View, source: Source): readonly (readonly [Source, Source])[] {
	const direct = view.pairs(source, "SquaredDifference");
	if (direct.length > 0) return direct;
	const [first, second] = view.pair(source, "Mul") ?? [];
	const centre = view.argument(source, "Square") ?? (first && second && isSame(first, second) ? first : null);
	const difference = view.pair(centre, "Sub");
	return difference ? [difference] : [];
}

/** The axes of a mean of `x` that keeps them. */
function meanAxes(view: View, mean: Source, x: Source): readonly number[] | null {
	return isSame(view.argument(mean, "Mean"), x) ? axesOf(view, mean) : null;
}

function axesOf(view: View, { node }: Source): readonly number[] | null {
	const given = view.input(node, 1);
	const list = given && view.tensor(given);
	const x = view.input(node, 0);
	const value = x && view.known(x);
	if (!list || value?.kind !== "activation" || !node.flag("keep_dims")) return null;
	return Array.from(list.data, (axis) => axisOf(axis, value.axes.length)).sort((a, b) => a - b);
}

/** `(x - mean)/deviation`; scale and offset follow as nodes of their own. */
function centred(view: View, root: Source, emitter: Emitter): Activation | null {
	const isDivision = root.node.operation === "RealDiv";
	const orders = isDivision ? [view.pair(root, "RealDiv")].filter((pair) => pair !== null) : view.pairs(root, "Mul");
	for (const [difference, by] of orders) {
		const found = deviation(view, by, isDivision);
		const [x, mean] = view.pair(difference, "Sub") ?? [];
		if (found && isSame(x ?? null, found.x) && isSame(mean ?? null, found.mean))
			return normalisation(view, root, emitter, found, null, null);
	}
	return null;
}

/** `x·s + (beta - mean·s)`, where s is `gamma/deviation`. */
function normalised(view: View, root: Source, emitter: Emitter): Activation | null {
	for (const [product, rest] of view.pairs(root, ...SUMS))
		for (const [x, factor] of view.pairs(product, "Mul")) {
			const scaled = scaledDeviation(view, factor);
			if (!scaled || !isSame(scaled.found.x, x)) continue;
			const shift = shiftOf(view, rest, scaled.found.mean, factor);
			if (shift) return normalisation(view, root, emitter, scaled.found, scaled.gamma, shift.beta);
		}
	return null;
}

function scaledDeviation(
	view: View,
	factor: Source,
): { readonly found: Statistics; readonly gamma: Tensor | null } | null {
	const plain = deviation(view, factor, false);
	if (plain) return { found: plain, gamma: null };
	for (const [inverse, other] of view.pairs(factor, "Mul")) {
		const found = deviation(view, inverse, false);
		const gamma = found && view.tensor(other);
		if (gamma) return { found, gamma };
	}
	return null;
}

/** Whether a value is `beta - mean·factor`, beta being a constant or absent. */
function shiftOf(view: View, rest: Source, mean: Source, factor: Source): { readonly beta: Tensor | null } | null {
	const isProduct = (source: Source, negated: boolean): boolean => {
		const whole = negated ? view.argument(source, "Neg") : source;
		if (whole && view.pairs(whole, "Mul").some(([a, b]) => isSame(a, mean) && isSame(b, factor))) return true;
		return (
			negated && view.pairs(source, "Mul").some(([a, b]) => isSame(view.argument(a, "Neg"), mean) && isSame(b, factor))
		);
	};
	if (isProduct(rest, true)) return { beta: null };
	for (const [product, other] of view.pairs(rest, ...SUMS)) {
		const beta = view.tensor(other);
		if (beta && isProduct(product, true)) return { beta };
	}
	const [first, product] = view.pair(rest, "Sub") ?? [];
	const beta = first ? view.tensor(first) : null;
	return beta && product && isProduct(product, false) ? { beta } : null;
}

function normalisation(
	view: View,
	{ node }: Source,
	emitter: Emitter,
	{ x, axes, epsilon }: Statistics,
	gamma: Tensor | null,
	beta: Tensor | null,
): Activation | null {
	const value = view.known(x);
	if (value?.kind !== "activation") return null;
	const origin = { ...node.origin, type: "LayerNormalization" };
	return layerNormalization(emitter, origin, value, axes, epsilon, gamma, beta);
}
