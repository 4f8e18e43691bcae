import * as tf from "@tensorflow/tfjs-core";
import { floats, wasmKernel } from "./kernel.js";

/**
 * Input gradient of maxima over windows: each goes to the first place of its window that holds the maximum. The stock kernel
 * starts its search at 0 and so gives the gradient to the window's corner where all values are negative.
 */
export const maxPoolGrad = wasmKernel(tf.MaxPoolGrad, ({ backend, inputs, attrs }) => {
	const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
	const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as tf.MaxPoolGradAttrs;
	const info = tf.backend_util.computePool2DInfo(
		input.shape as [number, number, number, number],
		filterSize,
		strides,
		1,
		pad,
		dimRoundingMode,
	);
	const dx = backend.makeOutput(input.shape, "float32");
	const [values, above, below] = [floats(backend, input), floats(backend, dy), floats(backend, dx).fill(0)];
	const channels = info.inChannels;
	const largest = new Float32Array(channels);
	const places = new Int32Array(channels);
	let from = 0;
	for (let image = 0; image < info.batchSize; image++)
		for (let row = 0; row < info.outHeight; row++)
			for (let column = 0; column < info.outWidth; column++) {
				const top = row * info.strideHeight - info.padInfo.top;
				const left = column * info.strideWidth - info.padInfo.left;
				const bottom = Math.min(info.inHeight, top + info.filterHeight);
				const right = Math.min(info.inWidth, left + info.filterWidth);
				largest.fill(Number.NEGATIVE_INFINITY);
				places.fill(-1);
				for (let y = Math.max(0, top); y < bottom; y++)
					for (let x = Math.max(0, left); x < right; x++) {
						const start = ((image * info.inHeight + y) * info.inWidth + x) * channels;
						for (let c = 0; c < channels; c++) {
							const value = values[start + c] as number;
							if (value > (largest[c] as number)) {
								largest[c] = value;
								places[c] = start + c;
							}
						}
					}
				for (let c = 0; c < channels; c++) {
					const place = places[c] as number;
					if (place >= 0) below[place] = (below[place] as number) + (above[from + c] as number);
				}
				from += channels;
			}
	return dx;
});
