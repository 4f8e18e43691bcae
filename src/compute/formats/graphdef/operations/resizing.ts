/** Images made larger or smaller. */
import { LIMITS } from "../../../network/build.js";
import type { Activation } from "../../graph/activation.js";
import type { Emitter } from "../../graph/emitter.js";
import { asImage, type ImageValue, imageOperation } from "../../graph/lower/images.js";
import { type Resampling, resampleMatrix } from "../../graph/lower/resampling.js";
import type { OperationReader } from "../lowering.js";
import type { GraphNode } from "../node.js";

const resize =
	(mode: Resampling["mode"]): OperationReader =>
	(node, inputs, { emitter }) => {
		const image = asImage(emitter, inputs.activation(0), node.origin, true);
		const wanted = inputs.list(1, "size");
		const half = node.flag("half_pixel_centers");
		const aligned = node.flag("align_corners");
		const isNearest = mode === "nearest";
		const rule: Resampling = {
			mode,
			coordinates: aligned
				? "align_corners"
				: half
					? isNearest
						? "tf_half_pixel_for_nn"
						: "half_pixel"
					: "asymmetric",
			nearest: aligned ? "round_prefer_ceil" : "floor",
			// Keys' coefficient, as TensorFlow has it with pixels as areas; without, an older choice.
			cubicCoefficient: half ? -0.5 : -0.75,
			excludeOutside: half,
			antialias: false,
		};
		return [resampled(emitter, node, image, wanted, rule)];
	};

/** What `tf.image.resize` becomes with antialiasing: scaled from corner to corner, nothing moved. */
const scaleAndTranslate: OperationReader = (node, inputs, { emitter }) => {
	const image = asImage(emitter, inputs.activation(0), node.origin, true);
	const wanted = inputs.list(1, "size");
	const scale = inputs.list(2, "scale");
	const isWhole = [0, 1].every(
		(axis) => Math.abs((scale[axis] ?? 0) * image.size[axis as 0 | 1] - (wanted[axis] ?? 0)) < 1e-3,
	);
	if (!isWhole || inputs.list(3, "translation").some((shift) => shift !== 0))
		throw node.unsupported("it shows a part of the image");
	const kernel = node.text("kernel_type", "lanczos3");
	const mode = kernel === "triangle" ? "linear" : kernel === "keyscubic" ? "cubic" : null;
	if (!mode) throw node.unsupported(`its kernel is '${kernel}'`);
	const rule: Resampling = {
		mode,
		coordinates: "half_pixel",
		nearest: "floor",
		cubicCoefficient: -0.5,
		excludeOutside: true,
		antialias: node.flag("antialias", true),
	};
	return [resampled(emitter, node, image, wanted, rule)];
};

function resampled(
	emitter: Emitter,
	node: GraphNode,
	image: ImageValue,
	wanted: readonly number[],
	rule: Resampling,
): Activation {
	const [height, width] = wanted;
	const isSize = wanted.length === 2 && wanted.every((size) => Number.isSafeInteger(size) && size >= 1);
	if (!isSize || height === undefined || width === undefined) throw node.damaged(`its size is [${wanted.join(", ")}]`);
	// Before matrices of that size are made.
	if (Math.max(height * image.size[0], width * image.size[1]) > LIMITS.valuesPerNode)
		throw node.unsupported(`it makes an image of ${height}×${width}`);
	const matrix = (input: number, output: number) =>
		resampleMatrix({ input, output, scale: output / input, region: [0, 1] }, rule);
	const [rows, columns] = [matrix(image.size[0], height), matrix(image.size[1], width)];
	return imageOperation(emitter, node.origin, image, { op: "Resample2D", rows, columns });
}

export const RESIZING: Readonly<Record<string, OperationReader>> = {
	ResizeBilinear: resize("linear"),
	ResizeNearestNeighbor: resize("nearest"),
	ResizeBicubic: resize("cubic"),
	ScaleAndTranslate: scaleAndTranslate,
};
