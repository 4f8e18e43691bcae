/** The norm of every operation, and how it composes with the bounds of what goes in. */
import { sizeOf } from "../network/shapes.js";
import type { NetworkNode, Operation, Shape, Weight } from "../network/types.js";
import type { Slices } from "../slices.js";
import { type ConvolutionNorm, type ConvolutionOptions, convolutionNorm } from "./convolution.js";
import { atMost, exact, type Norm, unbounded } from "./norm.js";
import { denseNorm, largestValue } from "./operatorNorm.js";
import { pointwiseNorm } from "./pointwiseNorm.js";
import { averagePoolNorm, maxPoolNorm, padNorm, separableNorm } from "./windowNorm.js";

/** What goes into an operation. */
export interface InputFacts {
	readonly shape: Shape;
	/** Its value where it doesn't depend on the picture; null where it does. */
	readonly constant: Float32Array | null;
}

export interface OperationNorm {
	/** Over all inputs that depend on the picture together. */
	readonly norm: Norm;
	/** From the bounds of the inputs (0 for constants) to the bound of the output. */
	compose(inputs: readonly number[]): number;
}

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

/**
 * The L2 operator norm of a node as it runs, for inputs of the given shapes. Throws `cancelled` when the signal of
 * `slices` is raised.
 */
export async function operationNorm(
	node: NetworkNode,
	inputs: readonly InputFacts[],
	slices: Slices,
	options: ConvolutionOptions,
): Promise<OperationNorm> {
	const spoiled = spoiledWeight(node) ?? inputs.map(({ constant }) => constant && spoiledIn(constant)).find(Boolean);
	if (spoiled) return unary(unbounded(spoiled));
	const found = await boundedNorm(node, inputs, slices, options);
	const { norm } = found;
	if (norm.kind === "unbounded" || Number.isFinite(norm.upper)) return found;
	return unary(unbounded("its weights are too large, or no numbers once they are combined"));
}

async function boundedNorm(
	node: NetworkNode,
	inputs: readonly InputFacts[],
	slices: Slices,
	options: ConvolutionOptions,
): Promise<OperationNorm> {
	const { operation } = node;
	switch (operation.op) {
		case "Add":
			return sum(node, inputs);
		case "Concatenate":
			return { norm: exact(1), compose: rootOfSquares };
		case "Multiply":
			return product(node, inputs);
		case "Binary":
			return binary(node, operation, inputs);
		case "Select":
			return select(node, inputs);
		case "MatMul":
			return matMul(node, inputs, slices);
		default:
			return unary(await unaryNorm(node, operation, inputs[0]?.shape ?? [], slices, options));
	}
}

function unary(norm: Norm): OperationNorm {
	const factor = norm.kind === "unbounded" ? Number.POSITIVE_INFINITY : norm.upper;
	return { norm, compose: ([input = 0]) => (input === 0 ? 0 : factor * input) };
}

type Unary = Exclude<Operation, { op: "Add" | "Concatenate" | "Multiply" | "Binary" | "Select" | "MatMul" }>;

