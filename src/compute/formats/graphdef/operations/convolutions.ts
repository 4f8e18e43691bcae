/** Convolutions of every kind, alone and fused with what comes after. */
import { NO_PADDING } from "../../../network/shapes.js";
import type { Pair } from "../../../network/types.js";
import type { Activation } from "../../graph/activation.js";
import { type Emitter, weightOf } from "../../graph/emitter.js";
import { asImage, convolution, imageOperation, type Window } from "../../graph/lower/images.js";
import { reshaped, type Tensor } from "../../graph/tensor.js";
import type { Inputs, OperationReader } from "../lowering.js";
import type { GraphNode } from "../node.js";
import { type Fused, fusedOf } from "./activations.js";
import { spreadOver } from "./spread.js";
import { isChannelsLast, paddingOf, spatialPair } from "./windows.js";

const conv2d =
	(isFused: boolean): OperationReader =>
	(node, inputs, { emitter }) => {
		const kernel = kernelOf(node, inputs);
		return [convolved(node, inputs, emitter, kernel, kernel.shape[2] as number, isFused)];
	};

/** A kernel `[kh, kw, in, multiplier]`, each channel by itself. */
const depthwise =
	(isFused: boolean): OperationReader =>
	(node, inputs, { emitter }) => {
		const kernel = kernelOf(node, inputs);
		const [kh, kw, into, multiplier] = kernel.shape as [number, number, number, number];
		const grouped = reshaped(kernel, [kh, kw, 1, into * multiplier]);
		return [convolved(node, inputs, emitter, grouped, 1, isFused)];
	};

function kernelOf(node: GraphNode, inputs: Inputs): Tensor {
	const kernel = inputs.constant(1, "kernel");
	if (kernel.shape.length !== 4) throw node.damaged(`its kernel is ${kernel.shape.join("×")}`);
	return kernel;
}

function convolved(
	node: GraphNode,
	inputs: Inputs,
	emitter: Emitter,
	kernel: Tensor,
	perGroup: number,
	isFused: boolean,
): Activation {
	const x = inputs.activation(0);
	const channelsLast = isChannelsLast(node);
	const fused: Fused = isFused
		? fusedOf(node, inputs, 2)
		: { bias: null, origin: node.origin, finish: (_emitter, product) => product };
	const bias = fused.bias && weightOf(fused.bias);
	const strides = spatialPair(node, "strides", node.ints("strides"), channelsLast);
	const dilations = spatialPair(node, "dilations", node.ints("dilations"), channelsLast);
	const groupsOf = (channels: number) => {
		if (!(perGroup >= 1) || channels % perGroup !== 0)
			throw node.damaged(`its kernel is ${kernel.shape.join("×")}, its input has ${channels} channels`);
		return channels / perGroup;
	};
	const spread = channelsLast ? spreadOver(x) : null;
	if (spread) {
		if (node.text("padding", "VALID") !== "VALID" || Math.max(...strides, ...dilations) > 1)
			throw node.unsupported("its input mixes several pictures of a batch");
		const window: Omit<Window, "size"> = { strides: [1, 1], dilations: spread.blocks, padding: NO_PADDING };
		const image = spread.image(emitter, node);
		const product = convolution(emitter, fused.origin, image, weightOf(kernel), bias, window, groupsOf(image.channels));
		return fused.finish(emitter, spread.again(product, node));
	}
	const image = asImage(emitter, x, node.origin, channelsLast);
	const size = kernel.shape.slice(0, 2) as unknown as Pair;
	const padding = paddingOf(node, image.size, size, strides, dilations, channelsLast);
	const window = { strides, dilations, padding };
	const product = convolution(emitter, fused.origin, image, weightOf(kernel), bias, window, groupsOf(image.channels));
	return fused.finish(emitter, product);
}

/** The gradient of a convolution with respect to its input, whose size is given. */
const conv2dBackpropInput: OperationReader = (node, inputs, { emitter }) => {
	const wanted = inputs.list(0, "size");
	const kernel = kernelOf(node, inputs);
	const channelsLast = isChannelsLast(node);
	const x = inputs.activation(2);
	const strides = spatialPair(node, "strides", node.ints("strides"), channelsLast);
	const dilations = spatialPair(node, "dilations", node.ints("dilations"), channelsLast);
	const spread = channelsLast ? spreadOver(x) : null;
	if (spread && node.text("padding", "VALID") === "VALID" && Math.max(...strides, ...dilations) === 1) {
		const geometry = {
			strides,
			dilations: spread.blocks,
			padding: NO_PADDING,
			outputPadding: [0, 0] as Pair,
			groups: 1,
		};
		const operation = { op: "ConvTranspose2D", ...geometry } as const;
		const whole = spread.image(emitter, node);
		return [spread.again(imageOperation(emitter, node.origin, whole, operation, { kernel: weightOf(kernel) }), node)];
	}
	const image = asImage(emitter, x, node.origin, channelsLast);
	const size = kernel.shape.slice(0, 2) as unknown as Pair;
	const spatial = wanted.length === 2 ? wanted : wanted.slice(channelsLast ? 1 : 2, channelsLast ? 3 : 4);
	if (spatial.length !== 2) throw node.damaged(`its size is [${wanted.join(", ")}]`);
	const target = spatial as unknown as Pair;
	const padding = paddingOf(node, target, size, strides, dilations, channelsLast);
	const beyond = (axis: 0 | 1, cut: number) =>
		target[axis] - ((image.size[axis] - 1) * strides[axis] + (size[axis] - 1) * dilations[axis] + 1 - cut);
	const outputPadding: Pair = [beyond(0, padding.top + padding.bottom), beyond(1, padding.left + padding.right)];
	if (outputPadding.some((more) => !Number.isSafeInteger(more) || more < 0))
		throw node.damaged(`an image of ${image.size.join("×")} can't become ${target.join("×")}`);
	const operation = { op: "ConvTranspose2D", strides, dilations, padding, outputPadding, groups: 1 } as const;
	return [imageOperation(emitter, node.origin, image, operation, { kernel: weightOf(kernel) })];
};

export const CONVOLUTIONS: Readonly<Record<string, OperationReader>> = {
	Conv2D: conv2d(false),
	_FusedConv2D: conv2d(true),
	FusedConv2D: conv2d(true),
	DepthwiseConv2dNative: depthwise(false),
	_FusedDepthwiseConv2dNative: depthwise(true),
	FusedDepthwiseConv2dNative: depthwise(true),
	Conv2DBackpropInput: conv2dBackpropInput,
};
