/** Strides, dilations and padding of convolutions and pooling as ONNX writes them. */
import { NO_PADDING, samePadding } from "../../../network/shapes.js";
import type { Padding2D, Pair } from "../../../network/types.js";
import type { ImageValue, Window } from "../../graph/lower/images.js";
import type { OnnxNode } from "../node.js";

interface ReadWindow extends Window {
	/** Padding that only rounding the number of windows up (`ceil_mode`) makes necessary. */
	readonly beyond: Padding2D;
}

/** The window of a node over an image; `size` where it isn't in the attribute `kernel_shape`. */
export function readWindow(node: OnnxNode, image: ImageValue, kernel: readonly number[] | null): ReadWindow {
	const given = kernel ?? node.ints("kernel_shape");
	if (!given) throw node.damaged("it has no 'kernel_shape'");
	const size = pair(node, image, "kernel_shape", given);
	const strides = pair(node, image, "strides", node.ints("strides"));
	const dilations = pair(node, image, "dilations", node.ints("dilations"));
	const padding = readPadding(node, image, size, strides, dilations);
	return { size, strides, dilations, padding, beyond: roundedUp(node, image, { size, strides, dilations, padding }) };
}

/** A positive number per spatial axis; a signal is one row. */
export function pair(node: OnnxNode, image: ImageValue, what: string, values: readonly number[] | null): Pair {
	if (!values || values.length === 0) return [1, 1];
	if (values.length !== image.spatial || values.some((value) => !Number.isSafeInteger(value) || value < 1))
		throw node.damaged(`its '${what}' is [${values.join(", ")}]`);
	return image.spatial === 1 ? [1, values[0] as number] : (values as unknown as Pair);
}

/** `[before..., after...]` of the spatial axes. */
export function paddingOf(node: OnnxNode, image: ImageValue, pads: readonly number[]): Padding2D {
	if (pads.length !== 2 * image.spatial || pads.some((pad) => !Number.isSafeInteger(pad)))
		throw node.damaged(`its 'pads' are [${pads.join(", ")}]`);
	if (pads.some((pad) => pad < 0)) throw node.unsupported("negative padding is not read");
	const [top, left, bottom, right] = image.spatial === 1 ? [0, pads[0], 0, pads[1]] : pads;
	return { top, left, bottom, right } as Padding2D;
}

function readPadding(node: OnnxNode, image: ImageValue, size: Pair, strides: Pair, dilations: Pair): Padding2D {
	const auto = node.text("auto_pad", "NOTSET");
	switch (auto) {
		case "NOTSET": {
			const pads = node.ints("pads");
			return pads && pads.length > 0 ? paddingOf(node, image, pads) : NO_PADDING;
		}
		case "VALID":
			return NO_PADDING;
		case "SAME_UPPER":
			return samePadding(image.size, size, strides, dilations);
		case "SAME_LOWER": {
			const { top, bottom, left, right } = samePadding(image.size, size, strides, dilations);
			return { top: bottom, bottom: top, left: right, right: left };
		}
		default:
			throw node.damaged(`its 'auto_pad' is '${auto}'`);
	}
}

function roundedUp(node: OnnxNode, image: ImageValue, { size, strides, dilations, padding }: Window): Padding2D {
	if (node.int("ceil_mode", 0) === 0) return NO_PADDING;
	const along = (axis: 0 | 1, before: number, after: number): number => {
		const reach = (size[axis] - 1) * dilations[axis] + 1;
		const room = image.size[axis] + before + after - reach;
		let windows = Math.ceil(room / strides[axis]) + 1;
		// A window that would start in the padding behind the image doesn't count.
		if ((windows - 1) * strides[axis] >= image.size[axis] + before) windows -= 1;
		return Math.max(0, (windows - 1) * strides[axis] - room);
	};
	const bottom = along(0, padding.top, padding.bottom);
	const right = along(1, padding.left, padding.right);
	return { top: 0, left: 0, bottom, right };
}
