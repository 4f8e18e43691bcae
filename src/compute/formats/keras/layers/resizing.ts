/** Layers that make images larger or smaller. */
import { LIMITS } from "../../../network/build.js";
import type { Pair } from "../../../network/types.js";
import { type Resampling, resampleMatrix } from "../../graph/lower/resampling.js";
import { imageShape, type LayerCall, type LayerReader, requireChannelsLast } from "./layer.js";
import { asPlane, fromPlane } from "./planes.js";

/** Keras repeats pixels, or interpolates with pixels as areas, not points. */
export const upSampling2d: LayerReader = (call) => {
	const [height, width] = imageShape(call);
	const [down, across] = call.settings.pair("size", [2, 2]);
	return resize(call, "", call.inputs[0] as string, [height * down, width * across], rule(call, "nearest", false));
};

export const upSampling1d: LayerReader = (call) => {
	requireChannelsLast(call);
	const plane = asPlane(call, 1);
	const steps = plane.size[1] * call.settings.count("size", 2);
	return fromPlane(call, plane, resize(call, "", plane.node, [1, steps], NEAREST));
};

export const resizing: LayerReader = (call) => {
	const { settings } = call;
	imageShape(call);
	const target = targetOf(call);
	const how = rule(call, "bilinear", settings.flag("antialias", false));
	let node = call.inputs[0] as string;
	if (settings.flag("crop_to_aspect_ratio", false)) node = cropToRatio(call, node, target);
	else if (settings.flag("pad_to_aspect_ratio", false)) node = padToRatio(call, node, target);
	return resize(call, "", node, target, how);
};

/** The middle of larger pictures; of smaller ones a part of the wanted proportions, enlarged. */
export const centerCrop: LayerReader = (call) => {
	const [height, width] = imageShape(call);
	const target = targetOf(call);
	const [x] = call.inputs as [string];
	if (height < target[0] || width < target[1]) return resize(call, "", cropToRatio(call, x, target), target, LINEAR);
	const [top, left] = [Math.trunc((height - target[0]) / 2), Math.trunc((width - target[1]) / 2)];
	return cut(call, "", x, [top, left], target);
};

function targetOf({ settings }: LayerCall): Pair {
	return [settings.count("height"), settings.count("width")];
}

const NEAREST: Resampling = {
	mode: "nearest",
	coordinates: "tf_half_pixel_for_nn",
	nearest: "floor",
	cubicCoefficient: -0.5,
	excludeOutside: true,
	antialias: false,
};
const LINEAR: Resampling = { ...NEAREST, mode: "linear", coordinates: "half_pixel" };

function rule(call: LayerCall, fallback: string, antialias: boolean): Resampling {
	const interpolation = call.settings.text("interpolation", fallback).toLowerCase();
	switch (interpolation) {
		case "nearest":
			return NEAREST;
		case "bilinear":
			return { ...LINEAR, antialias };
		case "bicubic":
			return { ...LINEAR, mode: "cubic", antialias };
		default:
			return call.settings.unsupported(`interpolation '${interpolation}'`);
	}
}

function resize(call: LayerCall, suffix: string, node: string, target: Pair, how: Resampling): string {
	const [height, width, channels] = call.shapeOf(node) as readonly [number, number, number];
	const sizes = [target[0] * target[1] * channels, target[0] * height, target[1] * width];
	if (Math.max(...sizes) > LIMITS.valuesPerNode)
		call.settings.unsupported(`resizing ${height}×${width} to ${target.join("×")}`);
	const matrix = (input: number, output: number) =>
		resampleMatrix({ input, output, scale: output / input, region: [0, 1] }, how);
	const operation = { op: "Resample2D", rows: matrix(height, target[0]), columns: matrix(width, target[1]) } as const;
	return call.add(suffix, operation, {}, [node]);
}

/** The largest middle part of the wanted proportions. */
function cropToRatio(call: LayerCall, node: string, target: Pair): string {
	const [height, width] = call.shapeOf(node) as readonly [number, number, number];
	const sizes: Pair = [
		Math.max(1, Math.min(height, Math.trunc((width * target[0]) / target[1]))),
		Math.max(1, Math.min(width, Math.trunc((height * target[1]) / target[0]))),
	];
	const starts: Pair = [Math.trunc((height - sizes[0]) / 2), Math.trunc((width - sizes[1]) / 2)];
	return cut(call, "crop", node, starts, sizes);
}

function cut(call: LayerCall, suffix: string, node: string, [top, left]: Pair, [height, width]: Pair): string {
	const channels = call.shapeOf(node).at(-1) ?? 1;
	const sizes = [height, width, channels];
	return call.add(suffix, { op: "Slice", starts: [top, left, 0], sizes, steps: [1, 1, 1] }, {}, [node]);
}

function padToRatio(call: LayerCall, node: string, target: Pair): string {
	const { settings } = call;
	const mode = settings.text("fill_mode", "constant");
	if (mode !== "constant") settings.unsupported(`fill_mode '${mode}'`);
	const [height, width] = call.shapeOf(node) as readonly [number, number, number];
	const sizes: Pair = [
		Math.max(height, Math.trunc((width * target[0]) / target[1])),
		Math.max(width, Math.trunc((height * target[1]) / target[0])),
	];
	const missing: Pair = [sizes[0] - height, sizes[1] - width];
	const before = missing.map((size) => Math.trunc(size / 2));
	const after = missing.map((size, axis) => size - (before[axis] as number));
	const value = settings.number("fill_value", 0);
	const operation = { op: "Pad", before: [...before, 0], after: [...after, 0], mode: "constant", value } as const;
	return call.add("pad", operation, {}, [node]);
}
