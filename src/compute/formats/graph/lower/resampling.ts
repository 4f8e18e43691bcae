/**
 * Resizing along one axis as a matrix of weights.
 *
 * Source: the ONNX specification of Resize, whose coordinate rules include TensorFlow's and PyTorch's. Cubic:
 * Keys, "Cubic Convolution Interpolation for Digital Image Processing", 1981.
 */
import type { Matrix } from "../../../network/types.js";

export type CoordinateRule =
	| "half_pixel"
	| "half_pixel_symmetric"
	| "pytorch_half_pixel"
	| "align_corners"
	| "asymmetric"
	| "tf_half_pixel_for_nn"
	| "tf_crop_and_resize";

export type NearestRule = "round_prefer_floor" | "round_prefer_ceil" | "floor" | "ceil";

export interface Resampling {
	readonly mode: "nearest" | "linear" | "cubic";
	readonly coordinates: CoordinateRule;
	readonly nearest: NearestRule;
	readonly cubicCoefficient: number;
	/** Whether samples outside the image count nothing, instead of as the nearest one inside. */
	readonly excludeOutside: boolean;
	/** Whether the filter widens where the image shrinks. */
	readonly antialias: boolean;
}

export interface AxisResize {
	readonly input: number;
	readonly output: number;
	/** Output pixels per input pixel; not always `output / input`. */
	readonly scale: number;
	/** Start and end in [0, 1], for `tf_crop_and_resize`. */
	readonly region: readonly [number, number];
}

/** Row i holds what each input sample contributes to output sample i; zeros where it lies outside a cropped region. */
export function resampleMatrix(axis: AxisResize, rule: Resampling): Matrix {
	const { input, output } = axis;
	const data = new Float32Array(output * input);
	for (let i = 0; i < output; i++) {
		const place = sourcePlace(i, axis, rule.coordinates);
		if (rule.coordinates === "tf_crop_and_resize" && (place < 0 || place > input - 1)) continue;
		const before = Math.ceil(place) - 1;
		const weights = coefficients(place - before, axis.scale, rule);
		const first = before - weights.length / 2 + 1;
		const counts = weights.map((_, k) => !rule.excludeOutside || (first + k >= 0 && first + k < input));
		const total = rule.excludeOutside ? weights.reduce((sum, w, k) => sum + (counts[k] ? w : 0), 0) : 1;
		weights.forEach((weight, k) => {
			const from = i * input + Math.min(input - 1, Math.max(0, first + k));
			if (counts[k]) data[from] = (data[from] as number) + weight / total;
		});
	}
	return { rows: output, columns: input, data };
}

function sourcePlace(i: number, { input, output, scale, region }: AxisResize, rule: CoordinateRule): number {
	const wanted = scale * input;
	switch (rule) {
		case "half_pixel":
			return (i + 0.5) / scale - 0.5;
		case "half_pixel_symmetric":
			return (input / 2) * (1 - output / wanted) + (i + 0.5) / scale - 0.5;
		case "pytorch_half_pixel":
			return output === 1 ? -0.5 : (i + 0.5) / scale - 0.5;
		case "align_corners":
			return wanted === 1 ? 0 : (i * (input - 1)) / (wanted - 1);
		case "asymmetric":
			return i / scale;
		case "tf_half_pixel_for_nn":
			return (i + 0.5) / scale;
		case "tf_crop_and_resize": {
			const [start, end] = region;
			const reach = (end - start) * (input - 1);
			return start * (input - 1) + (wanted === 1 ? reach / 2 : (i * reach) / (wanted - 1));
		}
	}
}

/** Weights of the samples around a place `ratio` in (0, 1] beyond a sample: an even number, half of them before it. */
function coefficients(ratio: number, scale: number, rule: Resampling): number[] {
	if (rule.mode === "nearest") {
		const second = ratio === 1 || takesSecond(ratio, rule.nearest);
		return second ? [0, 1] : [1, 0];
	}
	const shrink = rule.antialias ? Math.min(1, scale) : 1;
	const radius = rule.mode === "linear" ? 1 : 2;
	const first = Math.floor(-radius / shrink) + 1;
	const kernel = rule.mode === "linear" ? triangle : (x: number) => cubic(x, rule.cubicCoefficient);
	const weights = Array.from({ length: 2 - 2 * first }, (_, k) => kernel((first + k - ratio) * shrink));
	const total = weights.reduce((a, b) => a + b, 0);
	return weights.map((weight) => weight / total);
}

function takesSecond(ratio: number, rule: NearestRule): boolean {
	switch (rule) {
		case "round_prefer_floor":
			return ratio > 0.5;
		case "round_prefer_ceil":
			return ratio >= 0.5;
		case "floor":
			return false;
		case "ceil":
			return true;
	}
}

function triangle(x: number): number {
	return Math.max(0, 1 - Math.abs(x));
}

function cubic(distance: number, a: number): number {
	const x = Math.abs(distance);
	if (x <= 1) return (a + 2) * x ** 3 - (a + 3) * x ** 2 + 1;
	return x < 2 ? a * x ** 3 - 5 * a * x ** 2 + 8 * a * x - 4 * a : 0;
}
