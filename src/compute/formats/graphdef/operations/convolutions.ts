/** Convolutions of every kind, alone and fused with what comes after. */
import { NO_PADDING } from "../../../network/shapes.js";
import type { Pair } from "../../../network/types.js";
import { type Activation, type Atom, productOf } from "../../graph/activation.js";
import { type Emitter, weightOf } from "../../graph/emitter.js";
import { asImage, convolution, type ImageValue, imageOperation, type Window } from "../../graph/lower/images.js";
import { reshaped, type Tensor } from "../../graph/tensor.js";
import type { Inputs, OperationReader } from "../lowering.js";
import type { GraphNode } from "../node.js";
import { type Fused, fusedOf } from "./activations.js";
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

/** An image whose places were dealt out to pictures of a batch, so that neighbours there are `blocks` apart here. */
interface Spread {
	readonly blocks: Pair;
	image(emitter: Emitter, node: GraphNode): ImageValue;
	/** The convolved image dealt out again. */
	again(product: Activation, node: GraphNode): Activation;
}

/** TensorFlow writes dilated convolutions as SpaceToBatchND, a plain one, BatchToSpaceND. */
function spreadOver(x: Activation): Spread | null {
	const [batch, ...others] = x.axes;
	if (!batch || batch.length === 0 || others.length !== 3) return null;
	const [rows, columns, channels] = others as [readonly Atom[], readonly Atom[], readonly Atom[]];
	const isAfter = (block: Atom, places: readonly Atom[]) =>
		x.dims.some((dim) => dim.at(-1) === block && places.length > 0 && dim.at(-2) === places.at(-1));
	const down = batch.filter((block) => isAfter(block, rows));
	const across = batch.filter((block) => isAfter(block, columns));
	if (down.length + across.length !== batch.length || down.length > 1 || across.length > 1) return null;
	const blocks: Pair = [productOf(down), productOf(across)];
	return {
		blocks,
		image(emitter, node) {
			const dims = [[...rows, ...down], [...columns, ...across], channels];
			const whole: Activation = { ...x, axes: [[], ...dims] };
			return asImage(emitter, emitter.arrange(whole, dims, node.origin), node.origin, true);
		},
		again(product, node) {
			const parts = [1, 2].map((axis) => {
				const size = productOf(product.axes[axis] as readonly Atom[]);
				const block = blocks[axis - 1] as number;
				if (size % block !== 0) throw node.damaged(`${size} places can't be dealt out to ${block}`);
				return [{ size: size / block }, { size: block }].map((atom) => (atom.size === 1 ? [] : [atom]));
			});
			const [[h, b], [w, c]] = parts as [[Atom[], Atom[]], [Atom[], Atom[]]];
			const depth = product.axes[3] as readonly Atom[];
			const wanted = [[...b, ...c], h, w, depth];
			return { ...product, dims: [[...h, ...b], [...w, ...c], depth], axes: wanted };
		},
	};
}

/** The gradient of a convolution with respect to its input, whose size is given. */
const conv2dBackpropInput: OperationReader = (node, inputs, { emitter }) => {
	const wanted = inputs.list(0, "size");
	const kernel = kernelOf(node, inputs);
	const channelsLast = isChannelsLast(node);
	const image = asImage(emitter, inputs.activation(2), node.origin, channelsLast);
	const strides = spatialPair(node, "strides", node.ints("strides"), channelsLast);
	const dilations = spatialPair(node, "dilations", node.ints("dilations"), channelsLast);
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
