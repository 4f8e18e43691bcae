/** Pooling, padding and resampling: norms axis by axis. */

import type { Slices } from "../backend/slices.js";
import type { Matrix, Operation, Pair, Shape } from "../network/types.js";
import { atMost, exact, type Norm } from "./norm.js";
import { denseNorm } from "./operatorNorm.js";

type Of<Name extends Operation["op"]> = Extract<Operation, { op: Name }>;

/** One axis of windows over `inputs` values. */
interface AxisWindows {
	readonly inputs: number;
	readonly outputs: number;
	readonly size: number;
	readonly stride: number;
	readonly dilation: number;
	readonly before: number;
}

function axes(
	input: Shape,
	output: Shape,
	{ size, strides, padding, dilations = [1, 1] }: Of<"MaxPool2D"> | Of<"AveragePool2D">,
): readonly AxisWindows[] {
	return ([0, 1] as const).map((axis) => ({
		inputs: input[axis] as number,
		outputs: output[axis] as number,
		size: size[axis],
		stride: strides[axis],
		dilation: dilations[axis],
		before: axis === 0 ? padding.top : padding.left,
	}));
}

/** For each window the places of the input that it has. */
function places({ inputs, outputs, size, stride, dilation, before }: AxisWindows): readonly (readonly number[])[] {
	return Array.from({ length: outputs }, (_, o) =>
		Array.from({ length: size }, (_, t) => o * stride + t * dilation - before).filter((x) => x >= 0 && x < inputs),
	);
}

/** How many windows have each place of the input, and the place that most have. */
function busiest(axis: AxisWindows): { readonly place: number; readonly windows: number } {
	const counts = new Int32Array(axis.inputs);
	for (const window of places(axis)) for (const place of window) counts[place]!++;
	const windows = counts.reduce((most, count) => Math.max(most, count), 0);
	return { place: counts.indexOf(windows), windows };
}

/**
 * A pixel that alone differs is the maximum of every window it is in, so sqrt of the most windows is attained; that no
 * two inputs do more follows from |max a - max b|² <= Σ |a - b|² over each window.
 */
export function maxPoolNorm(operation: Of<"MaxPool2D">, input: Shape, output: Shape): Norm {
	return exact(Math.sqrt(axes(input, output, operation).reduce((product, axis) => product * busiest(axis).windows, 1)));
}

/** The pixel that most windows have: `[row, column]`. */
export function busiestPixel(operation: Of<"MaxPool2D">, input: Shape, output: Shape): Pair {
	return axes(input, output, operation).map((axis) => busiest(axis).place) as unknown as Pair;
}

/** A mean over rows of a mean over columns, whether the divisor counts padding or not: the product of two norms. */
export async function averagePoolNorm(
	operation: Of<"AveragePool2D">,
	input: Shape,
	output: Shape,
	slices: Slices,
): Promise<Norm> {
	const matrices = axes(input, output, operation).map((axis): Matrix => {
		const data = new Float32Array(axis.outputs * axis.inputs);
		for (const [o, window] of places(axis).entries()) {
			const share = 1 / (operation.countPadding ? axis.size : Math.max(1, window.length));
			for (const place of window) data[o * axis.inputs + place]! += share;
		}
		return { rows: axis.outputs, columns: axis.inputs, data };
	});
	return separableNorm(matrices, slices);
}

/** `rows ⊗ columns`: its singular values are the products of theirs. */
export async function separableNorm(matrices: readonly Matrix[], slices: Slices): Promise<Norm> {
	const norms = [];
	for (const { rows, columns, data } of matrices) norms.push(await denseNorm(data, [1, rows, columns], slices));
	const upper = norms.reduce((product, norm) => product * norm.upper, 1);
	return norms.every(({ isExact }) => isExact)
		? exact(upper)
		: atMost(upper, "an axis is too long for singular values");
}

/** sqrt of the most copies of a value, per axis. */
export function padNorm({ before, after, mode }: Of<"Pad">, input: Shape): Norm {
	const squared = input.reduce((product, size, axis) => {
		const [first, second] = [before[axis] as number, after[axis] as number];
		return product * mostCopies(size, first, second, mode);
	}, 1);
	return exact(Math.sqrt(squared));
}

function mostCopies(size: number, before: number, after: number, mode: Of<"Pad">["mode"]): number {
	const counts = new Int32Array(size).fill(1);
	const copy = (place: number) => {
		counts[place]!++;
	};
	for (let i = 1; i <= before; i++) if (mode !== "constant") copy(source(-i, size, mode));
	for (let i = 0; i < after; i++) if (mode !== "constant") copy(source(size + i, size, mode));
	return counts.reduce((most, count) => Math.max(most, count), 1);
}

function source(place: number, size: number, mode: "edge" | "reflect" | "wrap"): number {
	if (mode === "edge") return place < 0 ? 0 : size - 1;
	if (mode === "wrap") return (place + size) % size;
	return place < 0 ? -place : 2 * (size - 1) - place;
}
