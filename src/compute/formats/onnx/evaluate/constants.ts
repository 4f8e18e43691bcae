/** Nodes that make constants. */

import { sizeOf } from "../../../network/shapes.js";
import { needed } from "../../graph/evaluate/arithmetic.js";
import { allocate, scalarOf, tensor } from "../../graph/tensor.js";
import type { Evaluator } from "./evaluator.js";
import { list } from "./inputs.js";

const constant: Evaluator = (node) => {
	const given = node.tensor("value");
	if (given) return [given];
	if (node.has("value_float")) return [tensor("float32", [], [node.float("value_float", 0)])];
	if (node.has("value_int")) return [tensor("int64", [], [node.int("value_int", 0)])];
	const floats = node.floats("value_floats");
	if (node.has("value_floats") && floats) return [tensor("float32", [floats.length], floats)];
	const ints = node.ints("value_ints");
	if (node.has("value_ints") && ints) return [tensor("int64", [ints.length], ints)];
	throw node.unsupported("its value is neither numbers nor a tensor of them");
};

const constantOfShape: Evaluator = (node, inputs) => {
	const shape = list(needed(node, inputs, 0));
	const value = node.tensor("value") ?? tensor("float32", [1], [0]);
	if (shape.some((size) => !Number.isSafeInteger(size) || size < 0))
		throw node.damaged(`its shape is ${shape.join("×")}`);
	return [tensor(value.type, shape, allocate(value.type, sizeOf(shape)).fill(scalarOf(value)))];
};

const range: Evaluator = (node, inputs) => {
	const [start, limit, step] = [0, 1, 2].map((at) => scalarOf(needed(node, inputs, at))) as [number, number, number];
	const { type } = needed(node, inputs, 0);
	const count = Math.max(0, Math.ceil((limit - start) / step));
	return [
		tensor(
			type,
			[count],
			allocate(type, count).map((_, i) => start + i * step),
		),
	];
};

export const CONSTANTS: Readonly<Record<string, Evaluator>> = {
	Constant: constant,
	ConstantOfShape: constantOfShape,
	Range: range,
};
