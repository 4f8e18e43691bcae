/** What part of its inputs an operation reads for a part of its output. */
import type { Matrix, NetworkNode, Operation, Padding2D, Pair, Shape, Weight } from "../types.js";
import { all, around, type Interval, type Region, reshaped, whole } from "./region.js";
import { upsampled, windowed } from "./windows.js";

/**
 * For each input the smallest region around what `wanted` of the output can depend on; null where it is nothing.
 * Regions may reach beyond the input where padding lies; with `withinInput` windows end at their last value inside.
 */
export function readsFrom(
	node: NetworkNode,
	inputs: readonly Shape[],
	wanted: Region,
	withinInput: boolean,
): readonly (Region | null)[] {
	const { operation, outputShape } = node;
	const shape = inputs[0] ?? [];
	const kernel = node.weights.kernel as Weight;
	const image = (rows: Interval | null, columns: Interval | null, channels: Interval): (Region | null)[] => [
		rows && columns && [rows, columns, channels],
	];
	const slide = (size: Pair, window: Sliding, channels: Interval) => {
		const along = (axis: 0 | 1, padding: number) =>
			windowed(wanted[axis] as Interval, {
				size: size[axis],
				stride: window.strides[axis],
				dilation: window.dilations?.[axis] ?? 1,
				padding,
				inputs: withinInput ? (shape[axis] as number) : null,
			});
		return image(along(0, window.padding.top), along(1, window.padding.left), channels);
	};
	const channels = wanted.at(-1) as Interval;
	const everyChannel = all(shape.at(-1) as number);
	switch (operation.op) {
		case "Input":
		case "Constant":
			return [];
		case "Conv2D":
			return slide([kernel.shape[0] as number, kernel.shape[1] as number], operation, everyChannel);
		case "DepthwiseConv2D": {
			const multiplier = kernel.shape[3] as number;
			const own: Interval = [Math.floor(channels[0] / multiplier), Math.floor(channels[1] / multiplier)];
			return slide([kernel.shape[0] as number, kernel.shape[1] as number], operation, own);
		}
		case "MaxPool2D":
		case "AveragePool2D":
			return slide(operation.size, operation, channels);
		case "ConvTranspose2D": {
			const { strides, dilations, padding } = operation;
			const along = (axis: 0 | 1, before: number) =>
				upsampled(wanted[axis] as Interval, {
					size: kernel.shape[axis] as number,
					stride: strides[axis],
					dilation: dilations[axis],
					padding: before,
				});
			return image(along(0, padding.top), along(1, padding.left), everyChannel);
		}
		case "Resample2D":
			return image(
				resampled(wanted[0] as Interval, operation.rows),
				resampled(wanted[1] as Interval, operation.columns),
				channels,
			);
		case "ZeroPad2D": {
			const { top, left } = operation.padding;
			return [[shifted(wanted[0] as Interval, -top), shifted(wanted[1] as Interval, -left), channels]];
		}
		case "GlobalMaxPool2D":
		case "GlobalAveragePool2D":
			return [[all(shape[0] as number), all(shape[1] as number), channels]];
		case "Dense":
		case "Softmax":
		case "TopK":
		case "LogSoftmax":
		case "LocalResponseNormalization":
			return [[...wanted.slice(0, -1), everyChannel]];
		case "ReverseChannels": {
			const last = everyChannel[1];
			return [[...wanted.slice(0, -1), [last - channels[1], last - channels[0]]]];
		}
		case "LayerNormalization":
			return [wanted.map((own, axis) => (operation.axes.includes(axis) ? all(shape[axis] as number) : own))];
		case "GroupNormalization": {
			const size = (shape.at(-1) as number) / operation.groups;
			const groups: Interval = [Math.floor(channels[0] / size) * size, (Math.floor(channels[1] / size) + 1) * size - 1];
			return [[...whole(shape).slice(0, -1), groups]];
		}
		case "BatchNormalization":
		case "Affine":
		case "PReLU":
		case "Pointwise":
		case "Identity":
			return [wanted];
		case "Add":
		case "Multiply":
		case "Binary":
		case "Select":
		case "Broadcast":
			return inputs.map((own) => unbroadcast(wanted, own));
		case "Flatten":
		case "Reshape":
			return [reshaped(wanted, outputShape, shape)];
		case "MatMul":
			return factors(inputs as readonly [Shape, Shape], wanted);
		case "Concatenate":
			return joined(inputs, wanted, operation.axis);
		case "Transpose": {
			const read: Interval[] = [];
			operation.order.forEach((axis, i) => {
				read[axis] = wanted[i] as Interval;
			});
			return [read];
		}
		case "Slice":
			return [
				wanted.map((own, axis) => {
					const at = (index: number) => (operation.starts[axis] as number) + index * (operation.steps[axis] as number);
					return ordered(at(own[0]), at(own[1]));
				}),
			];
		case "Gather":
			return [
				wanted.map((own, axis) => {
					if (axis !== operation.axis) return own;
					const picked = operation.indices.slice(Math.max(0, own[0]), own[1] + 1);
					return picked.reduce<Interval>(
						([low, high], index) => [Math.min(low, index), Math.max(high, index)],
						[picked[0] as number, picked[0] as number],
					);
				}),
			];
		case "Pad":
			return [padded(operation, shape, wanted)];
		case "Reduce":
			return [reduced(operation, shape, wanted)];
	}
}

