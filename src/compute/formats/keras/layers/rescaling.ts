/** The preprocessing layers Rescaling and Normalization. */
import type { Shape, Weight } from "../../../network/types.js";
import { constantWeight, type LayerCall, type LayerReader, onlyShape } from "./layer.js";

export const rescaling: LayerReader = (call) => {
	const shape = onlyShape(call);
	const scale = perChannel(call, "scale", call.settings.numbers("scale", 1), shape);
	const offset = perChannel(call, "offset", call.settings.numbers("offset", 0), shape);
	return call.add("", { op: "Affine" }, { scale, offset });
};

/** Keras divides by at least its `backend.epsilon()`. */
const SMALLEST_DEVIATION = 1e-7;

/** `(x - mean) / max(sqrt(variance), 1e-7)`, or its inverse; as one scale and offset, computed in float64. */
export const normalization: LayerReader = (call) => {
	const { settings } = call;
	const shape = onlyShape(call);
	const axes = settings.axes("axis", -1);
	const scalar = axes === null || axes.length === 0;
	if (!scalar && !settings.isLastAxis("axis", shape))
		settings.unsupported("Normalization over other axes than the last");
	const given = settings.raw("mean") !== undefined && settings.raw("variance") !== undefined;
	const stored: Shape = scalar ? [] : [shape.at(-1) ?? 1];
	const mean = given ? settings.numbers("mean", 0) : call.weight(["mean"], 0, stored).data;
	const variance = given ? settings.numbers("variance", 1) : call.weight(["variance"], 1, stored).data;
	const deviations = Array.from(variance, (v) => Math.max(Math.sqrt(v), SMALLEST_DEVIATION));
	const size = Math.max(mean.length, deviations.length);
	const at = (values: ArrayLike<number>, i: number) => values[values.length === 1 ? 0 : i] ?? Number.NaN;
	const invert = settings.flag("invert", false);
	const scales = Array.from({ length: size }, (_, i) => (invert ? at(deviations, i) : 1 / at(deviations, i)));
	const offsets = scales.map((scale, i) => (invert ? at(mean, i) : -at(mean, i) * scale));
	return call.add(
		"",
		{ op: "Affine" },
		{ scale: perChannel(call, "mean", scales, shape), offset: perChannel(call, "mean", offsets, shape) },
	);
};

/** One value for all channels or one for each. */
function perChannel(call: LayerCall, key: string, values: readonly number[], shape: Shape): Weight {
	const channels = shape.at(-1) ?? 1;
	if (values.length !== 1 && values.length !== channels)
		call.settings.wrong(key, `one number or one for each of the ${channels} channels`, [...values]);
	return constantWeight(call, key, [values.length], values);
}
