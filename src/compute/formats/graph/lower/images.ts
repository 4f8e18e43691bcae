/** Operations on images, whichever order their axes are named in, as nodes of the network. */
import { BlindspotError } from "../../../errors.js";
import { NO_PADDING } from "../../../network/shapes.js";
import type { NetworkNode, Operation, Padding2D, Pair, Weight } from "../../../network/types.js";
import { type Activation, fromNode, type Origin, shapeOf } from "../activation.js";
import { type Emitter, likewise } from "../emitter.js";
import { type Tensor, transposed } from "../tensor.js";

/** An image's node `[height, width, channels]`; a file's 1-D signal is an image of height 1. */
export interface ImageValue {
	readonly node: string;
	readonly size: Pair;
	readonly channels: number;
	/** How many axes the file gives to places: 1 or 2. */
	readonly spatial: 1 | 2;
	/** Where the file has its channels. */
	readonly channelsLast: boolean;
}

export interface Window {
	readonly size: Pair;
	readonly strides: Pair;
	readonly dilations: Pair;
	readonly padding: Padding2D;
}

/** The value as an image. Throws `unsupported-model` for volumes and where several pictures are mixed. */
export function asImage(emitter: Emitter, x: Activation, origin: Origin, channelsLast = false): ImageValue {
	const shape = shapeOf(x);
	const rank = shape.length;
	if (rank !== 3 && rank !== 4) throw unsupported(origin, `it works on ${rank - 2} spatial axes; 1 or 2 are read`);
	if (shape[0] !== 1) throw unsupported(origin, "its input mixes several pictures of a batch");
	const channelAxis = channelsLast ? rank - 1 : 1;
	const places = channelsLast ? [1, 2].slice(0, rank - 2) : [2, 3].slice(0, rank - 2);
	const dims = [...places, channelAxis].map((axis) => x.axes[axis] ?? []);
	const arranged = emitter.arrange(x, rank === 3 ? [[], ...dims] : dims, origin);
	const size = places.map((axis) => shape[axis] as number);
	return {
		node: arranged.node,
		size: rank === 3 ? [1, size[0] as number] : (size as unknown as Pair),
		channels: shape[channelAxis] as number,
		spatial: rank === 3 ? 1 : 2,
		channelsLast,
	};
}

/** The file's view of a node `[height, width, channels]`. */
function imageResult(node: NetworkNode, { spatial, channelsLast }: ImageValue): Activation {
	const places = spatial === 1 ? [1] : [0, 1];
	return fromNode(node.name, node.outputShape, channelsLast ? [null, ...places, 2] : [null, 2, ...places]);
}

/**
 * A convolution. `kernel` is `[kh, kw, in/groups, out]`; one filter or more per channel, each seeing that channel
 * alone, become a depthwise convolution.
 */
export function convolution(
	emitter: Emitter,
	origin: Origin,
	x: ImageValue,
	kernel: Weight,
	bias: Weight | null,
	window: Omit<Window, "size">,
	groups: number,
): Activation {
	const [kh, kw, perGroup, filters] = kernel.shape as [number, number, number, number];
	const isDepthwise = groups > 1 && perGroup === 1 && groups === x.channels && filters % groups === 0;
	const { strides, dilations, padding } = window;
	const operation: Operation = isDepthwise
		? { op: "DepthwiseConv2D", strides, dilations, padding }
		: { op: "Conv2D", strides, dilations, padding, groups };
	const shaped = isDepthwise ? { ...kernel, shape: [kh, kw, groups, filters / groups] } : kernel;
	const node = emitter.layer(origin, operation, [x.node], { kernel: shaped, ...(bias && { bias }) });
	return imageResult(node, x);
}

export function maxPool(emitter: Emitter, origin: Origin, x: ImageValue, window: Window): Activation {
	const { size, strides, padding } = window;
	return imageResult(
		emitter.layer(origin, { op: "MaxPool2D", size, strides, padding, ...dilationsOf(window) }, [x.node]),
		x,
	);
}

/**
 * An average. `beyond` is padding that never counts in the divisor (where the file rounds the number of windows
 * up), `window.padding` counts where `countPadding` says so.
 */
export function averagePool(
	emitter: Emitter,
	origin: Origin,
	x: ImageValue,
	window: Window,
	countPadding: boolean,
	beyond: Padding2D = NO_PADDING,
): Activation {
	const { size, strides } = window;
	const reachesBeyond = beyond.top + beyond.bottom + beyond.left + beyond.right > 0;
	const isPadded = window.padding.top + window.padding.bottom + window.padding.left + window.padding.right > 0;
	let from = x.node;
	let { padding } = window;
	if (reachesBeyond && countPadding && isPadded) {
		from = emitter.part(origin, "padding", { op: "ZeroPad2D", padding }, [from]).name;
		padding = beyond;
	} else padding = sumOf(padding, beyond);
	const counts = countPadding && !reachesBeyond;
	return imageResult(
		emitter.layer(
			origin,
			{ op: "AveragePool2D", size, strides, padding, countPadding: counts, ...dilationsOf(window) },
			[from],
		),
		x,
	);
}

function dilationsOf({ dilations }: Window): { readonly dilations?: Pair } {
	return Math.max(...dilations) > 1 ? { dilations } : {};
}

function sumOf(a: Padding2D, b: Padding2D): Padding2D {
	return { top: a.top + b.top, bottom: a.bottom + b.bottom, left: a.left + b.left, right: a.right + b.right };
}

/** One value per channel, from all places. */
export function globalPool(emitter: Emitter, origin: Origin, x: ImageValue, kind: "mean" | "max"): Activation {
	const op = kind === "mean" ? "GlobalAveragePool2D" : "GlobalMaxPool2D";
	return imageResult(emitter.layer(origin, { op, keepDims: true }, [x.node]), x);
}

/** An operation that leaves the image's shape as it is. */
export function imageOperation(
	emitter: Emitter,
	origin: Origin,
	x: ImageValue,
	operation: Operation,
	weights: NetworkNode["weights"] = {},
): Activation {
	return imageResult(emitter.layer(origin, operation, [x.node], weights), x);
}

/** A normalisation per channel: the channels become the node's last axis, the others stay where they are. */
export function perChannel(
	emitter: Emitter,
	origin: Origin,
	x: Activation,
	axis: number,
	operation: Operation,
	weights: NetworkNode["weights"],
): Activation {
	const last = emitter.isolateLast(x, axis, origin);
	return likewise(last, emitter.layer(origin, operation, [last.node], weights));
}

/** A kernel `[out, in/groups, kh, kw]` or `[out, in/groups, k]` as `[kh, kw, in/groups, out]`. */
export function kernelFromChannelsFirst(kernel: Tensor): Tensor {
	const image = kernel.shape.length === 3 ? { ...kernel, shape: insertOne(kernel.shape, 2) } : kernel;
	return transposed(image, [2, 3, 1, 0]);
}

function insertOne(shape: readonly number[], at: number): number[] {
	return [...shape.slice(0, at), 1, ...shape.slice(at)];
}

function unsupported({ name, type }: Origin, why: string): BlindspotError {
	return new BlindspotError("unsupported-model", `${type} '${name}': ${why}.`, name);
}
