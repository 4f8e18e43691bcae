/** Gradients that a backend has to get right before it is used: a wrong one would make attacks fail without a word. */
import * as tf from "@tensorflow/tfjs-core";
import { asBlindspotError, BlindspotError } from "../errors.js";
import type { BackendName } from "../reports/report.js";

/** The gradient at `x` of the sum of `f(x)`'s values, each times its weight, is known in closed form. */
interface KnownGradient {
	readonly of: string;
	readonly shape: number[];
	readonly x: readonly number[];
	readonly f: (x: tf.Tensor) => tf.Tensor;
	readonly weights: readonly number[];
	readonly gradient: readonly number[];
}

/** Relative to the larger of 1 and the known value: far above what float32 loses in a dozen terms. */
const TOLERANCE = 1e-4;

const LABELS: Readonly<Record<BackendName, string>> = {
	native: "Native TensorFlow",
	wasm: "WebAssembly",
	js: "TensorFlow.js in JavaScript",
};

/** Checks the backend in use; takes a few milliseconds. Throws `backend` for the first gradient that is wrong or missing. */
export function checkGradients(name: BackendName): void {
	for (const known of KNOWN) {
		const found = gradientOf(known, name);
		const right = known.gradient.every(
			(value, i) => Math.abs(value - (found[i] as number)) <= TOLERANCE * Math.max(1, Math.abs(value)),
		);
		if (!right || found.length !== known.gradient.length)
			throw new BlindspotError(
				"backend",
				`${LABELS[name]} computes a wrong gradient of ${known.of} on this machine and isn't used.`,
			);
	}
}

function gradientOf({ of, shape, x, f, weights }: KnownGradient, name: BackendName): Float32Array {
	try {
		return tf.tidy(() => {
			const weighted = (point: tf.Tensor) => {
				const value = f(point);
				return tf.sum(tf.mul(value, tf.tensor([...weights], value.shape)));
			};
			return tf
				.grad(weighted)(tf.tensor([...x], shape))
				.dataSync() as Float32Array;
		});
	} catch (error) {
		throw new BlindspotError(
			"backend",
			`${LABELS[name]} can't compute the gradient of ${of} and isn't used: ${asBlindspotError(error).message}`,
		);
	}
}

const ramp = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

const KNOWN: readonly KnownGradient[] = [
	{
		of: "a dense layer",
		shape: [2, 3],
		x: ramp(6),
		f: (x) => tf.matMul(x, tf.tensor2d([1, 2, 3, -4, 0.5, 6], [3, 2])),
		weights: [2, -1, 1, 3],
		// The kernel times each row's weights.
		gradient: [0, 10, -5, 7, -9, 18.5],
	},
	{
		of: "a convolution with stride 2",
		shape: [1, 4, 4, 2],
		x: ramp(32),
		// Windows begin at rows and columns 0 and 2; the border is below and to the right.
		f: (x) =>
			tf.conv2d(
				x as tf.Tensor4D,
				tf.tensor4d(
					ramp(9).flatMap((v) => [v, -v]),
					[3, 3, 2, 1],
				),
				2,
				"same",
			),
		weights: [1, 10, 100, 1000],
		// At (y, x), for each window that holds it, its weight times the kernel's value there.
		gradient: [1, 2, 13, 20, 4, 5, 46, 50, 107, 208, 1379, 2080, 400, 500, 4600, 5000].flatMap((v) => [v, -v]),
	},
	{
		of: "a depthwise convolution",
		shape: [1, 3, 3, 2],
		x: ramp(18),
		f: (x) =>
			tf.depthwiseConv2d(
				x as tf.Tensor4D,
				tf.tensor4d(
					ramp(9).flatMap((v) => [v, -2 * v]),
					[3, 3, 2, 1],
				),
				1,
				"same",
			),
		// The middle window gives the kernel itself; the one at the corner, where its middle lies, its lower right.
		weights: [100, 0, 0, 0, 1, 0, 0, 0, 0].flatMap((v) => [v, v]),
		gradient: [501, 602, 3, 804, 905, 6, 7, 8, 9].flatMap((v) => [v, -2 * v]),
	},
	{
		of: "max pooling",
		shape: [1, 2, 4, 1],
		x: [-3, -1, -5, -6, -2, -4, -7, -2],
		f: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, "valid"),
		weights: [2, 3],
		gradient: [0, 2, 0, 0, 0, 0, 0, 3],
	},
	{
		of: "average pooling",
		shape: [1, 3, 3, 1],
		x: ramp(9),
		f: (x) => {
			const border: [number, number] = [1, 1];
			return tf.avgPool(tf.pad(x as tf.Tensor4D, [[0, 0], border, border, [0, 0]]), 3, 1, "valid");
		},
		// A ninth of the middle window's weight everywhere, and of the corner's in the two rows and columns that it reaches.
		weights: [18, 0, 0, 0, 9, 0, 0, 0, 0],
		gradient: [3, 3, 1, 3, 3, 1, 1, 1, 1],
	},
	{
		of: "leaky ReLU",
		shape: [1, 4],
		x: [-2, -0.5, 0.5, 3],
		f: (x) => tf.leakyRelu(x, 0.25),
		weights: [1, 2, 3, 4],
		gradient: [0.25, 0.5, 3, 4],
	},
	{
		of: "a clipped ReLU",
		shape: [1, 4],
		x: [-2, 0.5, 5, 7],
		f: (x) => tf.clipByValue(x, 0, 6),
		weights: [1, 2, 3, 4],
		gradient: [0, 2, 3, 0],
	},
	{
		of: "batch normalisation",
		shape: [1, 1, 2, 2],
		x: ramp(4),
		f: (x) => tf.add(tf.mul(x, tf.tensor1d([2, -3])), tf.tensor1d([5, 7])),
		weights: [1, 2, 3, 4],
		gradient: [2, -6, 6, -12],
	},
	{
		of: "softmax",
		shape: [1, 3],
		x: [0, Math.log(2), Math.log(5)],
		f: (x) => tf.softmax(x),
		weights: [8, 0, 0],
		// With probabilities p = 1/8, 2/8, 5/8: p times the difference of the weight and the mean weight, which is 1.
		gradient: [7 / 8, -2 / 8, -5 / 8],
	},
];
