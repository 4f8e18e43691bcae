/**
 * The input gradient of a convolution whose input has few channels, as the pictures of a first layer. TensorFlow's own kernel spends
 * most of a small network's time on it. A block of B × B pixels with its channels is one place of many channels: then the gradient is
 * a plain convolution of the output's gradient, and its result is unfolded into pixels.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Padding2D, Pair } from "../types.js";
import type { Constants } from "./constants.js";
import type { Image } from "./padding.js";

const FEW = 4;
/** Values of a block, so that vector instructions have something to do. */
const ENOUGH = 12;

/**
 * Gradient with respect to an image of `shape`, given that with respect to the convolution's value; null where this way isn't
 * open. `name` keeps the rearranged kernel in `constants`.
 */
export function fewChannelsGradient(
	name: string,
	kernel: Image,
	strides: Pair,
	padding: Padding2D,
	shape: Image["shape"],
	dy: Image,
	constants: Constants,
): tf.Tensor | null {
	const [batch, height, width, channels] = shape;
	const [stride] = strides;
	if (channels > FEW || stride !== strides[1]) return null;
	let block = stride;
	while (block * block * channels < ENOUGH) block += stride;
	const [kh, kw] = kernel.shape;
	const rows = windowsOf(height, dy.shape[1], block, stride, kh, padding.top);
	const columns = windowsOf(width, dy.shape[2], block, stride, kw, padding.left);
	if (!rows || !columns) return null;
	const blocks = constants.derived(`${name}: kernel of blocks`, () =>
		kernelOfBlocks(kernel, block, stride, [rows, columns], padding),
	) as Image;
	const padded = tf.pad(dy, [[0, 0], [...rows.border], [...columns.border], [0, 0]]);
	const folded = tf.conv2d(padded, blocks, block / stride, "valid");
	return tf.slice(tf.depthToSpace(folded, block, "NHWC"), [0, 0, 0, 0], [batch, height, width, channels]);
}

/** Which outputs a block of pixels goes into: `size` of them, from `first` before or at the block's own. */
interface Windows {
	readonly first: number;
	readonly size: number;
	/** Zeros around the output's gradient, so that every block has all of its window. */
	readonly border: readonly [before: number, after: number];
}

/** Pixel i goes into output j by the kernel's value `i + before - stride·j`. */
function windowsOf(
	pixels: number,
	outputs: number,
	block: number,
	stride: number,
	reach: number,
	before: number,
): Windows | null {
	const first = Math.ceil((before - reach + 1) / stride);
	const last = Math.floor((block - 1 + before) / stride);
	if (first > 0) return null;
	const end = ((Math.ceil(pixels / block) - 1) * block) / stride + last + 1;
	return { first, size: last - first + 1, border: [-first, Math.max(0, end - outputs)] };
}

function kernelOfBlocks(
	kernel: Image,
	block: number,
	stride: number,
	[rows, columns]: readonly [Windows, Windows],
	{ top, left }: Padding2D,
): Image {
	const [kh, kw, channels, filters] = kernel.shape;
	const from = kernel.dataSync();
	const values = block * block * channels;
	const into = new Float32Array(rows.size * columns.size * filters * values);
	for (let i = 0; i < rows.size; i++)
		for (let j = 0; j < columns.size; j++)
			for (let r = 0; r < block; r++)
				for (let q = 0; q < block; q++) {
					const y = r + top - stride * (i + rows.first);
					const x = q + left - stride * (j + columns.first);
					if (y < 0 || y >= kh || x < 0 || x >= kw) continue;
					for (let c = 0; c < channels; c++)
						for (let f = 0; f < filters; f++) {
							const to = ((i * columns.size + j) * filters + f) * values + (r * block + q) * channels + c;
							into[to] = from[((y * kw + x) * channels + c) * filters + f] as number;
						}
				}
	return tf.tensor4d(into, [rows.size, columns.size, filters, values]);
}
