/** Layers that move values or join them: flatten, reshape, pad, add, multiply, concatenate. */
import { sizeOf } from "../../../network/shapes.js";
import type { Operation, Padding2D } from "../../../network/types.js";
import { isList, type Json } from "../../json.js";
import { imageShape, type LayerReader, onlyShape, requireChannelsLast } from "./layer.js";

/** Dropout and its kin: at inference the input comes out. */
export const identity: LayerReader = (call) => {
	onlyShape(call);
	return call.add("", { op: "Identity" });
};

export const flatten: LayerReader = (call) => {
	if (onlyShape(call).length > 1) requireChannelsLast(call);
	return call.add("", { op: "Flatten" });
};

export const reshape: LayerReader = (call) => {
	const { settings } = call;
	const target = settings.sizes("target_shape") ?? settings.wrong("target_shape", "a list of sizes", undefined);
	const open = target.filter((size) => size === null).length;
	const known = sizeOf(target.map((size) => size ?? 1));
	const values = sizeOf(onlyShape(call));
	if (open > 1 || (open === 1 && values % known !== 0))
		settings.wrong("target_shape", `a shape of ${values} values`, [...target]);
	return call.add("", { op: "Reshape", shape: target.map((size) => size ?? values / known) });
};

export const zeroPadding2d: LayerReader = (call) => {
	imageShape(call);
	const { settings } = call;
	const value = settings.raw("padding") ?? 1;
	const sides = isList(value) ? value : [value, value];
	const [vertical, horizontal] = sides;
	const wrong = () => settings.wrong("padding", "a number, [rows, columns] or [[top, bottom], [left, right]]", value);
	if (sides.length !== 2 || vertical === undefined || horizontal === undefined) return wrong();
	const [top, bottom] = ends(vertical) ?? wrong();
	const [left, right] = ends(horizontal) ?? wrong();
	const padding: Padding2D = { top, bottom, left, right };
	return call.add("", { op: "ZeroPad2D", padding });
};

function ends(value: Json): readonly [number, number] | null {
	const [before, after, ...rest] = isList(value) ? value : [value, value];
	const fits = (size: Json | undefined): size is number =>
		typeof size === "number" && Number.isInteger(size) && size >= 0;
	return fits(before) && fits(after) && rest.length === 0 ? [before, after] : null;
}

/** Keras lines up operands of different rank by the batch axis, unlike NumPy; only equal ranks are read. */
function merge(operation: Operation): LayerReader {
	return (call) => {
		if (call.shapes.some((shape) => shape.length !== call.shapes[0]?.length))
			call.settings.unsupported("operands of different rank");
		return call.add("", operation);
	};
}

export const add = merge({ op: "Add" });
export const multiply = merge({ op: "Multiply" });

export const concatenate: LayerReader = (call) => {
	const { settings } = call;
	const rank = call.shapes[0]?.length ?? 0;
	const axis = settings.number("axis", -1);
	if (axis === 0) settings.unsupported("joining along the batch");
	return call.add("", { op: "Concatenate", axis: axis < 0 ? axis + rank : axis - 1 });
};
