/** Activations, by name or as layers, with the defaults of each Keras. */
import type { Operation, PointwiseFunction } from "../../../network/types.js";
import { isObject, type Json, property, showJson } from "../../json.js";
import { Settings } from "../settings.js";
import { exampleAxes, overLastAxis } from "./axes.js";
import { type Dialect, type LayerCall, type LayerReader, onlyShape } from "./layer.js";

/** What an activation adds after a node of its layer: the last of its nodes is called `suffix`. */
type Activation = (call: LayerCall, input: string, suffix: string) => string;

interface NamedActivation {
	readonly name: string;
	readonly add: Activation;
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
	["hard_tanh", () => ({ fn: "clip", low: -1, high: 1 })],
	["hard_shrink", () => ({ fn: "hardShrink", threshold: 0.5 })],
	["soft_shrink", () => ({ fn: "softShrink", threshold: 0.5 })],
	["tanh_shrink", () => ({ fn: "tanhShrink" })],
	["squareplus", () => ({ fn: "squareplus", b: 4 })],
	["sparse_plus", () => ({ fn: "sparsePlus" })],
	["sparse_sigmoid", () => ({ fn: "hardSigmoid", slope: 0.5, offset: 0.5 })],
	["log_sigmoid", () => ({ fn: "logSigmoid" })],
	["mish", () => ({ fn: "mish" })],
	["exponential", () => ({ fn: "exponential" })],
]);

/** Adds what the `activation` of a layer asks for after the node `input`; returns the last node's name. */
export function addActivation(call: LayerCall, input: string): string {
	const activation = readActivation(call.settings.raw("activation"), call);
	return activation ? activation.add(call, input, activation.name) : input;
}

/** The layer `Activation`. */
export const activationLayer: LayerReader = (call) => {
	onlyShape(call);
	const activation = readActivation(call.settings.raw("activation"), call);
	return activation ? activation.add(call, call.inputs[0] as string, "") : call.add("", { op: "Identity" });
};

/** Null for `linear`. */
function readActivation(value: Json | undefined, call: LayerCall): NamedActivation | null {
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
	return { name: snake(className as string), add: single({ op: "Pointwise", function: layer(settings) }) };
}

function named(text: string, call: LayerCall): NamedActivation | null {
	const name = snake(text);
	if (name === "linear") return null;
	if (name === "softmax") return { name, add: single({ op: "Softmax" }) };
	if (name === "log_softmax") return { name, add: single({ op: "LogSoftmax" }) };
	if (name === "glu") return { name, add: addGatedLinear };
	const pointwise = BY_NAME.get(name);
	if (!pointwise) return call.settings.unsupported(`the activation '${text}'`);
	return { name, add: single({ op: "Pointwise", function: pointwise(call.dialect) }) };
}

function single(operation: Operation): Activation {
	return (call, input, suffix) => call.add(suffix, operation, {}, [input]);
}

/** The first half of the channels times the sigmoid of the second. */
function addGatedLinear(call: LayerCall, input: string, suffix: string): string {
	const shape = call.shapeOf(input);
	const channels = shape.at(-1) ?? 1;
	if (channels % 2 !== 0) call.settings.wrong("activation", `no 'glu' for ${channels} channels, an odd number`, "glu");
	const half = (name: string, start: number) => {
		const starts = shape.map((_, axis) => (axis === shape.length - 1 ? start : 0));
		const sizes = shape.map((size, axis) => (axis === shape.length - 1 ? size / 2 : size));
		return call.add(name, { op: "Slice", starts, sizes, steps: shape.map(() => 1) }, {}, [input]);
	};
	const values = half("glu-values", 0);
	const gate = call.add("glu-gate", { op: "Pointwise", function: { fn: "sigmoid" } }, {}, [
		half("glu-gate-logits", channels / 2),
	]);
	return call.add(suffix, { op: "Multiply" }, {}, [values, gate]);
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

/** Whether the order of a value's axes makes no difference to an activation's layer. */
export function isPlaceByPlace(className: string, settings: Settings): boolean {
	if (AS_LAYERS.has(className)) return true;
	const activation = settings.raw("activation");
	return (
		className === "Activation" &&
		typeof activation === "string" &&
		(activation === "linear" || BY_NAME.has(snake(activation)))
	);
}

export const softmaxLayer: LayerReader = (call) => {
	const axes = exampleAxes(call, "axis", -1, onlyShape(call));
	return overLastAxis(call, call.inputs[0] as string, axes, (node) => call.add("", { op: "Softmax" }, {}, [node]));
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
