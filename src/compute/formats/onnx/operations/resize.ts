/** Resize and its forerunner Upsample. */
import { shapeOf } from "../../graph/activation.js";
import { asImage, imageOperation } from "../../graph/lower/images.js";
import {
	type AxisResize,
	type CoordinateRule,
	type NearestRule,
	type Resampling,
	resampleMatrix,
} from "../../graph/lower/resampling.js";
import { axisOf } from "../../graph/tensor.js";
import type { Inputs, OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";

const MODES = ["nearest", "linear", "cubic"] as const;
const COORDINATES: readonly CoordinateRule[] = [
	"half_pixel",
	"half_pixel_symmetric",
	"pytorch_half_pixel",
	"align_corners",
	"asymmetric",
	"tf_half_pixel_for_nn",
	"tf_crop_and_resize",
];
const NEAREST: readonly NearestRule[] = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

export const resize: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const shape = shapeOf(x);
	const rule = readRule(node);
	const axes = readAxes(node, inputs, shape);
	const image = asImage(emitter, x, node.origin);
	if (axes.slice(0, 2).some(({ input, output }) => input !== output))
		throw node.unsupported("it resizes batch or channels");
	const along = axes.slice(2).map((axis) => resampleMatrix(axis, rule));
	const columns = along.pop();
	const rows = along.pop() ?? { rows: 1, columns: 1, data: Float32Array.of(1) };
	if (!columns) throw node.damaged("its input has no spatial axes");
	if (rule.coordinates === "tf_crop_and_resize" && node.float("extrapolation_value", 0) !== 0)
		throw node.unsupported("it fills what lies outside with a number other than 0");
	return [imageOperation(emitter, node.origin, image, { op: "Resample2D", rows, columns })];
};

function readRule(node: OnnxNode): Resampling {
	const old = node.version < 11;
	const pick = <T extends string>(list: readonly T[], name: string, given: string): T => {
		const found = list.find((item) => item === given);
		if (!found) throw node.unsupported(`'${name}' is '${given}'`);
		return found;
	};
	const mode = node.text("mode", "nearest");
	return {
		mode: pick(MODES, "mode", mode === "bilinear" ? "linear" : mode),
		coordinates: old
			? "asymmetric"
			: pick(COORDINATES, "coordinate_transformation_mode", node.text("coordinate_transformation_mode", "half_pixel")),
		nearest: old ? "floor" : pick(NEAREST, "nearest_mode", node.text("nearest_mode", "round_prefer_floor")),
		cubicCoefficient: node.float("cubic_coeff_a", -0.75),
		excludeOutside: node.int("exclude_outside", 0) !== 0,
		antialias: node.int("antialias", 0) !== 0,
	};
}

/** What happens to each axis: scales or sizes, given for all axes or some. */
function readAxes(node: OnnxNode, inputs: Inputs, shape: readonly number[]): readonly AxisResize[] {
	const old = node.version < 11;
	const scalesAt = old ? 1 : 2;
	const given = inputs.optionalConstant(scalesAt, "scales");
	const scales = given && given.data.length > 0 ? Array.from(given.data) : node.floats("scales");
	const sizes = old ? null : inputs.optionalConstant(3, "sizes");
	const wanted = sizes && sizes.data.length > 0 ? Array.from(sizes.data) : null;
	const list = wanted ?? scales;
	if (!list) throw node.damaged("it has neither scales nor sizes");
	const axes = node.ints("axes")?.map((axis) => axisOf(axis, shape.length)) ?? shape.map((_, axis) => axis);
	const region = old ? null : inputs.optionalConstant(1, "roi");
	if (list.length !== axes.length) throw node.damaged(`${list.length} scales or sizes for ${axes.length} axes`);
	const kept = wanted ? keptScale(node, shape, axes, wanted) : null;
	const result: AxisResize[] = shape.map((size) => ({ input: size, output: size, scale: 1, region: [0, 1] }));
	axes.forEach((axis, i) => {
		const input = shape[axis] as number;
		const asked = list[i] as number;
		const scale = kept ?? (wanted ? asked / input : asked);
		const output = kept ? Math.floor(kept * input + 0.5) : wanted ? asked : Math.floor(input * scale);
		if (!(output >= 1) || !Number.isSafeInteger(output) || !(scale > 0))
			throw node.damaged(`axis ${axis} would get ${output} values`);
		const [start, end] = [region?.data[i] ?? 0, region?.data[i + axes.length] ?? 1];
		result[axis] = { input, output, scale, region: [start, end] };
	});
	return result;
}

/** One scale for all axes where the file asks for the image's proportions; else null. */
function keptScale(
	node: OnnxNode,
	shape: readonly number[],
	axes: readonly number[],
	wanted: readonly number[],
): number | null {
	const scales = axes.map((axis, i) => (wanted[i] as number) / (shape[axis] as number));
	switch (node.text("keep_aspect_ratio_policy", "stretch")) {
		case "not_larger":
			return Math.min(...scales);
		case "not_smaller":
			return Math.max(...scales);
		default:
			return null;
	}
}
