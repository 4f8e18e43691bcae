/** Attention and rotary position embeddings of operator set 23, as the products and sums that define them. */
import { partOf } from "../../graph/activation.js";
import { fileShape, type Value } from "../../graph/align.js";
import { asActivation, type Emitter } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { softmax } from "../../graph/lower/statistics.js";
import {
	concatenateValues,
	gatherValue,
	matMulValues,
	multiplyValues,
	repeatValue,
	reshapeValue,
	settled,
	transposeValue,
} from "../../graph/lower/values.js";
import { type Tensor, tensor } from "../../graph/tensor.js";
import type { Inputs, OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";

/** What is added where a place must not be looked at: finite, so that a row without any place stays a number. */
const HIDDEN = -3.4028234663852886e38;

export const attention: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	if (inputs.values[6]) throw node.unsupported("keys of different lengths (nonpad_kv_seqlen) are not read");
	const isFlat = fileShape(inputs.value(0)).length === 3;
	const query = heads(node, inputs.value(0), "q_num_heads", emitter);
	const [key, value] = [1, 2].map((at) => {
		const own = heads(node, inputs.value(at), "kv_num_heads", emitter);
		const past = inputs.values[at + 3];
		return past ? concatenateValues(emitter, partOf(origin, at === 1 ? "keys" : "values"), [past, own], 2) : own;
	}) as [Value, Value];
	const [, count = 1, rows = 1, depth = 1] = fileShape(query);
	const columns = fileShape(key)[2] as number;
	const past = columns - (fileShape(inputs.value(1)).at(isFlat ? 1 : 2) as number);
	const scale = node.float("scale", 1 / Math.sqrt(depth));
	const scaled = multiplyValues(emitter, partOf(origin, "scale"), query, tensor("float32", [], [scale]));
	const turned = transposeValue(origin, shared(node, key, count, emitter), [0, 1, 3, 2]);
	const product = matMulValues(emitter, partOf(origin, "scores"), scaled, turned);
	const scores = asActivation(emitter, origin, product);

	const cap = node.float("softcap", 0);
	const capped = cap > 0 ? softCapped(scores) : scores;
	const masked = withMask(node, inputs, emitter, capped, past);
	const weights = softmax(emitter, partOf(origin, "softmax"), asActivation(emitter, origin, masked), [3], "Softmax");
	const seen = matMulValues(emitter, origin, weights, shared(node, value, count, emitter));
	const result = isFlat ? joinedHeads(seen) : seen;
	const modes: readonly Value[] = [scores, capped, masked, weights];
	const shown = modes[node.int("qk_matmul_output_mode", 0)] ?? scores;
	return [result.kind === "activation" ? settled(result) : result, key, value, shown];

	function softCapped(x: typeof scores) {
		const small = elementwise.affine(emitter, partOf(origin, "softcap/scale"), x, 1 / cap, 0);
		const bent = elementwise.pointwise(emitter, partOf(origin, "softcap/tanh"), small, { fn: "tanh" });
		return elementwise.affine(emitter, partOf(origin, "softcap"), bent, cap, 0);
	}

	function joinedHeads(x: Value): Value {
		const width = count * (fileShape(x)[3] as number);
		const inOrder = transposeValue(origin, x, [0, 2, 1, 3]);
		return reshapeValue(emitter, origin, inOrder, [fileShape(x)[0] as number, rows, width]);
	}
};

/** `[batch, places, heads·depth]` as `[batch, heads, places, depth]`; what has four axes is so already. */
function heads(node: OnnxNode, x: Value, attribute: string, emitter: Emitter): Value {
	const shape = fileShape(x);
	if (shape.length === 4) return x;
	const count = node.int(attribute, 0);
	const [batch = 1, places = 1, width = 0] = shape;
	if (shape.length !== 3 || !(count >= 1) || width % count !== 0)
		throw node.damaged(`${count} heads of a value of ${shape.join("×")}`);
	const apart = reshapeValue(emitter, node.origin, x, [batch, places, count, width / count]);
	return transposeValue(node.origin, apart, [0, 2, 1, 3]);
}

/** Keys or values with each head as often as queries share it. */
function shared(node: OnnxNode, x: Value, wanted: number, emitter: Emitter): Value {
	const [batch = 1, own = 1, places = 1, depth = 1] = fileShape(x);
	if (own === wanted) return x;
	if (wanted % own !== 0) throw node.damaged(`${wanted} heads of queries, ${own} of keys`);
	const apart = reshapeValue(emitter, node.origin, x, [batch, own, 1, places, depth]);
	const repeated = repeatValue(emitter, partOf(node.origin, "heads"), apart, new Map([[2, wanted / own]]));
	return reshapeValue(emitter, node.origin, repeated, [batch, wanted, places, depth]);
}

