/** Pooling over windows and over the whole image. */
import { NO_PADDING, samePadding } from "../../../network/shapes.js";
import { imageShape, type LayerReader, resolvePadding } from "./layer.js";

function pooling(kind: "MaxPool2D" | "AveragePool2D"): LayerReader {
	return (call) => {
		const [height, width] = imageShape(call);
		const size = call.settings.pair("pool_size", [2, 2]);
		const strides = call.settings.pair("strides", size);
		const padding = resolvePadding(call, () => samePadding([height, width], size, strides, [1, 1]), NO_PADDING);
		const window = { size, strides, padding };
		// TensorFlow divides by the number of real pixels, not of padded places.
		return call.add("", kind === "MaxPool2D" ? { op: kind, ...window } : { op: kind, ...window, countPadding: false });
	};
}

function globalPooling(op: "GlobalMaxPool2D" | "GlobalAveragePool2D"): LayerReader {
	return (call) => {
		imageShape(call);
		return call.add("", { op, keepDims: call.settings.flag("keepdims", false) });
	};
}

export const maxPooling2d = pooling("MaxPool2D");
export const averagePooling2d = pooling("AveragePool2D");
export const globalMaxPooling2d = globalPooling("GlobalMaxPool2D");
export const globalAveragePooling2d = globalPooling("GlobalAveragePool2D");
