/** ConvTranspose: padding is either given, or follows from a wanted output size. */
import type { Padding2D, Pair } from "../../../network/types.js";
import { weightOf } from "../../graph/emitter.js";
import { asImage, type ImageValue, imageOperation } from "../../graph/lower/images.js";
import { reshaped, type Tensor, transposed } from "../../graph/tensor.js";
import type { OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";
import { biasOf, groupsOf } from "./channels.js";
import { paddingOf, pair } from "./windows.js";

export const convTranspose: OperationReader = (node, inputs, { emitter }) => {
	const image = asImage(emitter, inputs.activation(0), node.origin);
	const kernel = inputs.constant(1, "kernel");
	if (kernel.shape.length !== image.spatial + 2) throw node.damaged(`its kernel is ${kernel.shape.join("×")}`);
	const size = pair(node, image, "kernel_shape", kernel.shape.slice(2));
	const strides = pair(node, image, "strides", node.ints("strides"));
	const dilations = pair(node, image, "dilations", node.ints("dilations"));
	const groups = groupsOf(node, image.channels);
	const whole = [0, 1].map(
		(i) => (image.size[i as 0 | 1] - 1) * strides[i as 0 | 1] + (size[i as 0 | 1] - 1) * dilations[i as 0 | 1] + 1,
	) as unknown as Pair;
	const outputPadding = readOutputPadding(node, image);
	const padding = readPadding(node, image, strides, whole, outputPadding);
	const offset = biasOf(inputs, 2);
	return [
		imageOperation(
			emitter,
			node.origin,
			image,
			{ op: "ConvTranspose2D", strides, dilations, groups, ...padding },
			{ kernel: weightOf(kernelOf(kernel, image)), ...(offset && { bias: offset }) },
		),
	];
};

/** `[in, out/groups, kh, kw]` as `[kh, kw, out/groups, in]`. */
function kernelOf(kernel: Tensor, image: ImageValue): Tensor {
	const [into, out, ...window] = kernel.shape as [number, number, ...number[]];
	const asPlane = image.spatial === 1 ? reshaped(kernel, [into, out, 1, ...window]) : kernel;
	return transposed(asPlane, [2, 3, 1, 0]);
}

function readOutputPadding(node: OnnxNode, image: ImageValue): Pair {
	const given = node.ints("output_padding");
	if (!given || given.length === 0) return [0, 0];
	if (given.length !== image.spatial || given.some((value) => !Number.isSafeInteger(value) || value < 0))
		throw node.damaged(`its 'output_padding' is [${given.join(", ")}]`);
	return image.spatial === 1 ? [0, given[0] as number] : (given as unknown as Pair);
}

interface Placement {
	readonly padding: Padding2D;
	readonly outputPadding: Pair;
}

function readPadding(node: OnnxNode, image: ImageValue, strides: Pair, whole: Pair, outputPadding: Pair): Placement {
	const auto = node.text("auto_pad", "NOTSET");
	const wanted = node.ints("output_shape");
	if (auto === "NOTSET" && !wanted) {
		const pads = node.ints("pads");
		const none = { top: 0, bottom: 0, left: 0, right: 0 };
		return { padding: pads && pads.length > 0 ? paddingOf(node, image, pads) : none, outputPadding };
	}
	if (auto === "VALID" && !wanted) return { padding: { top: 0, bottom: 0, left: 0, right: 0 }, outputPadding };
	const target = wanted
		? pair(node, image, "output_shape", wanted.slice(-image.spatial))
		: ([image.size[0] * strides[0], image.size[1] * strides[1]] as const);
	const along = (axis: 0 | 1): readonly [before: number, after: number, beyond: number] => {
		const total = whole[axis] + outputPadding[axis] - target[axis];
		// Less than nothing to cut means rows that only the bias reaches.
		if (total < 0) return [0, 0, outputPadding[axis] - total];
		const half = Math.floor(total / 2);
		const rest = total - half;
		return auto === "SAME_UPPER" ? [half, rest, outputPadding[axis]] : [rest, half, outputPadding[axis]];
	};
	const [top, bottom, below] = along(0);
	const [left, right, aside] = along(1);
	return { padding: { top, bottom, left, right }, outputPadding: [below, aside] };
}
