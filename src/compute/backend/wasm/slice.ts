import * as tf from "@tensorflow/tfjs-core";
import { wasmKernel } from "./kernel.js";

/** A part of a tensor. The stock kernel copies the whole tensor first, whatever the part's size. */
export function slice(stock: tf.KernelConfig): tf.KernelConfig {
	return wasmKernel(tf.Slice, ({ backend, inputs, attrs }) => {
		const { x } = inputs as { x: tf.TensorInfo };
		if (x.dtype === "string") return stock.kernelFunc({ backend, inputs, attrs }) as tf.TensorInfo;
		const { begin, size } = attrs as unknown as tf.SliceAttrs;
		const [from, shape] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size) as [number[], number[]];
		const part = backend.makeOutput(shape, x.dtype);
		const [source, target] = [backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(part)];
		// From this axis on the part has all there is: what lies there is copied in one go.
		const whole = shape.findLastIndex((length, axis) => length !== x.shape[axis]);
		const run = tf.util.sizeFromShape(shape.slice(Math.max(0, whole)));
		const strides = [...tf.util.computeStrides(x.shape), 1];
		const copy = (axis: number, at: number, to: number): number => {
			if (axis >= whole) {
				const start = at + (axis < shape.length ? (from[axis] as number) * (strides[axis] as number) : 0);
				target.set(source.subarray(start, start + run), to);
				return to + run;
			}
			let next = to;
			for (let i = 0; i < (shape[axis] as number); i++)
				next = copy(axis + 1, at + ((from[axis] as number) + i) * (strides[axis] as number), next);
			return next;
		};
		if (tf.util.sizeFromShape(shape) > 0) copy(0, 0, 0);
		return part;
	});
}
