/** Operations on images `[height, width, channels]` in float64, as loops over windows. */
import type { NetworkNode, Operation, Padding2D, Pair, Shape, Weight } from "../../src/compute/network/types.js";
import { at, type Value } from "./values64.js";

export type ImageOperation = Extract<
	Operation,
	{
		op:
			| "Conv2D"
			| "DepthwiseConv2D"
			| "ConvTranspose2D"
			| "MaxPool2D"
			| "AveragePool2D"
			| "GlobalMaxPool2D"
			| "GlobalAveragePool2D"
			| "ZeroPad2D"
			| "ReverseChannels"
			| "Resample2D"
			| "LocalResponseNormalization";
	}
>;

const NAMES: ReadonlySet<string> = new Set<ImageOperation["op"]>([
	"Conv2D",
	"DepthwiseConv2D",
	"ConvTranspose2D",
	"MaxPool2D",
	"AveragePool2D",
	"GlobalMaxPool2D",
	"GlobalAveragePool2D",
	"ZeroPad2D",
	"ReverseChannels",
	"Resample2D",
	"LocalResponseNormalization",
]);

export function isImageOperation(operation: Operation): operation is ImageOperation {
	return NAMES.has(operation.op);
}

export function computeImage(node: NetworkNode, operation: ImageOperation, x: Value): Float64Array {
	const { kernel, bias } = node.weights;
	const channels = x.shape.at(-1) as number;
	switch (operation.op) {
		case "Conv2D": {
			const [kh, kw, perGroup, filters] = (kernel as Weight).shape as [number, number, number, number];
			return slide(x, node.outputShape, operation, [kh, kw], operation.dilations, (window, f) => {
				const group = Math.floor(f / (filters / operation.groups));
				let sum = bias ? at(bias, f) : 0;
				for (const { i, j, place } of window)
					for (let c = 0; c < perGroup; c++)
						sum +=
							at(x, place * channels + group * perGroup + c) *
							at(kernel as Weight, ((i * kw + j) * perGroup + c) * filters + f);
				return sum;
			});
		}
		case "DepthwiseConv2D": {
			const [kh, kw, , multiplier] = (kernel as Weight).shape as [number, number, number, number];
			return slide(x, node.outputShape, operation, [kh, kw], operation.dilations, (window, f) => {
				let sum = bias ? at(bias, f) : 0;
				const c = Math.floor(f / multiplier);
				for (const { i, j, place } of window)
					sum +=
						at(x, place * channels + c) *
						at(kernel as Weight, ((i * kw + j) * channels + c) * multiplier + (f % multiplier));
				return sum;
			});
		}
		case "MaxPool2D":
			return slide(x, node.outputShape, operation, operation.size, operation.dilations ?? [1, 1], (window, c) =>
				Math.max(...window.map(({ place }) => at(x, place * channels + c))),
			);
		case "AveragePool2D":
			return slide(x, node.outputShape, operation, operation.size, operation.dilations ?? [1, 1], (window, c) => {
				const sum = window.reduce((total, { place }) => total + at(x, place * channels + c), 0);
				return sum / (operation.countPadding ? operation.size[0] * operation.size[1] : window.length);
			});
		case "GlobalMaxPool2D":
			return perChannel(x, (column) => Math.max(...column));
		case "GlobalAveragePool2D":
			return perChannel(x, (column) => column.reduce((a, b) => a + b, 0) / column.length);
		case "ZeroPad2D": {
			const [height, width] = node.outputShape as [number, number, number];
			const { top, left } = operation.padding;
			const [h, w] = x.shape as [number, number, number];
			return Float64Array.from({ length: height * width * channels }, (_, i) => {
				const row = Math.floor(i / (width * channels)) - top;
				const column = (Math.floor(i / channels) % width) - left;
				const inside = row >= 0 && row < h && column >= 0 && column < w;
				return inside ? at(x, (row * w + column) * channels + (i % channels)) : 0;
			});
		}
		case "ReverseChannels":
			return x.data.map((_, i) => at(x, i - (i % channels) + channels - 1 - (i % channels)));
		case "ConvTranspose2D":
			return convTranspose(node, operation, x);
		case "Resample2D": {
			const [, w] = x.shape as [number, number, number];
			const { rows, columns } = operation;
			const y = new Float64Array(rows.rows * columns.rows * channels);
			for (let i = 0; i < rows.rows; i++)
				for (let j = 0; j < columns.rows; j++)
					for (let p = 0; p < rows.columns; p++)
						for (let q = 0; q < columns.columns; q++)
							for (let c = 0; c < channels; c++) {
								const to = (i * columns.rows + j) * channels + c;
								const share = at(rows, i * rows.columns + p) * at(columns, j * columns.columns + q);
								y[to] = at({ data: y }, to) + share * at(x, (p * w + q) * channels + c);
							}
			return y;
		}
		case "LocalResponseNormalization": {
			const { size, alpha, beta, bias: constant } = operation;
			return x.data.map((v, i) => {
				const c = i % channels;
				const from = Math.max(0, c - Math.floor((size - 1) / 2));
				const to = Math.min(channels - 1, c + Math.ceil((size - 1) / 2));
				let sum = 0;
				for (let k = from; k <= to; k++) sum += at(x, i - c + k) ** 2;
				return v / (constant + (alpha / size) * sum) ** beta;
			});
		}
	}
}

