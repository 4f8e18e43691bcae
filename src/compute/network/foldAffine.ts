/** Affine maps per channel taken into the linear operations beside them. Computed in float64, stored in float32. */
import { inputChannel, outputChannel } from "./kernelChannels.js";
import type { Without } from "./operationTraits.js";
import type { NetworkNode, Operation, Padding2D, Weight } from "./types.js";

/** A batch normalisation as `x·scale + offset`; an affine map per channel as it is; null for anything else. */
export function asAffine(node: NetworkNode): NetworkNode | null {
	const { operation, weights } = node;
	if (operation.op === "Affine") {
		const isPerChannel = [weights.scale, weights.offset].every((factor) => !factor || isVector(factor));
		return isPerChannel ? node : null;
	}
	if (operation.op !== "BatchNormalization") return null;
	const { mean, variance, gamma, beta } = weights;
	const [means, variances] = [(mean as Weight).data, (variance as Weight).data];
	const scale = Array.from(variances, (v, c) => (gamma?.data[c] ?? 1) / Math.sqrt(v + operation.epsilon));
	const offset = scale.map((s, c) => (beta?.data[c] ?? 0) - (means[c] as number) * s);
	return {
		...node,
		operation: { op: "Affine" },
		weights: { scale: vector("scale", scale), offset: vector("offset", offset) },
	};
}

/** Two affine maps one after the other as one, under the second's name. */
export function sumOfAffines(first: NetworkNode, second: NetworkNode): NetworkNode {
	const channels = second.outputShape.at(-1) ?? 1;
	const [s1, o1] = factorsOf(first, channels);
	const [s2, o2] = factorsOf(second, channels);
	const scale = s1.map((s, c) => s * (s2[c] as number));
	const offset = o1.map((o, c) => o * (s2[c] as number) + (o2[c] as number));
	return {
		...second,
		operation: { op: "Affine" },
		inputs: first.inputs,
		weights: { scale: vector("scale", scale), offset: vector("offset", offset) },
	};
}

/** The linear operation before an affine map with the map in its weights, under the map's name; null for others. */
export function intoPreceding(linear: NetworkNode, affine: NetworkNode): NetworkNode | null {
	const { operation, weights } = linear;
	const kernel = weights.kernel;
	if (!kernel) return null;
	const channels = linear.outputShape.at(-1) as number;
	const [scale, offset] = factorsOf(affine, channels);
	const outputOf = outputChannel(linear);
	if (!outputOf) return null;
	const data = kernel.data.map((v, i) => v * (scale[outputOf(i)] as number));
	const bias = offset.map((o, c) => o + (weights.bias?.data[c] ?? 0) * (scale[c] as number));
	return {
		...affine,
		operation,
		inputs: linear.inputs,
		weights: { kernel: { ...kernel, data }, bias: vector("bias", bias) },
	};
}

/**
 * The linear operation after an affine map with the map in its weights; null where the map's offset would be
 * missing in the padding, and for other operations.
 */
export function intoFollowing(affine: NetworkNode, linear: NetworkNode): NetworkNode | null {
	const { operation, weights } = linear;
	const kernel = weights.kernel;
	const padding = paddingOf(operation);
	if (!kernel || padding === null) return null;
	const channels = affine.outputShape.at(-1) as number;
	const [scale, offset] = factorsOf(affine, channels);
	if (isPadded(padding) && offset.some((o) => o !== 0)) return null;
	const outputs = linear.outputShape.at(-1) as number;
	const outputOf = outputChannel(linear) as (i: number) => number;
	const inputOf = inputChannel(linear, channels);
	const bias = Float64Array.from({ length: outputs }, (_, c) => weights.bias?.data[c] ?? 0);
	kernel.data.forEach((v, i) => {
		const to = outputOf(i);
		bias[to] = (bias[to] as number) + v * (offset[inputOf(i)] as number);
	});
	const data = kernel.data.map((v, i) => v * (scale[inputOf(i)] as number));
	return {
		...linear,
		inputs: affine.inputs,
		weights: { kernel: { ...kernel, data }, bias: vector("bias", [...bias]) },
	};
}

/** The zeros around what a linear operation reads; null where it doesn't take in the map before it. */
function paddingOf(operation: Operation): Padding2D | null {
	switch (operation.op) {
		case "Dense":
			return { top: 0, bottom: 0, left: 0, right: 0 };
		case "Conv2D":
		case "DepthwiseConv2D":
			return operation.padding;
		case "ConvTranspose2D":
			return null;
		default:
			operation satisfies Without<"kernel">;
			return null;
	}
}

/** Scale and offset for each channel. */
function factorsOf({ weights }: NetworkNode, channels: number): readonly [scale: number[], offset: number[]] {
	const spread = (factor: Weight | undefined, otherwise: number) =>
		Array.from({ length: channels }, (_, c) => factor?.data[factor.data.length === 1 ? 0 : c] ?? otherwise);
	return [spread(weights.scale, 1), spread(weights.offset, 0)];
}

function isVector({ shape, data }: Weight): boolean {
	return shape.at(-1) === data.length;
}

function isPadded({ top, bottom, left, right }: Padding2D): boolean {
	return top + bottom + left + right > 0;
}

function vector(name: string, values: readonly number[]): Weight {
	return { name, shape: [values.length], data: Float32Array.from(values) };
}
