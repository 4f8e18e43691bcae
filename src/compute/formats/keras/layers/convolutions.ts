/** Dense and the two-dimensional convolutions. */
import { NO_PADDING, samePadding } from "../../../network/shapes.js";
import type { Padding2D, Pair, Weight } from "../../../network/types.js";
import { addActivation } from "./activations.js";
import { imageShape, type LayerCall, type LayerReader, ONES, onlyShape, resolvePadding } from "./layer.js";

export const dense: LayerReader = (call) => {
	const units = call.settings.count("units");
	const into = onlyShape(call).at(-1) ?? 1;
	const kernel = call.weight(["kernel"], 0, [into, units]);
	return addActivation(call, call.add("", { op: "Dense" }, { kernel, ...bias(call, 1, units) }));
};

export const conv2d: LayerReader = (call) => {
	const { settings } = call;
	const window = readWindow(call);
	const [, , channels] = imageShape(call);
	const groups = settings.count("groups", 1);
	const filters = settings.count("filters");
	if (channels % groups !== 0) settings.wrong("groups", `a divisor of the ${channels} channels`, groups);
	const kernel = call.weight(["kernel"], 0, [...window.kernel, channels / groups, filters]);
	const { strides, dilations, padding } = window;
	const operation = { op: "Conv2D", strides, dilations, padding, groups } as const;
	return addActivation(call, call.add("", operation, { kernel, ...bias(call, 1, filters) }));
};

export const depthwiseConv2d: LayerReader = (call) => {
	const { kernel: size, strides, dilations, padding } = readWindow(call);
	const [, , channels] = imageShape(call);
	const multiplier = call.settings.count("depth_multiplier", 1);
	const kernel = call.weight(["depthwise_kernel", "kernel"], 0, [...size, channels, multiplier]);
	const operation = { op: "DepthwiseConv2D", strides, dilations, padding } as const;
	return addActivation(call, call.add("", operation, { kernel, ...bias(call, 1, channels * multiplier) }));
};

/** A depthwise convolution and a pointwise one after it, which has the bias. */
export const separableConv2d: LayerReader = (call) => {
	const { kernel: size, strides, dilations, padding } = readWindow(call);
	const [, , channels] = imageShape(call);
	const multiplier = call.settings.count("depth_multiplier", 1);
	const filters = call.settings.count("filters");
	const depthwise = call.weight(["depthwise_kernel"], 0, [...size, channels, multiplier]);
	const pointwise = call.weight(["pointwise_kernel"], 1, [1, 1, channels * multiplier, filters]);
	const spatial = call.add("depthwise", { op: "DepthwiseConv2D", strides, dilations, padding }, { kernel: depthwise });
	const across = call.add(
		"pointwise",
		{ op: "Conv2D", strides: ONES, dilations: ONES, padding: NO_PADDING, groups: 1 },
		{ kernel: pointwise, ...bias(call, 2, filters) },
		[spatial],
	);
	return addActivation(call, across);
};

interface Window {
	readonly kernel: Pair;
	readonly strides: Pair;
	readonly dilations: Pair;
	readonly padding: Padding2D;
}

function readWindow(call: LayerCall): Window {
	const { settings } = call;
	const [height, width] = imageShape(call);
	const kernel = settings.pair("kernel_size");
	const strides = settings.pair("strides", ONES);
	const dilations = settings.pair("dilation_rate", ONES);
	const same = () => samePadding([height, width], kernel, strides, dilations);
	return { kernel, strides, dilations, padding: resolvePadding(call, same, NO_PADDING) };
}

function bias(call: LayerCall, position: number, size: number): { readonly bias?: Weight } {
	return call.settings.flag("use_bias", true) ? { bias: call.weight(["bias"], position, [size]) } : {};
}
