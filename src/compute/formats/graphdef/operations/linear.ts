/** Products of matrices, softmax and reductions. */
import type { Operation } from "../../../network/types.js";
import type { Activation } from "../../graph/activation.js";
import { fileShape, type Value } from "../../graph/align.js";
import { weightOf } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { dense, matMul } from "../../graph/lower/linear.js";
import * as shaping from "../../graph/lower/shaping.js";
import { reduce, softmax } from "../../graph/lower/statistics.js";
import { reshaped, type Tensor, transposed } from "../../graph/tensor.js";
import type { Inputs, OperationReader } from "../lowering.js";
import type { GraphNode } from "../node.js";
import { reducedAxes } from "../parameters.js";
import { fusedOf } from "./activations.js";

/** A value with its last two axes exchanged. */
function turned(node: GraphNode, value: Value): Value {
	const rank = fileShape(value).length;
	if (rank < 2) throw node.damaged("it turns a vector");
	const axes = Array.from({ length: rank }, (_, axis) => axis);
	const order = [...axes.slice(0, -2), rank - 1, rank - 2];
	return value.kind === "tensor"
		? transposed(value, order)
		: { ...shaping.transpose(node.origin, value, order), pending: value.pending };
}

function factors(node: GraphNode, inputs: Inputs, flags: readonly [string, string]): readonly [Value, Value] {
	return [0, 1].map((at) => {
		const value = inputs.value(at);
		return node.flag(flags[at] as string) ? turned(node, value) : value;
	}) as unknown as readonly [Value, Value];
}

const readMatMul =
	(flags: readonly [string, string]): OperationReader =>
	(node, inputs, { emitter }) => [matMul(emitter, node.origin, ...factors(node, inputs, flags))];

const fusedMatMul: OperationReader = (node, inputs, { emitter }) => {
	const [a, b] = factors(node, inputs, ["transpose_a", "transpose_b"]);
	const fused = fusedOf(node, inputs, 2);
	const { bias } = fused;
	if (a.kind === "activation" && b.kind === "tensor" && b.shape.length === 2) {
		const product = dense(emitter, fused.origin, a, a.axes.length - 1, b, bias && weightOf(bias));
		return [fused.finish(emitter, product)];
	}
	const product = matMul(emitter, fused.origin, a, b);
	return [fused.finish(emitter, bias ? elementwise.add(emitter, fused.origin, product, bias) : product)];
};

/**
 * A sum of products, written with a letter for each axis. Of two factors, each of whose axes is either summed over,
 * shared, or its own: a product of matrices once the axes are in order.
 */
const einsum: OperationReader = (node, inputs, { emitter }) => {
	const equation = node.text("equation", "").replaceAll(" ", "");
	const found = /^([a-zA-Z]+),([a-zA-Z]+)->([a-zA-Z]*)$/.exec(equation);
	if (!found || inputs.values.length !== 2) throw node.unsupported(`its equation is '${equation}'`);
	const [, left, right, result] = found.map((letters) => [...letters]) as [string[], string[], string[], string[]];
	const [a, b] = [inputs.value(0), inputs.value(1)];
	const sizes = new Map<string, number>();
	for (const [value, letters] of [
		[a, left],
		[b, right],
	] as const) {
		const shape = fileShape(value);
		if (shape.length !== letters.length || new Set(letters).size !== letters.length)
			throw node.unsupported(`its equation is '${equation}' for ${shape.join("×")}`);
		letters.forEach((letter, axis) => {
			if ((sizes.get(letter) ?? shape[axis]) !== shape[axis]) throw node.damaged(`'${letter}' has two sizes`);
			sizes.set(letter, shape[axis] as number);
		});
	}
	const shared = result.filter((letter) => left.includes(letter) && right.includes(letter));
	const summed = left.filter((letter) => right.includes(letter) && !result.includes(letter));
	const [ownLeft, ownRight] = [left, right].map((letters) =>
		letters.filter((letter) => !shared.includes(letter) && !summed.includes(letter)),
	) as [string[], string[]];
	if (
		![...ownLeft, ...ownRight].every((letter) => result.includes(letter)) ||
		result.some((letter) => !sizes.has(letter))
	)
		throw node.unsupported(`its equation is '${equation}'`);
	const total = (letters: readonly string[]) =>
		letters.reduce((size, letter) => size * (sizes.get(letter) as number), 1);
	const matrix = (value: Value, own: readonly string[], order: readonly string[], last: readonly string[]): Value => {
		const moved = reordered(node, value, own, order);
		const rows = order.slice(shared.length, order.length - last.length);
		const shape = [...shared.map((letter) => sizes.get(letter) as number), total(rows), total(last)];
		return value.kind === "tensor"
			? reshaped(moved as Tensor, shape)
			: { ...shaping.reshape(emitter, node.origin, moved as Activation, shape), pending: null };
	};
	const product = matMul(
		emitter,
		node.origin,
		matrix(a, left, [...shared, ...ownLeft, ...summed], summed),
		matrix(b, right, [...shared, ...summed, ...ownRight], ownRight),
	);
	const now = [...shared, ...ownLeft, ...ownRight];
	const shape = now.map((letter) => sizes.get(letter) as number);
	const apart = { ...shaping.reshape(emitter, node.origin, product, shape), pending: null };
	return [reordered(node, apart, now, result)];
};

function reordered(node: GraphNode, value: Value, letters: readonly string[], wanted: readonly string[]): Value {
	const order = wanted.map((letter) => letters.indexOf(letter));
	if (order.every((axis, i) => axis === i)) return value;
	return value.kind === "tensor"
		? transposed(value, order)
		: { ...shaping.transpose(node.origin, value, order), pending: null };
}

const readSoftmax =
	(op: "Softmax" | "LogSoftmax"): OperationReader =>
	(node, inputs, { emitter }) => {
		const x = inputs.activation(0);
		return [softmax(emitter, node.origin, x, [x.axes.length - 1], op)];
	};

const readReduce =
	(kind: Extract<Operation, { op: "Reduce" }>["kind"]): OperationReader =>
	(node, inputs, { emitter }) => {
		const x = inputs.activation(0);
		const axes = reducedAxes(inputs.list(1, "axes"), x.axes.length);
		if (axes.length === 0) return [x];
		return [reduce(emitter, node.origin, x, axes, kind, node.flag("keep_dims"))];
	};

export const LINEAR: Readonly<Record<string, OperationReader>> = {
	MatMul: readMatMul(["transpose_a", "transpose_b"]),
	BatchMatMul: readMatMul(["adj_x", "adj_y"]),
	BatchMatMulV2: readMatMul(["adj_x", "adj_y"]),
	BatchMatMulV3: readMatMul(["adj_x", "adj_y"]),
	_FusedMatMul: fusedMatMul,
	Einsum: einsum,
	Softmax: readSoftmax("Softmax"),
	LogSoftmax: readSoftmax("LogSoftmax"),
	Mean: readReduce("mean"),
	Sum: readReduce("sum"),
	Max: readReduce("max"),
	Min: readReduce("min"),
	EuclideanNorm: readReduce("norm"),
};
