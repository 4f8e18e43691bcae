/** What one- and two-dimensional layers share: a sequence is an image of one row. */
import { NO_PADDING, samePadding, showShape } from "../../../network/shapes.js";
import type { Padding2D, Pair } from "../../../network/types.js";
import { imageShape, type LayerCall, onlyShape, requireChannelsLast } from "./layer.js";

/** How many axes a layer slides its windows along. */
export type Dimensions = 1 | 2;

export interface Plane {
	readonly node: string;
	readonly size: Pair;
	readonly channels: number;
	readonly dimensions: Dimensions;
}

/** The layer's input as an image. */
export function asPlane(call: LayerCall, dimensions: Dimensions): Plane {
	if (dimensions === 2) {
		const [height, width, channels] = imageShape(call);
		return { node: call.inputs[0] as string, size: [height, width], channels, dimensions };
	}
	requireChannelsLast(call);
	const [steps, channels, ...rest] = onlyShape(call);
	if (steps === undefined || channels === undefined || rest.length > 0)
		return call.settings.wrong("input", "steps×channels", showShape(onlyShape(call)));
	const node = call.add("row", { op: "Reshape", shape: [1, steps, channels] });
	return { node, size: [1, steps], channels, dimensions };
}

/** An image as the layer's output: a sequence again where it was one. */
export function fromPlane(call: LayerCall, { dimensions }: Plane, node: string): string {
	if (dimensions === 2) return node;
	const [, steps, channels] = call.shapeOf(node) as readonly [number, number, number];
	return call.add("sequence", { op: "Reshape", shape: [steps, channels] }, {}, [node]);
}

/** Sizes for rows and columns; 1 for the one row of a sequence. */
export function along(call: LayerCall, dimensions: Dimensions, key: string, fallback?: Pair): Pair {
	const [rows, columns] = call.settings.pair(key, fallback);
	if (dimensions === 2) return [rows, columns];
	if (rows !== columns) call.settings.wrong(key, "one whole number", [rows, columns]);
	return [1, columns];
}

/** `valid`, `same` or, for sequences, `causal` made explicit. */
export function paddingOf(call: LayerCall, plane: Plane, kernel: Pair, strides: Pair, dilations: Pair): Padding2D {
	const mode = call.settings.text("padding", "valid");
	if (mode === "same") return samePadding(plane.size, kernel, strides, dilations);
	if (mode === "valid") return NO_PADDING;
	if (mode === "causal" && plane.dimensions === 1) return { ...NO_PADDING, left: (kernel[1] - 1) * dilations[1] };
	return call.settings.unsupported(`padding '${mode}'`);
}
