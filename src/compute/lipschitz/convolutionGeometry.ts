/** How the windows of a convolution lie over its input, axis by axis. */
import type { Padding2D, Pair, Shape } from "../network/types.js";

/**
 * One axis of a convolution, written without stride: the input is split into its `stride` phases (every stride-th
 * value), and output i reads value `i + offset` of a tap's phase. Values outside the input are zero.
 */
export interface AxisGeometry {
	/** Values of the longest phase. */
	readonly inputs: number;
	readonly outputs: number;
	readonly phases: number;
	/** For each place of the kernel. */
	readonly taps: readonly { readonly phase: number; readonly offset: number }[];
}

export type Geometry = readonly [vertical: AxisGeometry, horizontal: AxisGeometry];

export interface Windows {
	readonly strides: Pair;
	readonly dilations: Pair;
	readonly padding: Padding2D;
}

/** Of windows of `kernel` places over an input `[height, width, ...]` with an output `[height, width, ...]`. */
export function geometry(
	input: Shape,
	output: Shape,
	kernel: Pair,
	{ strides, dilations, padding }: Windows,
): Geometry {
	const along = (axis: 0 | 1, before: number): AxisGeometry => {
		const stride = strides[axis];
		const taps = Array.from({ length: kernel[axis] }, (_, place) => {
			const from = place * dilations[axis] - before;
			const offset = Math.floor(from / stride);
			return { phase: from - offset * stride, offset };
		});
		return {
			inputs: Math.ceil((input[axis] as number) / stride),
			outputs: output[axis] as number,
			phases: stride,
			taps,
		};
	};
	return [along(0, padding.top), along(1, padding.left)];
}

/** Whether every output reads at one and the same offset, so that outputs share no input. */
export function isApart({ taps }: AxisGeometry): boolean {
	return taps.every(({ offset }) => offset === taps[0]?.offset);
}

/**
 * The least size of a circular grid in which the zero-padded convolution lies unchanged: an index that is read outside
 * the input must come round to a place that holds a zero, and outputs must not share a place. For stride 1 and padding
 * p below the kernel's size that is n + p, p the larger of both sides.
 */
export function gridSize(axis: AxisGeometry): number {
	if (isApart(axis)) return 1;
	const offsets = axis.taps.map(({ offset }) => offset);
	const before = Math.max(0, -Math.min(...offsets));
	const after = Math.max(0, Math.max(...offsets));
	return Math.max(axis.inputs + before, axis.outputs + after);
}

/** The grid of the input's own size, as in the paper. */
export function ownGridSize(axis: AxisGeometry): number {
	return isApart(axis) ? 1 : axis.inputs;
}
