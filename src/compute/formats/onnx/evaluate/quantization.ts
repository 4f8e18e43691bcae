/** Quantised constants and back: `real = (stored - zeroPoint)·scale`. */

import { roundHalfEven } from "../../../math/halfFloats.js";
import { needed } from "../../graph/evaluate/arithmetic.js";
import { asType, cast, integerRange } from "../../graph/evaluate/elementwise.js";
import { allocate, axisOf, type ElementType, isFloat, type Tensor, tensor } from "../../graph/tensor.js";
import { elementType } from "../elements.js";
import type { OnnxNode } from "../node.js";
import type { Evaluator } from "./evaluator.js";

/** Which scale a value has: one for all, one per place along an axis, or one per block of them. */
function scaleIndex(node: OnnxNode, x: Tensor, scale: Tensor): (i: number) => number {
	if (scale.data.length === 1) return () => 0;
	const axis = axisOf(node.int("axis", 1), x.shape.length);
	const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
	const size = x.shape[axis] as number;
	const block = node.int("block_size", 0);
	if (block === 0) {
		if (scale.data.length !== size) throw node.damaged(`${scale.data.length} scales for ${size} values`);
		return (i) => Math.floor(i / inner) % size;
	}
	const blocks = Math.ceil(size / block);
	if (scale.data.length !== (x.data.length / size) * blocks) throw node.damaged("its scales don't match its blocks");
	return (i) => {
		const place = Math.floor(i / inner) % size;
		const outer = Math.floor(i / (inner * size));
		return (outer * blocks + Math.floor(place / block)) * inner + (i % inner);
	};
}

const dequantize: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const scale = needed(node, inputs, 1);
	const zero = inputs[2] ?? null;
	const at = scaleIndex(node, x, scale);
	const type = elementType(node.int("output_dtype", 0)) ?? scale.type;
	const data = allocate(type, x.data.length);
	for (let i = 0; i < data.length; i++) {
		const k = at(i);
		data[i] = asType(type, ((x.data[i] as number) - (zero?.data[k] ?? 0)) * (scale.data[k] as number));
	}
	return [tensor(type, x.shape, data, x.name)];
};

const quantize: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const scale = needed(node, inputs, 1);
	const zero = inputs[2] ?? null;
	const type = zero?.type ?? elementType(node.int("output_dtype", 0)) ?? "uint8";
	const at = scaleIndex(node, x, scale);
	const isSaturated = node.int("saturate", 1) !== 0;
	const data = allocate(type, x.data.length);
	for (let i = 0; i < data.length; i++) {
		const k = at(i);
		const ratio = Math.fround((x.data[i] as number) / (scale.data[k] as number));
		data[i] = stored(type, ratio, zero?.data[k] ?? 0, isSaturated);
	}
	return [tensor(type, x.shape, data, x.name)];
};

function stored(type: ElementType, ratio: number, zero: number, saturate: boolean): number {
	if (isFloat(type)) return asType(type, ratio + zero, saturate);
	const [low, high] = integerRange(type) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
	return Math.min(high, Math.max(low, roundHalfEven(ratio) + zero));
}

/** To uint8, over the range of the values and zero. */
const dynamicQuantize: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const values = Array.from(x.data);
	const low = values.reduce((least, v) => Math.min(least, v), 0);
	const high = values.reduce((most, v) => Math.max(most, v), 0);
	const scale = Math.fround((high - low) / 255);
	const zero = Math.min(255, Math.max(0, roundHalfEven(-low / scale)));
	const quantised = values.map((v) => stored("uint8", Math.fround(v / scale), zero, true));
	return [
		tensor("uint8", x.shape, quantised, x.name),
		cast(tensor("float32", [], [scale]), x.type),
		tensor("uint8", [], [zero]),
	];
};

export const QUANTIZATION: Readonly<Record<string, Evaluator>> = {
	QuantizeLinear: quantize,
	DequantizeLinear: dequantize,
	DynamicQuantizeLinear: dynamicQuantize,
};