async function unaryNorm(
	node: NetworkNode,
	operation: Unary,
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

function sum({ outputShape }: NetworkNode, inputs: readonly InputFacts[]): OperationNorm {
	const copies = inputs.map(({ shape, constant }) => (constant ? 0 : sizeOf(outputShape) / sizeOf(shape)));
	return {
		norm: exact(Math.sqrt(copies.reduce((a, b) => a + b, 0))),
		compose: (bounds) => bounds.reduce((total, bound, i) => total + bound * Math.sqrt(copies[i] as number), 0),
	};
}

function product(node: NetworkNode, inputs: readonly InputFacts[]): OperationNorm {
	const varying = inputs.filter(({ constant }) => constant === null);
	const [first] = varying;
	if (!first) return unary(exact(0));
	if (varying.length > 1)
		return throughout(unbounded(`a product of ${varying.length === 2 ? "two" : varying.length} activations`));
	const copies = sizeOf(node.outputShape) / sizeOf(first.shape);
	const factor = inputs.reduce((most, { constant }) => (constant ? most * largestValue(constant) : most), 1);
	return scaledOnly(inputs, node, factor * Math.sqrt(copies), copies > 1 || inputs.length > 2);
}

function binary(node: NetworkNode, { function: f }: Of<"Binary">, inputs: readonly InputFacts[]): OperationNorm {
	const [a, b] = inputs as readonly [InputFacts, InputFacts];
	if (a.constant && b.constant) return unary(exact(0));
	switch (f) {
		case "subtract":
			return sum(node, inputs);
		case "minimum":
		case "maximum": {
			const copies = inputs.map(({ shape }) => sizeOf(node.outputShape) / sizeOf(shape));
			const weighted = (bounds: readonly number[]) => bounds.map((v, i) => v * Math.sqrt(copies[i] as number));
			return {
				norm: exact(Math.sqrt(Math.max(...copies.map((n, i) => (inputs[i]?.constant ? 0 : n))))),
				compose: (bounds) => rootOfSquares(weighted(bounds)),
			};
		}
		case "divide": {
			if (!b.constant) return throughout(unbounded("a quotient of two activations"));
			const least = b.constant.reduce((l, v) => Math.min(l, Math.abs(v)), Number.POSITIVE_INFINITY);
			if (least === 0) return throughout(unbounded("a division by zero"));
			const copies = sizeOf(node.outputShape) / sizeOf(a.shape);
			return scaledOnly(inputs, node, Math.sqrt(copies) / least, copies > 1);
		}
		case "power":
			if (b.constant?.every((v) => v === 1)) return scaledOnly(inputs, node, 1, false);
			return throughout(unbounded("a power without a steepest slope"));
		case "equal":
		case "less":
		case "lessOrEqual":
			return throughout(unbounded("a comparison jumps from 0 to 1"));
	}
}

function select(node: NetworkNode, inputs: readonly InputFacts[]): OperationNorm {
	const [condition, ...values] = inputs;
	if (!condition?.constant) return throughout(unbounded("a choice that depends on the picture may jump"));
	const copies = values.map(({ shape, constant }) => (constant ? 0 : sizeOf(node.outputShape) / sizeOf(shape)));
	return {
		norm: atMost(Math.sqrt(Math.max(...copies)), "as if every place were chosen"),
		compose: ([, ...bounds]) => rootOfSquares(bounds.map((v, i) => v * Math.sqrt(copies[i] as number))),
	};
}

async function matMul(node: NetworkNode, inputs: readonly InputFacts[], slices: Slices): Promise<OperationNorm> {
	const [a, b] = inputs as readonly [InputFacts, InputFacts];
	if (a.constant && b.constant) return unary(exact(0));
	if (!a.constant && !b.constant) return throughout(unbounded("a matrix product of two activations"));
	const [fixed, varying] = (a.constant ? [a, b] : [b, a]) as readonly [InputFacts, InputFacts];
	const [height, width] = fixed.shape.slice(-2) as [number, number];
	const data = fixed.constant as Float32Array;
	const { upper } = await denseNorm(data, [data.length / (height * width), height, width], slices);
	const leading = sizeOf(node.outputShape.slice(0, -2)) / sizeOf(varying.shape.slice(0, -2));
	return scaledOnly(inputs, node, upper * Math.sqrt(leading), leading > 1 || data.length > height * width);
}

/** One input that varies, stretched by at most `factor`. */
function scaledOnly(
	inputs: readonly InputFacts[],
	{ layer }: NetworkNode,
	factor: number,
	isLoose: boolean,
): OperationNorm {
	const at = inputs.findIndex(({ constant }) => constant === null);
	return {
		norm: isLoose ? atMost(factor, `the largest constant of '${layer}', wherever it meets a copy`) : exact(factor),
		compose: (bounds) => factor * (bounds[at] as number),
	};
}

function throughout(norm: Norm): OperationNorm {
	return { norm, compose: () => Number.POSITIVE_INFINITY };
}

function rootOfSquares(bounds: readonly number[]): number {
	return Math.hypot(...bounds);
}

function mostOften(indices: readonly number[]): number {
	const counts = new Map<number, number>();
	for (const index of indices) counts.set(index, (counts.get(index) ?? 0) + 1);
	return [...counts.values()].reduce((most, count) => Math.max(most, count), 0);
}

/** Says which of the weights have values that are no numbers. */
function spoiledWeight({ weights }: NetworkNode): string | null {
	for (const { name, data } of Object.values(weights)) {
		const spoiled = spoiledIn(data);
		if (spoiled) return `${spoiled} in the weight '${name}'`;
	}
	return null;
}

function spoiledIn(data: Float32Array): string | null {
	let count = 0;
	for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i] as number)) count++;
	return count > 0 ? `${count} value${count === 1 ? "" : "s"} that ${count === 1 ? "is" : "are"} no number` : null;
}