/** Every input pixel paints the kernel onto the output. */
function convTranspose(
	node: NetworkNode,
	operation: Extract<Operation, { op: "ConvTranspose2D" }>,
	x: Value,
): Float64Array {
	const { strides, dilations, padding, groups } = operation;
	const { kernel, bias } = node.weights;
	const [kh, kw, perGroup, into] = (kernel as Weight).shape as [number, number, number, number];
	const [height, width, filters] = node.outputShape as [number, number, number];
	const [h, w] = x.shape as [number, number, number];
	const y = Float64Array.from({ length: height * width * filters }, (_, i) => (bias ? at(bias, i % filters) : 0));
	for (let row = 0; row < h; row++)
		for (let column = 0; column < w; column++)
			for (let i = 0; i < kh; i++)
				for (let j = 0; j < kw; j++) {
					const r = row * strides[0] + i * dilations[0] - padding.top;
					const c = column * strides[1] + j * dilations[1] - padding.left;
					if (r < 0 || r >= height || c < 0 || c >= width) continue;
					for (let a = 0; a < into; a++) {
						const group = Math.floor(a / (into / groups));
						for (let b = 0; b < perGroup; b++) {
							const to = (r * width + c) * filters + group * perGroup + b;
							const value = at(x, (row * w + column) * into + a);
							y[to] = at({ data: y }, to) + value * at(kernel as Weight, ((i * kw + j) * perGroup + b) * into + a);
						}
					}
				}
	return y;
}

interface Tap {
	readonly i: number;
	readonly j: number;
	/** Row-major index of the pixel. */
	readonly place: number;
}

/** Calls `f` with the pixels under each window that are inside the image. */
function slide(
	x: Value,
	output: Shape,
	{ strides, padding }: { readonly strides: Pair; readonly padding: Padding2D },
	size: Pair,
	dilations: Pair,
	f: (window: readonly Tap[], channel: number) => number,
): Float64Array {
	const [height, width, filters] = output as [number, number, number];
	const [h, w] = x.shape as [number, number, number];
	const y = new Float64Array(height * width * filters);
	for (let row = 0; row < height; row++)
		for (let column = 0; column < width; column++) {
			const window: Tap[] = [];
			for (let i = 0; i < size[0]; i++)
				for (let j = 0; j < size[1]; j++) {
					const r = row * strides[0] - padding.top + i * dilations[0];
					const c = column * strides[1] - padding.left + j * dilations[1];
					if (r >= 0 && r < h && c >= 0 && c < w) window.push({ i, j, place: r * w + c });
				}
			for (let k = 0; k < filters; k++) y[(row * width + column) * filters + k] = f(window, k);
		}
	return y;
}

function perChannel(x: Value, f: (column: readonly number[]) => number): Float64Array {
	const channels = x.shape.at(-1) as number;
	return Float64Array.from({ length: channels }, (_, c) => f(Array.from(x.data).filter((_, i) => i % channels === c)));
}
