/** Strides, dilations and padding as TensorFlow writes them: for each axis of a batch of images. */
import { NO_PADDING, samePadding } from "../../../network/shapes.js";
import type { Padding2D, Pair } from "../../../network/types.js";
import type { GraphNode } from "../node.js";

/** Whether the file has the channels last. Throws `unsupported-model` for vectors of channels. */
export function isChannelsLast(node: GraphNode): boolean {
	const format = node.text("data_format", "NHWC");
	if (format !== "NHWC" && format !== "NCHW") throw node.unsupported(`its 'data_format' is '${format}'`);
	return format === "NHWC";
}

/** The two spatial ones of four numbers; the others must be 1. */
export function spatialPair(
	node: GraphNode,
	what: string,
	values: readonly number[] | null,
	channelsLast: boolean,
): Pair {
	if (!values || values.length === 0) return [1, 1];
	const [a, b, c, d] = values as [number, number, number, number];
	const [pair, others]: [Pair, Pair] = channelsLast
		? [
				[b, c],
				[a, d],
			]
		: [
				[c, d],
				[a, b],
			];
	const isSound = values.length === 4 && values.every((value) => Number.isSafeInteger(value) && value >= 1);
	if (!isSound) throw node.damaged(`its '${what}' are [${values.join(", ")}]`);
	if (others.some((value) => value !== 1)) throw node.unsupported(`its '${what}' reach over batch or channels`);
	return pair;
}

/** Padding of a window of this size on an image of that. */
export function paddingOf(
	node: GraphNode,
	image: Pair,
	size: Pair,
	strides: Pair,
	dilations: Pair,
	channelsLast: boolean,
): Padding2D {
	const padding = node.text("padding", "VALID");
	switch (padding) {
		case "VALID":
			return NO_PADDING;
		case "SAME":
			return samePadding(image, size, strides, dilations);
		case "EXPLICIT": {
			const list = node.ints("explicit_paddings") ?? [];
			if (list.length !== 8 || list.some((pad) => !Number.isSafeInteger(pad) || pad < 0))
				throw node.damaged(`its 'explicit_paddings' are [${list.join(", ")}]`);
			const [top, bottom, left, right] = list.slice(channelsLast ? 2 : 4, channelsLast ? 6 : 8);
			return { top, bottom, left, right } as Padding2D;
		}
		default:
			throw node.damaged(`its 'padding' is '${padding}'`);
	}
}
