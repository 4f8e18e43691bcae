/** Dense, and convolutions over images and sequences. */
import { NO_PADDING } from "../../../network/shapes.js";
import type { Padding2D, Pair, Shape, Weight } from "../../../network/types.js";
import { addActivation } from "./activations.js";
import { type LayerCall, type LayerReader, ONES, onlyShape, reshapedWeight } from "./layer.js";
import { along, asPlane, type Dimensions, fromPlane, type Plane, paddingOf } from "./planes.js";

export const dense: LayerReader = (call) => {
	const units = call.settings.count("units");
	const into = onlyShape(call).at(-1) ?? 1;
	const kernel = call.weight(["kernel"], 0, [into, units]);
	return addActivation(call, call.add("", { op: "Dense" }, { kernel, ...bias(call, 1, units) }));
};

function convolution(dimensions: Dimensions): LayerReader {
	return (call) => {
		const { settings } = call;
		const plane = asPlane(call, dimensions);
		const { size, ...window } = readWindow(call, plane);
		const groups = settings.count("groups", 1);
		const filters = settings.count("filters");
		if (plane.channels % groups !== 0) settings.wrong("groups", `a divisor of the ${plane.channels} channels`, groups);
		const kernel = kernelOf(call, plane, ["kernel"], 0, size, [plane.channels / groups, filters]);
		const weights = { kernel, ...bias(call, 1, filters) };
		return finished(call, plane, call.add("", { op: "Conv2D", ...window, groups }, weights, [plane.node]));
	};
}

function depthwise(dimensions: Dimensions): LayerReader {
	return (call) => {
		const plane = asPlane(call, dimensions);
		const { size, ...window } = readWindow(call, plane);
		const multiplier = call.settings.count("depth_multiplier", 1);
		const kernel = kernelOf(call, plane, ["depthwise_kernel", "kernel"], 0, size, [plane.channels, multiplier]);
		const weights = { kernel, ...bias(call, 1, plane.channels * multiplier) };
		return finished(call, plane, call.add("", { op: "DepthwiseConv2D", ...window }, weights, [plane.node]));
	};
}

/** A depthwise convolution and a pointwise one after it, which has the bias. */
function separable(dimensions: Dimensions): LayerReader {
	return (call) => {
		const plane = asPlane(call, dimensions);
		const { size, ...window } = readWindow(call, plane);
		const multiplier = call.settings.count("depth_multiplier", 1);
		const filters = call.settings.count("filters");
		const depthwise = kernelOf(call, plane, ["depthwise_kernel"], 0, size, [plane.channels, multiplier]);
		const between = plane.channels * multiplier;
		const pointwise = kernelOf(call, plane, ["pointwise_kernel"], 1, ONES, [between, filters]);
		const spatial = call.add("depthwise", { op: "DepthwiseConv2D", ...window }, { kernel: depthwise }, [plane.node]);
		const across = call.add(
			"pointwise",
			{ op: "Conv2D", strides: ONES, dilations: ONES, padding: NO_PADDING, groups: 1 },
			{ kernel: pointwise, ...bias(call, 2, filters) },
			[spatial],
		);
		return finished(call, plane, across);
	};
}

/**
 * What a convolution's gradient with respect to its input is: the output has the size that such a convolution's
 * input would have, its padding included.
 */
function transposed(dimensions: Dimensions): LayerReader {
	return (call) => {
		const { settings } = call;
		const plane = asPlane(call, dimensions);
		const size = along(call, dimensions, "kernel_size");
		const strides = along(call, dimensions, "strides", ONES);
		const dilations = along(call, dimensions, "dilation_rate", ONES);
		const filters = settings.count("filters");
		const place = (axis: 0 | 1) =>
			transposedEnds(call, plane.size[axis], {
				reach: (size[axis] - 1) * dilations[axis] + 1,
				stride: strides[axis],
				extra: axis === 0 && dimensions === 1 ? null : outputPadding(call, axis),
			});
		const [rows, columns] = [place(0), place(1)];
		const kernel = kernelOf(call, plane, ["kernel"], 0, size, [filters, plane.channels]);
		const node = call.add(
			"",
			{
				op: "ConvTranspose2D",
				strides,
				dilations,
				padding: { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after },
				outputPadding: [rows.beyond, columns.beyond],
				groups: settings.count("groups", 1),
			},
			{ kernel, ...bias(call, 1, filters) },
			[plane.node],
		);
		return finished(call, plane, node);
	};
}

export const conv1d = convolution(1);
export const conv2d = convolution(2);
export const depthwiseConv1d = depthwise(1);
export const depthwiseConv2d = depthwise(2);
export const separableConv1d = separable(1);
export const separableConv2d = separable(2);
export const conv1dTranspose = transposed(1);
export const conv2dTranspose = transposed(2);

interface TransposedAxis {
	/** From a kernel's first to its last place. */
	readonly reach: number;
	readonly stride: number;
	/** `output_padding`; null where the file leaves it out. */
	readonly extra: number | null;
}

/** What is cut off at both ends of an axis, and what is added beyond the kernel's reach. */
function transposedEnds(call: LayerCall, input: number, { reach, stride, extra }: TransposedAxis) {
	const mode = call.settings.text("padding", "valid");
	if (mode === "valid") return { before: 0, after: 0, beyond: extra ?? Math.max(0, stride - reach) };
	if (mode !== "same") return call.settings.unsupported(`padding '${mode}'`);
	const whole = (input - 1) * stride + reach;
	const output = extra === null ? input * stride : (input - 1) * stride + (reach % 2) + extra;
	const cut = Math.max(0, whole - output);
	const before = Math.floor(cut / 2);
	return { before, after: cut - before, beyond: Math.max(0, output - whole) };
}

function outputPadding(call: LayerCall, axis: 0 | 1): number | null {
	const given = call.settings.raw("output_padding");
	if (given === undefined) return null;
	const list = Array.isArray(given) ? given : [given];
	const value: unknown = list.length === 1 ? list[0] : list[axis];
	if (value === null) return null;
	if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 1e6)
		return call.settings.wrong("output_padding", "one or two whole numbers", given);
	return value;
}

interface Window {
	readonly size: Pair;
	readonly strides: Pair;
	readonly dilations: Pair;
	readonly padding: Padding2D;
}

function readWindow(call: LayerCall, plane: Plane): Window {
	const size = along(call, plane.dimensions, "kernel_size");
	const strides = along(call, plane.dimensions, "strides", ONES);
	const dilations = along(call, plane.dimensions, "dilation_rate", ONES);
	return { size, strides, dilations, padding: paddingOf(call, plane, size, strides, dilations) };
}

/** A kernel `[kh, kw, ...channels]`, or `[k, ...channels]` of a sequence as one of a single row. */
function kernelOf(
	call: LayerCall,
	{ dimensions }: Plane,
	names: readonly string[],
	position: number,
	size: Pair,
	channels: Shape,
): Weight {
	const stored = call.weight(names, position, [...size.slice(2 - dimensions), ...channels]);
	return reshapedWeight(stored, [...size, ...channels]);
}

function finished(call: LayerCall, plane: Plane, node: string): string {
	return addActivation(call, fromPlane(call, plane, node));
}

function bias(call: LayerCall, position: number, size: number): { readonly bias?: Weight } {
	return call.settings.flag("use_bias", true) ? { bias: call.weight(["bias"], position, [size]) } : {};
}
