/** Einsum: any number of operands, taken together two at a time from the left, as products of matrices where sums are. */
import { sizeOf } from "../../../network/shapes.js";
import { type Origin, partOf } from "../../graph/activation.js";
import { fileShape, type Value } from "../../graph/align.js";
import type { Emitter } from "../../graph/emitter.js";
import {
	gatherValue,
	matMulValues,
	multiplyValues,
	reshapeValue,
	settled,
	sumValue,
	transposeValue,
} from "../../graph/lower/values.js";
import type { OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";

/** An operand with a label for each axis, none twice. */
interface Term {
	readonly value: Value;
	readonly labels: readonly string[];
}

interface Equation {
	readonly operands: readonly (readonly string[])[];
	readonly result: readonly string[];
}

export const einsum: OperationReader = (node, inputs, { emitter }) => {
	const values = inputs.values.map((_, i) => inputs.value(i));
	const { operands, result } = readEquation(
		node,
		values.map((value) => fileShape(value).length),
	);
	const { origin } = node;
	const sizes = sizesOf(node, values, operands);
	const terms = values.map((value, i) =>
		withoutOnes(emitter, origin, diagonals(emitter, origin, { value, labels: operands[i] as string[] }), sizes),
	);
	const [first, ...others] = terms as [Term, ...Term[]];
	const product = others.reduce((left, right, i) => {
		const isLast = i === others.length - 1;
		const later = new Set([...result, ...others.slice(i + 1).flatMap(({ labels }) => labels)]);
		return contracted(emitter, isLast ? origin : partOf(origin, `${i}`), left, right, later, sizes);
	}, first);
	const { value, labels } = summed(emitter, origin, product, new Set(result));
	// Labels of size 1 may stand for axes that no term has any more.
	const missing = result.filter((label) => !labels.includes(label));
	const whole = reshapeValue(emitter, origin, value, [...missing.map(() => 1), ...fileShape(value)]);
	const all = [...missing, ...labels];
	const order = result.map((label) => all.indexOf(label));
	const turned = order.every((axis, i) => axis === i) ? whole : transposeValue(origin, whole, order);
	const isMoveOnly = others.length === 0 && value === first.value;
	return [turned.kind === "tensor" || isMoveOnly ? turned : settled(turned)];
};

/** Labels of every operand's axes and of the result's. An ellipsis stands for labels `...0`, `...1` from the right. */
function readEquation(node: OnnxNode, ranks: readonly number[]): Equation {
	const equation = node.text("equation", "").replaceAll(" ", "");
	const damaged = () => node.damaged(`its equation is '${equation.slice(0, 100)}' for ${ranks.length} operands`);
	const [left = "", right, ...rest] = equation.split("->");
	const parts = left.split(",");
	if (rest.length > 0 || parts.length !== ranks.length) throw damaged();
	const labelsOf = (text: string): readonly string[] => {
		const labels = text.match(/\.\.\.|[A-Za-z]/g) ?? [];
		if (labels.join("") !== text || labels.filter((label) => label === "...").length > 1) throw damaged();
		return labels;
	};
	const spread = (labels: readonly string[], count: number) =>
		labels.flatMap((label) =>
			label === "..." ? Array.from({ length: count }, (_, i) => `...${count - 1 - i}`) : [label],
		);
	let longest = 0;
	const operands = parts.map((part, i) => {
		const labels = labelsOf(part);
		const count = (ranks[i] as number) - labels.filter((label) => label !== "...").length;
		if (count < 0 || (count > 0 && !labels.includes("..."))) throw damaged();
		longest = Math.max(longest, count);
		return spread(labels, count);
	});
	const counts = new Map<string, number>();
	for (const label of operands.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
	const isEllipsis = (label: string) => label.startsWith(".");
	// Without an arrow: the ellipsis, then what stands once, in alphabetical order.
	const implied = [...counts].filter(([label, count]) => count === 1 && !isEllipsis(label)).map(([label]) => label);
	const result =
		right === undefined ? [...spread(["..."], longest), ...implied.sort()] : spread(labelsOf(right), longest);
	if (new Set(result).size !== result.length || result.some((label) => !counts.has(label))) throw damaged();
	return { operands, result };
}

/** The size that each label stands for; where an operand has 1, it is repeated. */
function sizesOf(
	node: OnnxNode,
	values: readonly Value[],
	operands: readonly (readonly string[])[],
): ReadonlyMap<string, number> {
	const sizes = new Map<string, number>();
	values.forEach((value, i) => {
		const shape = fileShape(value);
		operands[i]?.forEach((label, axis) => {
			const [known, own] = [sizes.get(label) ?? 1, shape[axis] as number];
			if (known !== 1 && own !== 1 && known !== own)
				throw node.damaged(`its equation gives '${label}' the sizes ${known} and ${own}`);
			sizes.set(label, Math.max(known, own));
		});
	});
	return sizes;
}

/** A term in which a label that an operand has several times stands once, for the diagonal. */
function diagonals(emitter: Emitter, origin: Origin, term: Term): Term {
	const repeated = term.labels.find((label, axis) => term.labels.indexOf(label) !== axis);
	if (repeated === undefined) return term;
	const first = term.labels.indexOf(repeated);
	const second = term.labels.indexOf(repeated, first + 1);
	const others = [...term.labels.keys()].filter((axis) => axis !== first && axis !== second);
	const shape = fileShape(term.value);
	const size = shape[first] as number;
	const moved = transposeValue(origin, term.value, [...others, first, second]);
	const kept = others.map((axis) => shape[axis] as number);
	const flat = reshapeValue(emitter, origin, moved, [...kept, size * size]);
	const places = Array.from({ length: size }, (_, i) => i * (size + 1));
	const value = gatherValue(emitter, partOf(origin, "diagonal"), flat, others.length, places);
	const labels = [...others.map((axis) => term.labels[axis] as string), repeated];
	return diagonals(emitter, origin, { value, labels });
}

/** A term without axes of 1 whose label stands for more elsewhere. */
function withoutOnes(emitter: Emitter, origin: Origin, term: Term, sizes: ReadonlyMap<string, number>): Term {
	const shape = fileShape(term.value);
	const kept = term.labels.filter((label, axis) => shape[axis] !== 1 || sizes.get(label) === 1);
	if (kept.length === term.labels.length) return term;
	const value = reshapeValue(emitter, origin, term.value, shapeFor(kept, sizes));
	return { value, labels: kept };
}

function shapeFor(labels: readonly string[], sizes: ReadonlyMap<string, number>): number[] {
	return labels.map((label) => sizes.get(label) as number);
}

/** The term with the labels summed over that nothing needs any more. */
function summed(emitter: Emitter, origin: Origin, { value, labels }: Term, needed: ReadonlySet<string>): Term {
	const gone = [...labels.keys()].filter((axis) => !needed.has(labels[axis] as string));
	return {
		value: sumValue(emitter, origin, value, gone),
		labels: labels.filter((label) => needed.has(label)),
	};
}

/** The product of two terms, summed over the labels that neither the result nor a later term has. */
function contracted(
	emitter: Emitter,
	origin: Origin,
	left: Term,
	right: Term,
	later: ReadonlySet<string>,
	sizes: ReadonlyMap<string, number>,
): Term {
	const a = summed(emitter, origin, left, new Set([...later, ...right.labels]));
	const b = summed(emitter, origin, right, new Set([...later, ...left.labels]));
	const shared = a.labels.filter((label) => b.labels.includes(label));
	const stacked = shared.filter((label) => later.has(label));
	const inner = shared.filter((label) => !later.has(label));
	const rows = a.labels.filter((label) => !shared.includes(label));
	const columns = b.labels.filter((label) => !shared.includes(label));
	const labels = [...stacked, ...rows, ...columns];
	const arranged = (term: Term, order: readonly string[]) => {
		const axes = order.map((label) => term.labels.indexOf(label));
		return axes.every((axis, i) => axis === i) ? term.value : transposeValue(origin, term.value, axes);
	};
	if (inner.length === 0) {
		// Nothing is summed: place by place, each repeated along the other's own axes.
		const first = arranged(a, [...stacked, ...rows]);
		const second = arranged(b, [...stacked, ...columns]);
		const spread = reshapeValue(emitter, origin, first, [...fileShape(first), ...columns.map(() => 1)]);
		const [deep, wide] = [shapeFor(stacked, sizes), shapeFor(columns, sizes)];
		const other = reshapeValue(emitter, origin, second, [...deep, ...rows.map(() => 1), ...wide]);
		return { value: multiplyValues(emitter, origin, spread, other), labels };
	}
	const [depth, m, k, n] = [stacked, rows, inner, columns].map((list) => sizeOf(shapeFor(list, sizes))) as [
		number,
		number,
		number,
		number,
	];
	// A stack of one is none, so that a constant is a plain matrix.
	const stack = depth === 1 ? [] : [depth];
	const first = reshapeValue(emitter, origin, arranged(a, [...stacked, ...rows, ...inner]), [...stack, m, k]);
	const second = reshapeValue(emitter, origin, arranged(b, [...stacked, ...inner, ...columns]), [...stack, k, n]);
	const product = matMulValues(emitter, origin, first, second);
	return { value: reshapeValue(emitter, origin, product, shapeFor(labels, sizes)), labels };
}
