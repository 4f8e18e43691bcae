/** Layers that make one value of several. */
import type { BinaryFunction } from "../../../network/types.js";
import { isList } from "../../json.js";
import { constantWeight, type LayerCall, type LayerReader } from "./layer.js";
import { addUnitNorm } from "./normalization.js";

// Keras puts axes of size 1 after the batch of operands that have fewer; without the batch, that lines them up at the end.

export const add: LayerReader = (call) => call.add("", { op: "Add" });

export const multiply: LayerReader = (call) => call.add("", { op: "Multiply" });

export const average: LayerReader = (call) => {
	const sum = call.add("sum", { op: "Add" });
	return call.add("", { op: "Affine" }, { scale: constantWeight(call, "share", [1], [1 / call.inputs.length]) }, [sum]);
};

export const subtract: LayerReader = (call) => {
	if (call.inputs.length !== 2) call.settings.wrong("inputs", "two", call.inputs.length);
	return call.add("", { op: "Binary", function: "subtract" });
};

export const maximum = chained("maximum");
export const minimum = chained("minimum");

function chained(operation: BinaryFunction): LayerReader {
	return (call) => {
		const [first, ...others] = call.inputs;
		if (first === undefined || others.length === 0)
			return call.settings.wrong("inputs", "two or more", call.inputs.length);
		return others.reduce((result, other, i) => {
			const suffix = i === others.length - 1 ? "" : `${operation}${i + 1}`;
			return call.add(suffix, { op: "Binary", function: operation }, {}, [result, other]);
		}, first);
	};
}

export const concatenate: LayerReader = (call) => {
	const { settings } = call;
	const rank = call.shapes[0]?.length ?? 0;
	const axis = settings.number("axis", -1);
	if (axis === 0) settings.unsupported("joining along the batch");
	return call.add("", { op: "Concatenate", axis: axis < 0 ? axis + rank : axis - 1 });
};

/**
 * Sums of products along one axis of each, of every pair of the other axes' places: as `keras.backend.batch_dot`,
 * which takes an example of one axis as a row on the left and a column on the right.
 */
export const dot: LayerReader = (call) => {
	const { settings } = call;
	if (call.inputs.length !== 2) settings.wrong("inputs", "two", call.inputs.length);
	const normalize = settings.flag("normalize", false);
	const sides = axesOf(call).map((axis, side) => {
		const node = call.inputs[side] as string;
		const rank = call.shapeOf(node).length;
		if (axis < 0 || axis >= rank) settings.wrong("axes", "an axis of each input, not the batch", settings.raw("axes"));
		const unit = normalize ? addUnitNorm(call, `unit${side + 1}`, node, [axis]) : node;
		return matrixOf(call, unit, axis, side === 0);
	});
	const [left, right] = sides as [Side, Side];
	const product = call.add("product", { op: "MatMul" }, {}, [left.node, right.node]);
	const shape = [...left.others, ...right.others];
	return call.add("", { op: "Reshape", shape: shape.length === 0 ? [1] : shape }, {}, [product]);
};

interface Side {
	readonly node: string;
	/** Sizes of the axes that stay. */
	readonly others: readonly number[];
}

/** `[others, axis]` on the left, `[axis, others]` on the right. */
function matrixOf(call: LayerCall, node: string, axis: number, isLeft: boolean): Side {
	const shape = call.shapeOf(node);
	const name = isLeft ? "left" : "right";
	const rest = [...shape.keys()].filter((i) => i !== axis);
	const others = rest.map((i) => shape[i] as number);
	const order = isLeft ? [...rest, axis] : [axis, ...rest];
	const moved = order.every((from, i) => from === i)
		? node
		: call.add(`${name}-transpose`, { op: "Transpose", order }, {}, [node]);
	const size = shape[axis] as number;
	const places = others.reduce((a, b) => a * b, 1);
	const matrix = isLeft ? [places, size] : [size, places];
	return { node: call.add(name, { op: "Reshape", shape: matrix }, {}, [moved]), others };
}

/** The axis of each side, counted in an example. */
function axesOf({ settings, shapes }: LayerCall): readonly number[] {
	const given = settings.raw("axes");
	const list = isList(given) ? given : [given, given];
	return shapes.map((shape, side) => {
		const axis = list[side];
		if (typeof axis !== "number" || !Number.isInteger(axis) || list.length !== 2)
			return settings.wrong("axes", "one axis or two", given);
		return axis < 0 ? axis + shape.length : axis - 1;
	});
}