/** Scores with what the mask and causality hide. */
function withMask(node: OnnxNode, inputs: Inputs, emitter: Emitter, scores: Value, past: number): Value {
	const { origin } = node;
	const [, , rows = 1, columns = 1] = fileShape(scores);
	const given = inputs.optionalConstant(3, "mask");
	if (given && fileShape(given).at(-1) !== columns) throw node.unsupported("a mask for some of its keys is not read");
	const causal = node.int("is_causal", 0) !== 0 ? causalMask(rows, columns, past) : null;
	const visible = given ? elementwise.add(emitter, partOf(origin, "mask"), scores, addedMask(given)) : scores;
	return causal ? elementwise.add(emitter, partOf(origin, "causal"), visible, addedMask(causal)) : visible;
}

/** A mask as numbers to add. */
function addedMask(mask: Tensor): Tensor {
	const f = mask.type === "bool" ? (v: number) => (v !== 0 ? 0 : HIDDEN) : (v: number) => Math.max(v, HIDDEN);
	return tensor("float32", mask.shape, Float32Array.from(mask.data, f), mask.name);
}

/** Each row sees the places up to its own, after those that were there before. */
function causalMask(rows: number, columns: number, past: number): Tensor {
	const seen = Float32Array.from({ length: rows * columns }, (_, i) =>
		(i % columns) - past <= Math.floor(i / columns) ? 1 : 0,
	);
	return tensor("bool", [rows, columns], seen, "causal mask");
}

/** Pairs of values of each place turned by the angles whose cosines and sines are given. */
export const rotaryEmbedding: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const x = inputs.value(0);
	const shape = fileShape(x);
	const isFlat = shape.length === 3;
	// [batch, places, heads, depth]
	const apart = isFlat
		? transposeValue(origin, heads(node, x, "num_heads", emitter), [0, 2, 1, 3])
		: transposeValue(origin, x, [0, 2, 1, 3]);
	const [, places = 1, , depth = 1] = fileShape(apart);
	const turnedDepth = node.int("rotary_embedding_dim", 0) || depth;
	const half = turnedDepth / 2;
	const isInterleaved = node.int("interleaved", 0) !== 0;
	const [cosines, sines] = [1, 2].map((at) => angles(node, inputs, at, places, half, emitter)) as [Value, Value];

	const along = (indices: readonly number[], part: string) =>
		gatherValue(emitter, partOf(origin, part), apart, 3, indices);
	const pick = (second: number) =>
		Array.from({ length: half }, (_, i) => (isInterleaved ? 2 * i + second : i + second * half));
	const [first, second] = [along(pick(0), "first"), along(pick(1), "second")];
	const times = (value: Value, factor: Value, part: string) =>
		asActivation(emitter, origin, multiplyValues(emitter, partOf(origin, part), value, factor));
	const real = elementwise.subtract(
		emitter,
		partOf(origin, "real"),
		times(first, cosines, "a"),
		times(second, sines, "b"),
	);
	const imaginary = elementwise.add(
		emitter,
		partOf(origin, "imaginary"),
		times(first, sines, "c"),
		times(second, cosines, "d"),
	);
	const still = Array.from({ length: depth - turnedDepth }, (_, i) => turnedDepth + i);
	const parts = [real, imaginary, ...(still.length > 0 ? [along(still, "still")] : [])];
	const joined = concatenateValues(emitter, origin, parts, 3);
	// Pairs that lie beside each other go back to where they were.
	const back = [...Array.from({ length: turnedDepth }, (_, i) => (i % 2) * half + Math.floor(i / 2)), ...still];
	const inOrder = isInterleaved ? gatherValue(emitter, partOf(origin, "order"), joined, 3, back) : joined;
	const result = isFlat ? reshapeValue(emitter, origin, inOrder, shape) : transposeValue(origin, inOrder, [0, 2, 1, 3]);
	return [result.kind === "activation" ? settled(result) : result];
};

/** Cosines or sines for `[batch, places, 1, half]`, by position where positions are given. */
function angles(node: OnnxNode, inputs: Inputs, at: number, places: number, half: number, emitter: Emitter): Value {
	const cache = inputs.value(at);
	const positions = inputs.optionalConstant(3, "position_ids");
	const chosen = positions ? gatherRows(cache, positions) : cache;
	const shape = fileShape(chosen);
	if (shape.at(-1) !== half || shape.at(-2) !== places)
		throw node.damaged(`angles of ${shape.join("×")} for ${places} places of ${2 * half} values`);
	return reshapeValue(emitter, node.origin, chosen, [shape.length === 3 ? (shape[0] as number) : 1, places, 1, half]);

	function gatherRows(rows: Value, indices: Tensor): Value {
		const flat = gatherValue(emitter, partOf(node.origin, "angles"), rows, 0, Array.from(indices.data));
		return reshapeValue(emitter, node.origin, flat, [...indices.shape, fileShape(rows)[1] as number]);
	}
}
