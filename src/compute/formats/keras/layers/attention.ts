/**
 * MultiHeadAttention. Source: Vaswani et al., "Attention Is All You Need", 2017, section 3.2; layout of the weights
 * as in Keras: `query`, `key`, `value [features, heads, size]`, `attention_output [heads, size, features]`.
 */
import type { Shape } from "../../../network/types.js";
import { constantWeight, type LayerCall, type LayerReader, reshapedWeight } from "./layer.js";

export const multiHeadAttention: LayerReader = (call) => {
	const { settings } = call;
	const [query, value, key = value, ...rest] = call.inputs;
	if (query === undefined || value === undefined || key === undefined || rest.length > 0)
		return settings.wrong("inputs", "query, value and perhaps key", call.inputs.length);
	if (settings.raw("sliding_window") !== undefined) settings.unsupported("a sliding_window");
	const heads = settings.count("num_heads");
	const keySize = settings.count("key_dim");
	const valueSize = settings.optionalNumber("value_dim") === null ? keySize : settings.count("value_dim");
	const shape = call.shapeOf(query);
	requireAllAxes(call, shape);

	const queries = project(call, "query", rows(call, "query", query), [heads, keySize], [1, 0, 2]);
	const keys = project(call, "key", rows(call, "key", key), [heads, keySize], [1, 2, 0]);
	const values = project(call, "value", rows(call, "value", value), [heads, valueSize], [1, 0, 2]);
	const products = call.add("products", { op: "MatMul" }, {}, [queries, keys]);
	const scale = constantWeight(call, "scale", [1], [1 / Math.sqrt(keySize)]);
	const scores = call.add("scores", { op: "Affine" }, { scale }, [products]);
	const shares = call.add("shares", { op: "Softmax" }, {}, [scores]);
	const mixed = call.add("mixed", { op: "MatMul" }, {}, [shares, values]);
	const sideBySide = call.add("heads", { op: "Transpose", order: [1, 0, 2] }, {}, [mixed]);
	const places = call.shapeOf(sideBySide)[0] as number;
	const joined = call.add("joined", { op: "Reshape", shape: [places, heads * valueSize] }, {}, [sideBySide]);
	return output(call, gated(call, query, joined, [heads, valueSize]), shape, heads, valueSize);
};

/** Attention is among all places, which is what the default `attention_axes` means. */
function requireAllAxes({ settings }: LayerCall, shape: Shape): void {
	const axes = settings.raw("attention_axes") === undefined ? null : settings.axes("attention_axes", 1);
	const all = shape.slice(0, -1).map((_, axis) => axis + 1);
	const asked = axes?.map((axis) => (axis < 0 ? axis + shape.length + 1 : axis)).toSorted((a, b) => a - b);
	if (asked && asked.join() !== all.join()) settings.unsupported("attention along some axes only (attention_axes)");
}

/** All places of the value in one row each. */
function rows(call: LayerCall, name: string, node: string): string {
	const shape = call.shapeOf(node);
	if (shape.length === 2) return node;
	const features = shape.at(-1);
	if (features === undefined || shape.length < 2)
		return call.settings.wrong("input", "places×features", shape.join("×"));
	const places = shape.slice(0, -1).reduce((a, b) => a * b, 1);
	return call.add(`${name}-rows`, { op: "Reshape", shape: [places, features] }, {}, [node]);
}

/** `[places, features]` times a weight `[features, heads, size]`, its axes in the given order. */
function project(
	call: LayerCall,
	name: string,
	node: string,
	[heads, size]: readonly [number, number],
	order: readonly number[],
): string {
	const [places] = call.shapeOf(node) as readonly [number, number];
	const dense = projected(call, name, node, [heads, size]);
	const split = call.add(`${name}-heads`, { op: "Reshape", shape: [places, heads, size] }, {}, [dense]);
	return call.add(`${name}-transpose`, { op: "Transpose", order }, {}, [split]);
}

function projected(call: LayerCall, name: string, node: string, [heads, size]: readonly [number, number]): string {
	const [, features] = call.shapeOf(node) as readonly [number, number];
	const weight = call.weightsOf(name, `${name}_dense`);
	const kernel = reshapedWeight(weight(["kernel"], 0, [features, heads, size]), [features, heads * size]);
	const bias = call.settings.flag("use_bias", true)
		? { bias: reshapedWeight(weight(["bias"], 1, [heads, size]), [heads * size]) }
		: {};
	return call.add(name, { op: "Dense" }, { kernel, ...bias }, [node]);
}

/** Times the sigmoid of a projection of the query, where the layer asks for it. */
function gated(call: LayerCall, query: string, node: string, sizes: readonly [number, number]): string {
	if (!call.settings.flag("use_gate", false)) return node;
	const logits = projected(call, "gate", rows(call, "gate", query), sizes);
	const gate = call.add("gate-sigmoid", { op: "Pointwise", function: { fn: "sigmoid" } }, {}, [logits]);
	return call.add("gated", { op: "Multiply" }, {}, [node, gate]);
}

function output(call: LayerCall, node: string, query: Shape, heads: number, valueSize: number): string {
	const { settings } = call;
	const asked =
		typeof settings.raw("output_shape") === "number"
			? [settings.count("output_shape")]
			: settings.sizes("output_shape");
	if (asked && (asked.length !== 1 || asked[0] === null)) settings.unsupported("an output_shape of several axes");
	const features = asked?.[0] ?? (query.at(-1) as number);
	const weight = call.weightsOf("attention_output", "output_dense");
	const kernel = weight(["kernel"], 0, [heads, valueSize, features]);
	const bias = settings.flag("use_bias", true) ? { bias: weight(["bias"], 1, [features]) } : {};
	const weights = { kernel: reshapedWeight(kernel, [heads * valueSize, features]), ...bias };
	if (query.length === 2) return call.add("", { op: "Dense" }, weights, [node]);
	const dense = call.add("output", { op: "Dense" }, weights, [node]);
	return call.add("", { op: "Reshape", shape: [...query.slice(0, -1), features] }, {}, [dense]);
}
