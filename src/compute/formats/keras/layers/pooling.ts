/** Pooling over windows and over all places, of images and sequences. */
import { type LayerCall, type LayerReader, ONES } from "./layer.js";
import { along, asPlane, type Dimensions, fromPlane, paddingOf } from "./planes.js";

function pooling(kind: "MaxPool2D" | "AveragePool2D", dimensions: Dimensions): LayerReader {
	return (call) => {
		const plane = asPlane(call, dimensions);
		const size = along(call, dimensions, "pool_size", [2, 2]);
		const strides = call.settings.raw("strides") === undefined ? size : along(call, dimensions, "strides");
		const window = { size, strides, padding: paddingOf(call, plane, size, strides, ONES) };
		// TensorFlow divides by the number of real pixels, not of padded places.
		const operation = kind === "MaxPool2D" ? { op: kind, ...window } : { op: kind, ...window, countPadding: false };
		return fromPlane(call, plane, call.add("", operation, {}, [plane.node]));
	};
}

function globalPooling(kind: "mean" | "max", dimensions: Dimensions): LayerReader {
	return (call) => {
		const keepDims = call.settings.flag("keepdims", false);
		if (dimensions === 1) {
			requireSequence(call);
			return call.add("", { op: "Reduce", kind, axes: [0], keepDims });
		}
		asPlane(call, dimensions);
		return call.add("", { op: kind === "max" ? "GlobalMaxPool2D" : "GlobalAveragePool2D", keepDims });
	};
}

function requireSequence({ settings, shapes }: LayerCall): void {
	if (shapes.length !== 1 || shapes[0]?.length !== 2)
		settings.wrong("input", "steps×channels", shapes.map((shape) => shape.join("×")).join(", "));
}

export const maxPooling1d = pooling("MaxPool2D", 1);
export const maxPooling2d = pooling("MaxPool2D", 2);
export const averagePooling1d = pooling("AveragePool2D", 1);
export const averagePooling2d = pooling("AveragePool2D", 2);
export const globalMaxPooling1d = globalPooling("max", 1);
export const globalMaxPooling2d = globalPooling("max", 2);
export const globalAveragePooling1d = globalPooling("mean", 1);
export const globalAveragePooling2d = globalPooling("mean", 2);
