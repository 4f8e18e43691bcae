/** How bounds go through a node, and the norms of operations with several inputs. */

import type { Slices } from "../backend/slices.js";
import { sizeOf } from "../network/shapes.js";
import type { NetworkNode, Operation, Shape } from "../network/types.js";
import { atMost, exact, type Norm, unbounded } from "./norm.js";
import { denseNorm, largestValue } from "./operatorNorm.js";

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

/** An operation with several inputs, some of which may be constants. */
export type MultiInputOperation = Of<"Add" | "Concatenate" | "Multiply" | "Binary" | "Select" | "MatMul">;

export async function multiInputNorm(
	node: NetworkNode,
	operation: MultiInputOperation,
	inputs: readonly InputFacts[],
	slices: Slices,
): Promise<OperationNorm> {
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
	}
}

export function unary(norm: Norm): OperationNorm {
	const factor = norm.kind === "unbounded" ? Number.POSITIVE_INFINITY : norm.upper;
	return { norm, compose: ([input = 0]) => (input === 0 ? 0 : factor * input) };
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
