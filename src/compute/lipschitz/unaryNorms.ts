/** The norm of every operation with one input. */

import type { Slices } from "../backend/slices.js";
import { sizeOf } from "../network/shapes.js";
import type { NetworkNode, Operation, Shape, Weight } from "../network/types.js";
import { type ConvolutionNorm, type ConvolutionOptions, convolutionNorm } from "./convolution.js";
import type { MultiInputOperation } from "./multiInputNorms.js";
import { atMost, exact, type Norm, unbounded } from "./norm.js";
import { denseNorm, largestValue } from "./operatorNorm.js";
import { pointwiseNorm } from "./pointwiseNorm.js";
import { averagePoolNorm, maxPoolNorm, padNorm, separableNorm } from "./windowNorm.js";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

export type UnaryOperation = Exclude<Operation, MultiInputOperation>;

export async function unaryNorm(
	node: NetworkNode,
	operation: UnaryOperation,
	input: Shape,
	slices: Slices,
	options: ConvolutionOptions,
): Promise<Norm> {
	const { weights, outputShape: output } = node;
	switch (operation.op) {
		case "Input":
		case "Flatten":
		case "Reshape":
		case "ZeroPad2D":
		case "ReverseChannels":
		case "Transpose":
		case "Slice":
		case "Identity":
		case "GlobalMaxPool2D":
		// Sorting brings no two inputs further apart.
		case "TopK":
			return exact(1);
		case "Constant":
			return exact(0);
		case "Dense":
			return matrix(weights.kernel as Weight, slices);
		case "Conv2D":
		case "DepthwiseConv2D":
		case "ConvTranspose2D":
			return convolution(node, operation, input, slices, options);
		case "BatchNormalization":
			return exact(largestValue(batchScale(node, operation.epsilon)));
		case "Affine":
			return exact(weights.scale ? largestValue(weights.scale.data) : 1);
		case "Resample2D":
			return separableNorm([operation.rows, operation.columns], slices);
		case "MaxPool2D":
			return maxPoolNorm(operation, input, output);
		case "AveragePool2D":
			return averagePoolNorm(operation, input, output, slices);
		case "GlobalAveragePool2D":
			return exact(1 / Math.sqrt((input[0] as number) * (input[1] as number)));
		case "Reduce":
			return reduced(operation, input);
		case "Pad":
			return padNorm(operation, input);
		case "Gather":
			return exact(Math.sqrt(mostOften(operation.indices)));
		case "Broadcast":
			return exact(Math.sqrt(sizeOf(operation.shape) / sizeOf(input)));
		case "Pointwise":
			return pointwiseNorm(operation.function);
		case "PReLU":
			return exact(Math.max(1, largestValue((weights.alpha as Weight).data)));
		case "Softmax":
			return (input.at(-1) ?? 1) > 1 ? exact(1 / 2) : exact(0);
		case "LogSoftmax":
			// The Jacobian I - 1·pᵀ: largest where one label has all of p.
			return (input.at(-1) ?? 1) > 1 ? exact(Math.sqrt(input.at(-1) as number)) : exact(0);
		case "LayerNormalization":
		case "GroupNormalization":
			return normalised(weights.gamma, operation.epsilon);
		case "LocalResponseNormalization":
			return localResponse(operation);
	}
}

async function matrix({ data, shape }: Weight, slices: Slices): Promise<Norm> {
	const { upper, isExact } = await denseNorm(data, [1, shape[0] as number, shape[1] as number], slices);
	return isExact ? exact(upper) : atMost(upper, "too large for singular values: sums of rows and columns");
}

async function convolution(
	node: NetworkNode,
	operation: Of<"Conv2D"> | Of<"DepthwiseConv2D"> | Of<"ConvTranspose2D">,
	input: Shape,
	slices: Slices,
	options: ConvolutionOptions,
): Promise<Norm> {
	const kernel = node.weights.kernel as Weight;
	const window = [kernel.shape[0] as number, kernel.shape[1] as number] as const;
	// The transpose of a matrix has its norm: that of the convolution from the output back to the input.
	const isTransposed = operation.op === "ConvTranspose2D";
	const shared = { ...operation, kernel: kernel.data, window };
	const found = await convolutionNorm(
		{
			...shared,
			input: isTransposed ? node.outputShape : input,
			output: isTransposed ? input : node.outputShape,
			groups: operation.op === "DepthwiseConv2D" ? (input[2] as number) : operation.groups,
		},
		slices,
		options,
	);
	return convolutionOutcome(found);
}

function convolutionOutcome({ upper, isExact, circular }: ConvolutionNorm): Norm {
	const because = isExact ? null : "the circular convolution that the zero-padded one is a part of";
	return { kind: isExact ? "exact" : "upper", upper, circular, because };
}

function batchScale({ weights }: NetworkNode, epsilon: number): Float32Array {
	return (weights.variance as Weight).data.map((v, c) => (weights.gamma?.data[c] ?? 1) / Math.sqrt(v + epsilon));
}

function reduced({ kind, axes }: Of<"Reduce">, input: Shape): Norm {
	const count = axes.reduce((n, axis) => n * (input[axis] as number), 1);
	if (kind === "sum") return exact(Math.sqrt(count));
	return exact(kind === "mean" ? 1 / Math.sqrt(count) : 1);
}

/** `(x - mean) / sqrt(variance + ε)` is steepest where the variance is zero. */
function normalised(gamma: Weight | undefined, epsilon: number): Norm {
	if (!(epsilon > 0)) return unbounded("without an epsilon it is infinitely steep where its input is constant");
	const largest = gamma ? largestValue(gamma.data) : 1;
	return atMost(largest / Math.sqrt(epsilon), "steepest where the input is constant, far from any real one");
}

/**
 * With `s = bias + α/n·Σx²` the derivative is `s^-β` on the diagonal, less a matrix of rows `2αβ/n·x_i·s_i^(-β-1)·x_j`
 * over the n neighbours j. `x_i²` and `Σx_j²` are at most `(s - bias)·n/α`, so such a row is at most
 * `2β·(s - bias)·s^(-β-1)` long, largest at `s = bias·(β + 1)/β`; no column meets more than n rows.
 */
function localResponse({ size, alpha, beta, bias }: Of<"LocalResponseNormalization">): Norm {
	if (!(bias > 0 && alpha >= 0 && beta >= 0)) return unbounded("its divisor may come to zero");
	if (alpha === 0 || beta === 0) return exact(bias ** -beta);
	const steepest = (bias * (beta + 1)) / beta;
	const row = 2 * beta * (steepest - bias) * steepest ** (-beta - 1);
	return atMost(bias ** -beta + Math.sqrt(size) * row, "its diagonal and its neighbours are bounded apart");
}

function mostOften(indices: readonly number[]): number {
	const counts = new Map<number, number>();
	for (const index of indices) counts.set(index, (counts.get(index) ?? 0) + 1);
	return [...counts.values()].reduce((most, count) => Math.max(most, count), 0);
}