interface Sliding {
	readonly strides: Pair;
	readonly dilations?: Pair;
	readonly padding: Padding2D;
}

function shifted([first, last]: Interval, by: number): Interval {
	return [first + by, last + by];
}

function ordered(a: number, b: number): Interval {
	return [Math.min(a, b), Math.max(a, b)];
}

function unbroadcast(wanted: Region, shape: Shape): Region {
	const leading = wanted.length - shape.length;
	return shape.map((size, axis) => (size === 1 ? [0, 0] : (wanted[leading + axis] as Interval)));
}

/** `[..., m, k]·[..., k, n]`. */
function factors([a, b]: readonly [Shape, Shape], wanted: Region): readonly Region[] {
	const stack = wanted.slice(0, -2);
	const [rows, columns] = wanted.slice(-2) as [Interval, Interval];
	const inner = all(a.at(-1) as number);
	return [
		[...unbroadcast(stack, a.slice(0, -2)), rows, inner],
		[...unbroadcast(stack, b.slice(0, -2)), inner, columns],
	];
}

function joined(inputs: readonly Shape[], wanted: Region, axis: number): readonly (Region | null)[] {
	const [first, last] = wanted[axis] as Interval;
	let before = 0;
	return inputs.map((shape) => {
		const size = shape[axis] as number;
		const own: Interval = [Math.max(0, first - before), Math.min(size - 1, last - before)];
		before += size;
		return own[0] > own[1] ? null : wanted.map((other, i) => (i === axis ? own : other));
	});
}

function padded({ before, mode }: Extract<Operation, { op: "Pad" }>, shape: Shape, wanted: Region): Region | null {
	const read = wanted.map((own, axis): Interval | null => {
		const size = shape[axis] as number;
		const moved = shifted(own, -(before[axis] as number));
		if (mode === "constant") return moved;
		return around(moved, (index) => {
			const clamped = Math.min(size - 1, Math.max(0, index));
			if (mode === "edge" || clamped === index) return [clamped, clamped];
			const source = mode === "wrap" ? ((index % size) + size) % size : 2 * clamped - index;
			return [source, source];
		});
	});
	return read.every((own) => own !== null) ? read : null;
}

function reduced({ axes, keepDims }: Extract<Operation, { op: "Reduce" }>, shape: Shape, wanted: Region): Region {
	let kept = 0;
	return shape.map((size, axis) => {
		const goes = axes.includes(axis);
		const own = goes && !keepDims ? null : wanted[kept++];
		return goes || !own ? all(size) : own;
	});
}

/** The columns of a resampling matrix that its rows read. */
function resampled([first, last]: Interval, { rows, columns, data }: Matrix): Interval | null {
	return around([Math.max(0, first), Math.min(rows - 1, last)], (row) => {
		const weights = data.subarray(row * columns, (row + 1) * columns);
		const from = weights.findIndex((weight) => weight !== 0);
		return from < 0 ? null : [from, weights.findLastIndex((weight) => weight !== 0)];
	});
}
