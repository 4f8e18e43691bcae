/** Operations on images: convolutions with fixed kernels, pooling, resizing, cutting. */
import { fileShape, type Value } from "../../graph/align.js";
import { constant, list, type OperationCall, type OperationReader, scalar } from "./call.js";

/** Whether channels come last: as written, else as Keras has it. */
function isLast(call: OperationCall, at: number): boolean {
	return !/^(channels_first|NC)/.test(call.text(at, "channels_last"));
}

/** Two numbers for rows and columns, of one or two or, as TensorFlow may write them, four. */
function pair(call: OperationCall, at: number, last: boolean, fallback: number): readonly [number, number] {
	const given = call.optionalIntegers(at) ?? [fallback];
	const [a, b = a] = given.length === 4 ? (last ? given.slice(1, 3) : given.slice(2, 4)) : given;
	if (given.length === 4 && (last ? [given[0], given[3]] : given.slice(0, 2)).some((value) => value !== 1))
		throw call.unsupported("it reaches over batch or channels");
	return [a as number, b as number];
}

function spatial([rows, columns]: readonly [number, number], last: boolean): readonly number[] {
	return last ? [1, rows, columns, 1] : [1, 1, rows, columns];
}

function requireImage(call: OperationCall): Value {
	const x = call.value(0);
	const rank = fileShape(x).length;
	if (rank !== 4) throw call.unsupported(`it works on ${rank - 2} spatial axes; 2 are read`);
	return x;
}

function window(
	call: OperationCall,
	[strides, padding, format, dilations]: readonly [number, number, number, number | null],
	size: readonly [number, number] | null,
) {
	const last = isLast(call, format);
	const steps = call.has(strides) || !size ? pair(call, strides, last, 1) : size;
	const name = call.text(padding, "valid").toUpperCase();
	return {
		strides: spatial(steps, last),
		padding: name,
		data_format: last ? "NHWC" : "NCHW",
		...(dilations !== null && { dilations: spatial(pair(call, dilations, last, 1), last) }),
	};
}

/** `x, size, strides, padding, data_format`. */
export const pool =
	(operation: "MaxPool" | "AvgPool"): OperationReader =>
	(call) => {
		const x = requireImage(call);
		const last = isLast(call, 4);
		const size = pair(call, 1, last, 1);
		return call.tf(operation, [x], { ksize: spatial(size, last), ...window(call, [2, 3, 4, null], size) });
	};

/** `x, kernel, strides, padding, data_format, dilations`. */
export const convolution =
	(operation: "Conv2D" | "DepthwiseConv2dNative"): OperationReader =>
	(call) =>
		call.tf(operation, [requireImage(call), call.constant(1)], window(call, [2, 3, 4, 5], null));

/** `x, block_size, data_format`. */
export const blocks =
	(operation: "DepthToSpace" | "SpaceToDepth"): OperationReader =>
	(call) => {
		if (!isLast(call, 2)) throw call.unsupported("its channels come first");
		return call.tf(operation, [requireImage(call)], { block_size: call.number(1) });
	};

/** `x, depth_radius, bias, alpha, beta`. */
export const localResponse: OperationReader = (call) =>
	call.tf("LRN", [requireImage(call)], {
		depth_radius: call.number(1, 5),
		bias: call.number(2, 1),
		alpha: call.number(3, 1),
		beta: call.number(4, 0.5),
	});

const KERNELS: Readonly<Record<string, readonly [operation: string, kernel: string]>> = {
	nearest: ["ResizeNearestNeighbor", ""],
	bilinear: ["ResizeBilinear", "triangle"],
	bicubic: ["ResizeBicubic", "keyscubic"],
};

function resized(call: OperationCall, method: string, antialias: boolean): Value {
	const x = requireImage(call);
	const size = call.integers(1);
	const found = Object.hasOwn(KERNELS, method) ? KERNELS[method] : undefined;
	if (!found) throw call.unsupported(`interpolation '${method}'`);
	const [operation, kernel] = found;
	if (!antialias || kernel === "") return call.tf(operation, [x, list(size)], { half_pixel_centers: true });
	const scale = size.map((target, axis) => target / (fileShape(x)[axis + 1] as number));
	const inputs = [x, list(size), constant([2], scale), constant([2], [0, 0])];
	return call.tf("ScaleAndTranslate", inputs, { kernel_type: kernel, antialias: true });
}

/** Keras: `x, size, interpolation, antialias, crop_to_aspect_ratio, pad_to_aspect_ratio, data_format`. */
export const resize: OperationReader = (call) => {
	if (call.flag(4, false) || call.flag(5, false)) throw call.unsupported("it keeps the aspect ratio");
	if (!isLast(call, 6)) throw call.unsupported("its channels come first");
	return resized(call, call.text(2, "bilinear").toLowerCase(), call.flag(3, false));
};

/** TensorFlow: `x, size, method, preserve_aspect_ratio, antialias`. */
export const tensorFlowResize: OperationReader = (call) => {
	if (call.flag(3, false)) throw call.unsupported("it keeps the aspect ratio");
	return resized(call, call.text(2, "bilinear").toLowerCase(), call.flag(4, false));
};

