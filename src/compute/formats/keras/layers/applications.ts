/** Layers that `keras.applications` defines for its own nets. */
import { isObject, property } from "../../json.js";
import { constantWeight, type LayerCall, type LayerReader, onlyShape, reshapedWeight } from "./layer.js";

/** ConvNeXt: each channel times a weight. */
export const layerScale: LayerReader = (call) => {
	const shape = onlyShape(call);
	const channels = call.settings.count("projection_dim");
	if (channels !== shape.at(-1)) call.settings.wrong("projection_dim", `${shape.at(-1)} channels`, channels);
	const scale = call.weight(["gamma", "variable", "Variable"], 0, [channels]);
	return call.add("", { op: "Affine" }, { scale: reshapedWeight(scale, [channels]) });
};

/** InceptionResNetV2 in Keras 3: a branch added with a factor. */
export const scaledResidual: LayerReader = (call) => addScaled(call, call.settings.number("scale"));

/** The same in an `.h5` of Keras 2, which registers the class without a package, as people's own classes are: hence the warning. */
export const unpackagedScaledResidual: LayerReader = (call) => {
	call.warn(
		"The layers of the class 'Custom>CustomScaleLayer' are read as what they are in keras.applications' InceptionResNetV2, a scaled residual.",
	);
	return scaledResidual(call);
};

/** Names of the blocks that InceptionResNetV2 adds with a factor. */
const RESIDUAL_BLOCK = /^block(35|17|8)_\d+$/;

/**
 * InceptionResNetV2 in Keras 2 does so by a Lambda, whose code is never run: by its name, its one argument and
 * two inputs of one shape it is that. Null for any other.
 */
export function scaledResidualOf(call: LayerCall): string | null {
	const given = call.settings.raw("arguments");
	const scale = isObject(given) && Object.keys(given).length === 1 ? property(given, "scale") : undefined;
	const [first, second, ...rest] = call.shapes;
	const isSame = first !== undefined && second !== undefined && rest.length === 0 && first.join() === second.join();
	const name = call.settings.text("name", "");
	if (typeof scale !== "number" || !Number.isFinite(scale) || !isSame || !RESIDUAL_BLOCK.test(name)) return null;
	call.warn(
		"The Lambdas called 'block35_1' and so on are read as what they are in keras.applications' InceptionResNetV2, a scaled residual; their code isn't run.",
	);
	return addScaled(call, scale);
}

function addScaled(call: LayerCall, scale: number): string {
	const [trunk, branch, ...rest] = call.inputs;
	if (trunk === undefined || branch === undefined || rest.length > 0)
		return call.settings.wrong("inputs", "two", call.inputs.length);
	const scaled = call.add("scaled", { op: "Affine" }, { scale: constantWeight(call, "scale", [1], [scale]) }, [branch]);
	return call.add("", { op: "Add" }, {}, [trunk, scaled]);
}
