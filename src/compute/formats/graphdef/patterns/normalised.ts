/** Layer normalisation, written out. */
import type { Activation } from "../../graph/activation.js";
import type { Emitter } from "../../graph/emitter.js";
import { layerNormalization } from "../../graph/lower/statistics.js";
import { axisOf, type Tensor } from "../../graph/tensor.js";
import type { Source } from "../node.js";
import { isSame, SUMS, type View } from "./view.js";

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
export function centred(view: View, root: Source, emitter: Emitter): Activation | null {
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
export function normalised(view: View, root: Source, emitter: Emitter): Activation | null {
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
