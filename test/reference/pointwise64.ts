/** Pointwise functions in float64, from their definitions. */
import type { PointwiseFunction } from "../../src/compute/network/types.js";

export function pointwise64(f: PointwiseFunction, x: number): number {
	const clip = (v: number) => Math.min(1, Math.max(0, v));
	const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
	switch (f.fn) {
		case "relu":
			return Math.max(0, x);
		case "generalRelu":
			return x > f.threshold ? Math.min(x, f.max ?? Number.POSITIVE_INFINITY) : f.slope * (x - f.threshold);
		case "elu":
			return x > 0 ? x : f.alpha * Math.expm1(x);
		case "selu":
			return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
		case "sigmoid":
			return sigmoid(x);
		case "hardSigmoid":
			return clip(f.slope * x + f.offset);
		case "hardSwish":
			return x * clip(x / 6 + 0.5);
		case "tanh":
			return Math.tanh(x);
		case "softplus":
			return Math.log1p(Math.exp(x));
		case "softsign":
			return x / (1 + Math.abs(x));
		case "swish":
			return x * sigmoid(x);
		case "gelu":
			return f.approximate
				? 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
				: 0.5 * x * (1 + erf(x / Math.SQRT2));
		case "mish":
			return x * Math.tanh(Math.log1p(Math.exp(x)));
		case "exponential":
			return Math.exp(x);
		case "logarithm":
			return Math.log(x);
		case "clip":
			return Math.min(f.high ?? Number.POSITIVE_INFINITY, Math.max(f.low ?? Number.NEGATIVE_INFINITY, x));
		case "absolute":
			return Math.abs(x);
		case "power":
			return x ** f.exponent;
		case "erf":
			return erf(x);
		case "hardShrink":
			return Math.abs(x) > f.threshold ? x : 0;
		case "softShrink":
			return Math.sign(x) * Math.max(0, Math.abs(x) - f.threshold);
		case "tanhShrink":
			return x - Math.tanh(x);
		case "squareplus":
			return (x + Math.sqrt(x * x + f.b)) / 2;
		case "sparsePlus":
			return x <= -1 ? 0 : x < 1 ? (x + 1) ** 2 / 4 : x;
		case "logSigmoid":
			return Math.log(sigmoid(x));
	}
}

/** Maclaurin series, accurate to float64 for the |x| < 4 that tests use. */
function erf(x: number): number {
	let term = x;
	let sum = x;
	for (let n = 1; n < 120; n++) {
		term *= (-x * x) / n;
		sum += term / (2 * n + 1);
	}
	return (2 / Math.sqrt(Math.PI)) * sum;
}
