/** The operator norm of a convolution as it runs: zero padding, strides, dilation, groups. */

import type { Slices } from "../backend/slices.js";
import type { Pair, Shape } from "../network/types.js";
import { CircularConvolution, type Grid } from "./circularConvolution.js";
import { type Geometry, geometry, gridSize, isApart, ownGridSize, type Windows } from "./convolutionGeometry.js";
import { KernelCorrelation } from "./kernelCorrelation.js";
import { boundedSingularValue, estimatedSingularValue } from "./largestSingularValue.js";
import type { MatrixBatch } from "./matrixBatch.js";
import { denseNorm, STORED, scaleOf } from "./operatorNorm.js";

/** A convolution `kernel [kh, kw, into / groups, out]` from `input` to `output`, both `[height, width, channels]`. */
export interface Convolution extends Windows {
	readonly kernel: Float32Array;
	readonly window: Pair;
	readonly input: Shape;
	readonly output: Shape;
	readonly groups: number;
}

export interface ConvolutionNorm {
	readonly upper: number;
	/** False where the circular grid may be looser than the zero padding. */
	readonly isExact: boolean;
	/** On a circular grid of the input's own size, as in the paper: not a bound. Null where it wasn't wanted. */
	readonly circular: number | null;
}

export interface ConvolutionOptions {
	/** Small inputs take the circular grid too, and not the layer's own matrix; for tests. */
	readonly alwaysCircular: boolean;
	/** Whether the paper's value is computed beside the bound. */
	readonly withOwnGrid: boolean;
	/** How the singular values of all frequencies are bounded; for tests. */
	readonly bound: (batch: MatrixBatch, slices: Slices) => Promise<number>;
}

export const DEFAULT_OPTIONS: ConvolutionOptions = {
	alwaysCircular: false,
	withOwnGrid: true,
	bound: boundedSingularValue,
};

/** Below this many windows side by side the circular grid is loose, and the layer's own matrix is small. */
const LOOSE = 8;
/** Multiply-adds and values that the layer's own matrix may take. */
const OWN_MATRIX_WORK = 1.2e10;
const OWN_MATRIX_VALUES = 2 ** 24;

export async function convolutionNorm(
	convolution: Convolution,
	slices: Slices,
	options: ConvolutionOptions,
): Promise<ConvolutionNorm> {
	const axes = geometry(convolution.input, convolution.output, convolution.window, convolution);
	const kernels = scaledKernels(convolution, axes);
	const ownGrid = [ownGridSize(axes[0]), ownGridSize(axes[1])] as const;
	const circular = options.withOwnGrid ? await circularNorm(kernels, ownGrid, slices, estimatedSingularValue) : null;
	const isOneMatrix = axes.every(isApart) && axes.every(hasWholeWindow);
	if (!isOneMatrix && !options.alwaysCircular && isSmall(convolution)) {
		const { upper, isExact } = await ownMatrixNorm(convolution, axes, slices);
		return { upper, isExact, circular };
	}
	const grid = [gridSize(axes[0]), gridSize(axes[1])] as const;
	const bound = await circularNorm(kernels, grid, slices, options.bound);
	return { upper: bound * (1 + STORED), isExact: isOneMatrix, circular };
}

/** Whether some output reads inside the input with every tap. */
function hasWholeWindow({ inputs, outputs, taps, phases }: Geometry[number]): boolean {
	const offset = taps[0]?.offset ?? 0;
	// The last value of a phase may be missing where the stride doesn't divide the size: it isn't counted on.
	const safe = phases === 1 ? inputs : inputs - 1;
	return Math.max(0, offset) < Math.min(outputs + offset, safe);
}

function isSmall({ input, output, window, dilations, groups }: Convolution): boolean {
	const isLoose = ([0, 1] as const).some(
		(axis) => (input[axis] as number) < LOOSE * ((window[axis] - 1) * dilations[axis] + 1),
	);
	const [into, out] = [sizeOf(input) / groups, sizeOf(output) / groups];
	const work = groups * into * out * Math.min(into, out);
	return isLoose && work <= OWN_MATRIX_WORK && groups * into * out <= OWN_MATRIX_VALUES;
}

/** The kernel of one group times `scale`. */
interface ScaledKernel {
	readonly scale: number;
	readonly correlation: KernelCorrelation;
}

/** Of the groups whose weights aren't all zeros. */
function scaledKernels(
	{ kernel, window, input, output, groups }: Convolution,
	axes: Geometry,
): readonly ScaledKernel[] {
	const [into, out] = [(input[2] as number) / groups, (output[2] as number) / groups];
	return Array.from({ length: groups }, (_, group) => {
		const own = groupKernel(kernel, window[0] * window[1] * into, out, groups, group);
		const scale = scaleOf(own);
		if (scale === null) return [];
		return {
			scale,
			correlation: new KernelCorrelation(
				own.map((w) => w * scale),
				into,
				out,
				axes,
			),
		};
	}).flat();
}

async function circularNorm(
	kernels: readonly ScaledKernel[],
	grid: Grid,
	slices: Slices,
	norm: (batch: MatrixBatch, slices: Slices) => Promise<number>,
): Promise<number> {
	let largest = 0;
	for (const { scale, correlation } of kernels) {
		largest = Math.max(largest, (await norm(new CircularConvolution(correlation, grid), slices)) / scale);
		await slices.breathe();
	}
	return largest;
}

/** The columns of one group, `[rows, out]` of `[rows, groups·out]`. */
function groupKernel(kernel: Float32Array, rows: number, out: number, groups: number, group: number): Float32Array {
	if (groups === 1) return kernel;
	const own = new Float32Array(rows * out);
	for (let row = 0; row < rows; row++) {
		const from = (row * groups + group) * out;
		own.set(kernel.subarray(from, from + out), row * out);
	}
	return own;
}

/** The layer's matrix itself, from pixels and channels to pixels and channels of one group. */
async function ownMatrixNorm(
	{ kernel, window, input, output, groups, strides, dilations, padding }: Convolution,
	[vertical, horizontal]: Geometry,
	slices: Slices,
): Promise<{ readonly upper: number; readonly isExact: boolean }> {
	const [height, width] = input as unknown as Pair;
	const [into, out] = [(input[2] as number) / groups, (output[2] as number) / groups];
	const columns = vertical.outputs * horizontal.outputs * out;
	const rows = height * width * into;
	const matrices = new Float32Array(groups * rows * columns);
	for (let group = 0; group < groups; group++) {
		const own = groupKernel(kernel, window[0] * window[1] * into, out, groups, group);
		for (let i = 0; i < vertical.outputs; i++)
			for (let j = 0; j < horizontal.outputs; j++)
				for (let a = 0; a < window[0]; a++)
					for (let b = 0; b < window[1]; b++) {
						const y = i * strides[0] + a * dilations[0] - padding.top;
						const x = j * strides[1] + b * dilations[1] - padding.left;
						if (y < 0 || y >= height || x < 0 || x >= width) continue;
						for (let c = 0; c < into; c++) {
							const from = ((a * window[1] + b) * into + c) * out;
							const to = (group * rows + (y * width + x) * into + c) * columns;
							matrices.set(own.subarray(from, from + out), to + (i * horizontal.outputs + j) * out);
						}
					}
		await slices.breathe();
	}
	return denseNorm(matrices, [groups, rows, columns], slices);
}

function sizeOf(shape: Shape): number {
	return shape.reduce((product, size) => product * size, 1);
}
