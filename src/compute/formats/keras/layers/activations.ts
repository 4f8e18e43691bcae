/** Activations, by name or as layers, with the defaults of each Keras. */
import type { Operation, PointwiseFunction } from "../../../network/types.js";
import { isObject, type Json, property, showJson } from "../../json.js";
import { Settings } from "../settings.js";
import { type Dialect, type LayerCall, type LayerReader, onlyShape } from "./layer.js";

/** What an activation adds: an operation and the suffix of its node, or nothing for `linear`. */
interface Activation {
	readonly suffix: string;
	readonly operation: Operation;
}

/** Negative slope of the activation `leaky_relu` by name; the layer LeakyReLU has its own default. */
const LEAKY_RELU_BY_NAME = 0.2;
const LEAKY_RELU_LAYER = 0.3;

const BY_NAME: ReadonlyMap<string, (dialect: Dialect) => PointwiseFunction> = new Map<
	string,
	(dialect: Dialect) => PointwiseFunction
>([
	["relu", () => ({ fn: "relu" })],
	["relu6", () => generalRelu(6, 0, 0)],
	["leaky_relu", () => generalRelu(null, LEAKY_RELU_BY_NAME, 0)],
	["elu", () => ({ fn: "elu", alpha: 1 })],
	["celu", () => ({ fn: "elu", alpha: 1 })],
	["selu", () => ({ fn: "selu" })],
	["sigmoid", () => ({ fn: "sigmoid" })],
	["hard_sigmoid", ({ hardSigmoid }) => ({ fn: "hardSigmoid", ...hardSigmoid })],
	["hard_silu", () => ({ fn: "hardSwish" })],
	["hard_swish", () => ({ fn: "hardSwish" })],
	["tanh", () => ({ fn: "tanh" })],
	["softplus", () => ({ fn: "softplus" })],
	["softsign", () => ({ fn: "softsign" })],
	["swish", () => ({ fn: "swish" })],
	["silu", () => ({ fn: "swish" })],
	["gelu", () => ({ fn: "gelu", approximate: false })],
	["gelu_new", () => ({ fn: "gelu", approximate: true })],
	["mish", () => ({ fn: "mish" })],
	["exponential", () => ({ fn: "exponential" })],
]);

/** Adds what the `activation` of a layer asks for after the node `input`; returns the last node's name. */
export function addActivation(call: LayerCall, input: string): string {
	const activation = readActivation(call.settings.raw("activation"), call);
	return activation ? call.add(activation.suffix, activation.operation, {}, [input]) : input;
}

/** The layer `Activation`. */
export const activationLayer: LayerReader = (call) => {
	onlyShape(call);
	const activation = readActivation(call.settings.raw("activation"), call);
	return call.add("", activation?.operation ?? { op: "Identity" });
};

function readActivation(value: Json | undefined, call: LayerCall): Activation | null {
	if (value === undefined) return null;
	if (typeof value === "string") return named(value, call);
	if (!isObject(value)) return call.settings.wrong("activation", "a name", value);
	const className = property(value, "class_name");
	const config = property(value, "config");
	if (className === "function" && typeof config === "string") return named(config, call);
	const layer = typeof className === "string" ? AS_LAYERS.get(className) : undefined;
	if (!layer || !isObject(config))
		return call.settings.unsupported(`the activation ${showJson(className ?? value)}, a custom one and opaque`);
	const settings = new Settings(`${className as string} in ${call.settings.owner}`, config);
	return { suffix: snake(className as string), operation: { op: "Pointwise", function: layer(settings) } };
}

function named(text: string, call: LayerCall): Activation | null {
	const name = snake(text);
	if (name === "linear") return null;
	if (name === "softmax") return { suffix: name, operation: { op: "Softmax" } };
	const pointwise = BY_NAME.get(name);
	if (!pointwise) return call.settings.unsupported(`the activation '${text}'`);
	return { suffix: name, operation: { op: "Pointwise", function: pointwise(call.dialect) } };
}

/** TensorFlow.js writes `hardSigmoid` where Keras writes `hard_sigmoid`. */
function snake(name: string): string {
	return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

function generalRelu(max: number | null, slope: number, threshold: number): PointwiseFunction {
	if (max === null && slope === 0 && threshold === 0) return { fn: "relu" };
	return { fn: "generalRelu", max, slope, threshold };
}

const AS_LAYERS: ReadonlyMap<string, (settings: Settings) => PointwiseFunction> = new Map<
	string,
	(settings: Settings) => PointwiseFunction
>([
	[
		"ReLU",
		(settings) =>
			generalRelu(
				settings.optionalNumber("max_value"),
				settings.number("negative_slope", 0),
				settings.number("threshold", 0),
			),
	],
	[
		"LeakyReLU",
		(settings) => {
			const slope = settings.optionalNumber("negative_slope") ?? settings.optionalNumber("alpha") ?? LEAKY_RELU_LAYER;
			return generalRelu(null, slope, 0);
		},
	],
	["ThresholdedReLU", (settings) => generalRelu(null, 0, settings.number("theta", 1))],
	["ELU", (settings) => ({ fn: "elu", alpha: settings.number("alpha", 1) })],
]);

/** ReLU, LeakyReLU, ThresholdedReLU and ELU as layers. */
export const pointwiseLayers: readonly (readonly [string, LayerReader])[] = [...AS_LAYERS].map(
	([className, read]) =>
		[
			className,
			(call) => {
				onlyShape(call);
				return call.add("", { op: "Pointwise", function: read(call.settings) });
			},
		] as const,
);

export const softmaxLayer: LayerReader = (call) => {
	if (!call.settings.isLastAxis("axis", onlyShape(call)))
		call.settings.unsupported("Softmax over another axis than the last");
	return call.add("", { op: "Softmax" });
};

/** `alpha` has the input's shape, 1 along axes that share it. */
export const preluLayer: LayerReader = (call) => {
	const { settings } = call;
	const shared = settings.raw("shared_axes") === undefined ? [] : (settings.axes("shared_axes", 1) ?? []);
	const shape = onlyShape(call);
	const alphaShape = shape.map((size, axis) =>
		shared.includes(axis + 1) || shared.includes(axis - shape.length) ? 1 : size,
	);
	return call.add("", { op: "PReLU" }, { alpha: call.weight(["alpha"], 0, alphaShape) });
};
