/**
 * Input gradients of convolutions as convolutions, which the backend computes with vector instructions: the output's gradient
 * with zeros between its values where the stride is above 1, under the kernel turned by half a turn. Dumoulin and Visin,
 * "A guide to convolution arithmetic for deep learning", 2016, chapter 4.
 */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { derived } from "./derived.js";
import { floats, free, run, wasmKernel } from "./kernel.js";

type Four = [number, number, number, number];

/** The stock kernel's loops use no vector instructions and take most of the time of a gradient. */
export const conv2DBackpropInput = wasmKernel(tf.Conv2DBackpropInput, ({ backend, inputs, attrs }) => {
	const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
	const { strides, pad, dimRoundingMode, inputShape } = attrs as unknown as tf.Conv2DBackpropInputAttrs;
	const [height, width, into, out] = filter.shape as Four;
	const info = tf.backend_util.computeConv2DInfo(
		inputShape,
		[height, width, into, out],
		strides,
		1,
		pad,
		dimRoundingMode,
	);
	const turned = derived(backend, filter, "turned", () => {
		const result = backend.makeOutput([height, width, out, into], "float32");
		const [source, target] = [floats(backend, filter), floats(backend, result)];
		const places = height * width;
		for (let place = 0; place < places; place++) {
			const from = (places - 1 - place) * into * out;
			for (let o = 0, to = place * into * out; o < out; o++)
				for (let i = 0; i < into; i++, to++) target[to] = source[from + i * out + o] as number;
		}
		return result;
	});
	return spread(backend, dy, info, (x, padding) =>
		run(
			backend,
			tf.Conv2D,
			{ x, filter: turned },
			{ strides: [1, 1], pad: padding, dilations: [1, 1], dataFormat: "NHWC" },
		),
	);
});

/** The stock backend has no such kernel. */
export const depthwiseBackpropInput = wasmKernel(
	tf.DepthwiseConv2dNativeBackpropInput,
	({ backend, inputs, attrs }) => {
		const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
		const { strides, dilations, pad, dimRoundingMode, inputShape } =
			attrs as unknown as tf.DepthwiseConv2dNativeBackpropInputAttrs;
		const [height, width, channels, multiplier] = filter.shape as Four;
		const info = tf.backend_util.computeConv2DInfo(
			inputShape,
			[height, width, channels, multiplier],
			strides,
			dilations,
			pad,
			dimRoundingMode,
			true,
		);
		const outputs = channels * multiplier;
		const turned = derived(backend, filter, "turned depthwise", () => {
			const result = backend.makeOutput([height, width, outputs, 1], "float32");
			const [source, target] = [floats(backend, filter), floats(backend, result)];
			for (let from = 0, to = source.length - outputs; to >= 0; from += outputs, to -= outputs)
				target.set(source.subarray(from, from + outputs), to);
			return result;
		});
		const each = spread(backend, dy, info, (x, padding) =>
			run(
				backend,
				tf.DepthwiseConv2dNative,
				{ x, filter: turned },
				{ strides: [1, 1], pad: padding, dilations: [1, 1] },
			),
		);
		return multiplier === 1 ? each : summed(backend, each, inputShape, multiplier);
	},
);

/** Convolves the output's gradient, spread to the input's resolution, with padding that gives the input's size. */
function spread(
	backend: BackendWasm,
	dy: tf.TensorInfo,
	info: tf.backend_util.Conv2DInfo,
	convolve: (x: tf.TensorInfo, pad: number[][]) => tf.TensorInfo,
): tf.TensorInfo {
	const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo, outHeight, outWidth } = info;
	const [height, width] = [(outHeight - 1) * strideHeight + 1, (outWidth - 1) * strideWidth + 1];
	const [top, left] = [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left];
	const bottom = info.inHeight + padInfo.top - height;
	const right = info.inWidth + padInfo.left - width;
	if (Math.min(top, left, bottom, right) < 0) throw new Error("Padding beyond the kernel has no gradient kernel.");
	const padding = [
		[0, 0],
		[top, bottom],
		[left, right],
		[0, 0],
	];
	if (strideHeight === 1 && strideWidth === 1) return convolve(dy, padding);
	const apart = withZerosBetween(backend, dy, info, height, width);
	const result = convolve(apart, padding);
	free(backend, apart);
	return result;
}

function withZerosBetween(
	backend: BackendWasm,
	dy: tf.TensorInfo,
	{ batchSize, outHeight, outWidth, outChannels, strideHeight, strideWidth }: tf.backend_util.Conv2DInfo,
	height: number,
	width: number,
): tf.TensorInfo {
	const apart = backend.makeOutput([batchSize, height, width, outChannels], "float32");
	const [source, target] = [floats(backend, dy), floats(backend, apart).fill(0)];
	let from = 0;
	for (let image = 0; image < batchSize; image++)
		for (let row = 0; row < outHeight; row++)
			for (let column = 0; column < outWidth; column++) {
				let to = ((image * height + row * strideHeight) * width + column * strideWidth) * outChannels;
				for (const end = from + outChannels; from < end; from++, to++) target[to] = source[from] as number;
			}
	return apart;
}

/** Each input channel has `multiplier` outputs beside each other, whose gradients add up. */
function summed(backend: BackendWasm, each: tf.TensorInfo, shape: number[], multiplier: number): tf.TensorInfo {
	const dx = backend.makeOutput(shape, "float32");
	const [source, target] = [floats(backend, each), floats(backend, dx).fill(0)];
	for (let i = 0; i < source.length; i++) {
		const to = Math.floor(i / multiplier);
		target[to] = (target[to] as number) + (source[i] as number);
	}
	free(backend, each);
	return dx;
}
