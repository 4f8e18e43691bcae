/** Layers that move values: flatten, reshape, permute, repeat, pad, crop. */
import { sizeOf } from "../../../network/shapes.js";
import type { Padding2D } from "../../../network/types.js";
import { isList, type Json } from "../../json.js";
import { imageShape, type LayerCall, type LayerReader, onlyShape, requireChannelsLast } from "./layer.js";

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

/** `dims` counts an example's axes from 1. */
export const permute: LayerReader = (call) => {
	const { settings } = call;
	const shape = onlyShape(call);
	const dims = settings.axes("dims", 1) ?? [];
	const order = dims.map((axis) => axis - 1);
	if (order.toSorted((a, b) => a - b).join() !== [...shape.keys()].join())
		settings.wrong("dims", `each of the axes 1 to ${shape.length} once`, [...dims]);
	return call.add("", { op: "Transpose", order });
};

export const repeatVector: LayerReader = (call) => {
	const [size, ...rest] = onlyShape(call);
	const count = call.settings.count("n");
	if (size === undefined || rest.length > 0) call.settings.wrong("input", "one axis", onlyShape(call).join("×"));
	const row = call.add("row", { op: "Reshape", shape: [1, size as number] });
	return call.add("", { op: "Broadcast", shape: [count, size as number] }, {}, [row]);
};

export const zeroPadding1d: LayerReader = (call) => {
	sequenceShape(call);
	const [before, after] = ends(call.settings.raw("padding") ?? 1) ?? wrongEnds(call, "padding");
	return call.add("", { op: "Pad", before: [before, 0], after: [after, 0], mode: "constant", value: 0 });
};

export const zeroPadding2d: LayerReader = (call) => {
	imageShape(call);
	return call.add("", { op: "ZeroPad2D", padding: sidesOf(call, "padding") });
};

export const cropping1d: LayerReader = (call) => {
	const [steps, channels] = sequenceShape(call);
	const [before, after] = ends(call.settings.raw("cropping") ?? 1) ?? wrongEnds(call, "cropping");
	return crop(call, [before, 0], [steps - before - after, channels]);
};

export const cropping2d: LayerReader = (call) => {
	const [height, width, channels] = imageShape(call);
	const { top, bottom, left, right } = sidesOf(call, "cropping", 0);
	return crop(call, [top, left, 0], [height - top - bottom, width - left - right, channels]);
};

function crop(call: LayerCall, starts: readonly number[], sizes: readonly number[]): string {
	if (sizes.some((size) => size < 1))
		call.settings.wrong("cropping", `less than the input's ${onlyShape(call).join("×")}`, [...starts]);
	return call.add("", { op: "Slice", starts, sizes, steps: sizes.map(() => 1) });
}

function sequenceShape(call: LayerCall): readonly [steps: number, channels: number] {
	requireChannelsLast(call);
	const [steps, channels, ...rest] = onlyShape(call);
	if (steps === undefined || channels === undefined || rest.length > 0)
		return call.settings.wrong("input", "steps×channels", onlyShape(call).join("×"));
	return [steps, channels];
}

/** A number for all sides, `[rows, columns]` or `[[top, bottom], [left, right]]`. */
function sidesOf(call: LayerCall, key: "padding" | "cropping", fallback = 1): Padding2D {
	const value = call.settings.raw(key) ?? fallback;
	const sides = isList(value) ? value : [value, value];
	const [vertical, horizontal] = sides;
	if (sides.length !== 2 || vertical === undefined || horizontal === undefined) return wrongSides(call, key);
	const [top, bottom] = ends(vertical) ?? wrongSides(call, key);
	const [left, right] = ends(horizontal) ?? wrongSides(call, key);
	return { top, bottom, left, right };
}

function wrongSides({ settings }: LayerCall, key: string): never {
	return settings.wrong(key, "a number, [rows, columns] or [[top, bottom], [left, right]]", settings.raw(key));
}

function wrongEnds({ settings }: LayerCall, key: string): never {
	return settings.wrong(key, "a number or [before, after]", settings.raw(key));
}

function ends(value: Json): readonly [number, number] | null {
	const [before, after, ...rest] = isList(value) ? value : [value, value];
	const fits = (size: Json | undefined): size is number =>
		typeof size === "number" && Number.isInteger(size) && size >= 0;
	return fits(before) && fits(after) && rest.length === 0 ? [before, after] : null;
}