/** Keras and TensorFlow weigh the colours alike. */
export const grayscale: OperationReader = (call) => {
	if (!isLast(call, 1)) throw call.unsupported("its channels come first");
	return call.tf("MatMul", [call.value(0), constant([3, 1], [0.2989, 0.587, 0.114])]);
};

export const grayscaleToRgb: OperationReader = (call) => {
	const x = call.value(0);
	const axis = fileShape(x).length - 1;
	return call.tf("Tile", [x, list(fileShape(x).map((_, i) => (i === axis ? 3 : 1)))]);
};

/** `x, top, left, height, width`. */
export const cropToBox: OperationReader = (call) => {
	const x = requireImage(call);
	const [top, left, height, width] = [1, 2, 3, 4].map((at) => call.number(at)) as [number, number, number, number];
	return call.tf("Slice", [x, list([0, top, left, 0]), list([-1, height, width, -1])]);
};

/** `x, top, left, height, width`. */
export const padToBox: OperationReader = (call) => {
	const [top, left, height, width] = [1, 2, 3, 4].map((at) => call.number(at)) as [number, number, number, number];
	return padded(call, top, left, height, width);
};

function padded(call: OperationCall, top: number, left: number, height: number, width: number): Value {
	const x = requireImage(call);
	const [, rows = 0, columns = 0] = fileShape(x);
	const paddings = [0, 0, top, height - top - rows, left, width - left - columns, 0, 0];
	return call.tf("PadV2", [x, list(paddings), scalar(0)]);
}

/** The middle, or a border of zeros: `x, height, width`. */
export const cropOrPad: OperationReader = (call) => {
	const x = requireImage(call);
	const [, rows = 0, columns = 0] = fileShape(x);
	const [height, width] = [call.number(1), call.number(2)];
	const [cutRows, cutColumns] = [Math.max(0, rows - height), Math.max(0, columns - width)];
	const begin = [0, Math.floor(cutRows / 2), Math.floor(cutColumns / 2), 0];
	const part = call.tf("Slice", [x, list(begin), list([-1, rows - cutRows, columns - cutColumns, -1])], {}, "crop");
	const [moreRows, moreColumns] = [Math.max(0, height - rows), Math.max(0, width - columns)];
	const [top, left] = [Math.floor(moreRows / 2), Math.floor(moreColumns / 2)];
	return call.tf("PadV2", [part, list([0, 0, top, moreRows - top, left, moreColumns - left, 0, 0]), scalar(0)]);
};

/** Keras: `x, top, left, bottom, right, target_height, target_width`; of each axis two are given. */
export const cropSides: OperationReader = (call) => {
	const x = requireImage(call);
	const [, rows = 0, columns = 0] = fileShape(x);
	const [top, height] = sides(call, rows, [1, 3, 5], -1);
	const [left, width] = sides(call, columns, [2, 4, 6], -1);
	return call.tf("Slice", [x, list([0, top, left, 0]), list([-1, height, width, -1])]);
};

export const padSides: OperationReader = (call) => {
	const [, rows = 0, columns = 0] = fileShape(requireImage(call));
	const [top, height] = sides(call, rows, [1, 3, 5], 1);
	const [left, width] = sides(call, columns, [2, 4, 6], 1);
	return padded(call, top, left, height, width);
};

/** What goes (-1) or comes (1) before, and the size afterwards, of before, after and size. */
function sides(
	call: OperationCall,
	size: number,
	[before, after, target]: readonly [number, number, number],
	sign: 1 | -1,
): readonly [number, number] {
	const given = (at: number) => (call.has(at) ? call.number(at) : null);
	const [first, last, wanted] = [given(before), given(after), given(target)];
	if (first !== null && last !== null) return [first, size + sign * (first + last)];
	const whole = wanted ?? size;
	if (first !== null) return [first, whole];
	return [sign * (whole - size) - (last ?? 0), whole];
}

/** Patches beside each other, each one's values as channels: `x, size, strides, dilation_rate, padding, data_format`. */
export const patches: OperationReader = (call) => {
	const x = requireImage(call);
	const size = pair(call, 1, true, 1);
	const strides = call.has(2) ? pair(call, 2, true, 1) : size;
	const rates = pair(call, 3, true, 1);
	const isTiled = size.every((side, axis) => side === strides[axis]) && rates.every((rate) => rate === 1);
	if (!isTiled || call.text(4, "valid").toLowerCase() !== "valid" || !isLast(call, 5))
		throw call.unsupported("its patches overlap or lie apart");
	const [n = 1, rows = 0, columns = 0, channels = 0] = fileShape(x);
	const [down, across] = [Math.floor(rows / size[0]), Math.floor(columns / size[1])];
	const whole = call.tf(
		"Slice",
		[x, list([0, 0, 0, 0]), list([-1, down * size[0], across * size[1], -1])],
		{},
		"whole",
	);
	const apart = call.tf("Reshape", [whole, list([n, down, size[0], across, size[1], channels])], {}, "apart");
	const moved = call.tf("Transpose", [apart, list([0, 1, 3, 2, 4, 5])], {}, "moved");
	return call.tf("Reshape", [moved, list([n, down, across, size[0] * size[1] * channels])]);
};
