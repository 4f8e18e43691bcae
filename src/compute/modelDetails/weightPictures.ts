/** Weights that can be seen: filters on the picture itself, and dense units that read its pixels. */

import { hasTrait } from "../network/operationTraits.js";
import { sizeOf } from "../network/shapes.js";
import type { Network, NetworkNode, Shape, Weight } from "../network/types.js";
import type { WeightPictures } from "./report.js";

const MOST_PICTURES = 256;
const MOST_VALUES = 2 ** 20;

interface Unit {
	/** Which of the kernel's values stands at place i of `shape`. */
	readonly valueAt: (place: number, unit: number) => number;
	readonly shape: readonly [height: number, width: number, channels: 1 | 3];
	readonly units: number;
}

/** The node's weights as pictures in RGB or grey; null where they are none. `bgr`: the model reads BGR. */
export function weightPictures(network: Network, node: NetworkNode, bgr: boolean): WeightPictures | null {
	const { kernel } = node.weights;
	const before = kernel && pathFromPicture(network, node);
	if (!kernel || !before) return null;
	const unit = node.operation.op === "Dense" ? denseUnit(kernel, before) : filter(node, kernel, before);
	if (!unit) return null;
	const reversals = before.filter(({ operation }) => operation.op === "ReverseChannels").length + (bgr ? 1 : 0);
	const { shape, units, valueAt } = unit;
	const [height, width, channels] = shape;
	const size = height * width * channels;
	const count = Math.min(units, MOST_PICTURES, Math.floor(MOST_VALUES / size));
	if (count === 0) return null;
	const pixels = new Uint8Array(count * size);
	for (let u = 0; u < count; u++) {
		const values = Float32Array.from({ length: size }, (_, place) => {
			const channel = place % channels;
			const own = reversals % 2 === 1 ? place - channel + channels - 1 - channel : place;
			return kernel.data[valueAt(own, u)] as number;
		});
		pixels.set(asPicture(values), u * size);
	}
	return { layer: node.layer, height, width, channels, count, of: units, pixels };
}

/** Grey is zero; the largest finite value in size is black or white. */
function asPicture(values: Float32Array): Uint8Array {
	const most = values.reduce((max, value) => (Number.isFinite(value) ? Math.max(max, Math.abs(value)) : max), 0);
	return Uint8Array.from(values, (value) => {
		const share = Number.isNaN(value) || most === 0 ? 0 : Math.max(-1, Math.min(1, value / most));
		return 128 + Math.round(127 * share);
	});
}

/** The nodes between the picture and this one, the input first; null where something mixes places or channels. */
function pathFromPicture({ nodes }: Network, node: NetworkNode): readonly NetworkNode[] | null {
	const byName = new Map(nodes.map((own) => [own.name, own]));
	const path: NetworkNode[] = [];
	const isDense = node.operation.op === "Dense";
	let current = node.inputs.length === 1 ? byName.get(node.inputs[0] as string) : undefined;
	while (current) {
		path.unshift(current);
		const { operation } = current;
		if (operation.op === "Input") return path;
		const passes = hasTrait(operation, "pixelwise") || hasTrait(operation, isDense ? "rearranges" : "pads");
		if (!passes || current.inputs.length !== 1) return null;
		current = byName.get(current.inputs[0] as string);
	}
	return null;
}

function filter({ operation }: NetworkNode, { shape }: Weight, path: readonly NetworkNode[]): Unit | null {
	if (operation.op !== "Conv2D" || operation.groups !== 1) return null;
	const [height, width, into, units] = shape as [number, number, number, number];
	if ((into !== 1 && into !== 3) || height * width === 1 || path[0]?.outputShape.length !== 3) return null;
	return { shape: [height, width, into], units, valueAt: (place, unit) => place * units + unit };
}

function denseUnit({ shape }: Weight, path: readonly NetworkNode[]): Unit | null {
	const [input] = path as readonly [NetworkNode];
	const [height = 0, width = 0, channels] = input.outputShape;
	const [into, units] = shape as [number, number];
	if ((channels !== 1 && channels !== 3) || input.outputShape.length !== 3 || sizeOf(input.outputShape) !== into)
		return null;
	const rows = rowOfPixel(path);
	return {
		shape: [height, width, channels],
		units,
		valueAt: (place, unit) => (rows[place] as number) * units + unit,
	};
}

/** Where each of the picture's values comes to stand after reshapes and transpositions. */
function rowOfPixel(path: readonly NetworkNode[]): Int32Array {
	const [input, ...rest] = path as readonly [NetworkNode, ...NetworkNode[]];
	let shape: Shape = input.outputShape;
	let pixels = Int32Array.from({ length: sizeOf(shape) }, (_, i) => i);
	for (const { operation, outputShape } of rest) {
		if (operation.op === "Transpose") pixels = transposed(pixels, shape, operation.order);
		shape = outputShape;
	}
	const rows = new Int32Array(pixels.length);
	pixels.forEach((pixel, row) => {
		rows[pixel] = row;
	});
	return rows;
}

function transposed(values: Int32Array, shape: Shape, order: readonly number[]): Int32Array<ArrayBuffer> {
	const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
	const result = order.map((axis) => shape[axis] as number);
	return Int32Array.from({ length: values.length }, (_, i) => {
		let [rest, from] = [i, 0];
		for (let axis = result.length - 1; axis >= 0; axis--) {
			const size = result[axis] as number;
			from += (rest % size) * (strides[order[axis] as number] as number);
			rest = Math.floor(rest / size);
		}
		return values[from] as number;
	});
}
