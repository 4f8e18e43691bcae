/** Pointwise functions in differentiable TensorFlow.js operations. */
import * as tf from "@tensorflow/tfjs-core";
import type { PointwiseFunction } from "./types.js";

export function pointwise(x: tf.Tensor, f: PointwiseFunction): tf.Tensor {
	switch (f.fn) {
		case "relu":
			return tf.relu(x);
		case "generalRelu":
			return generalRelu(x, f);
		case "elu":
			if (f.alpha === 1) return tf.elu(x);
			// exp of the negative part alone: on the positive side it could overflow and spoil the gradient.
			return tf.add(tf.relu(x), tf.mul(f.alpha, tf.expm1(tf.minimum(x, 0))));
		case "selu":
			return tf.selu(x);
		case "sigmoid":
			return tf.sigmoid(x);
		case "hardSigmoid":
			return hardSigmoid(x, f.slope, f.offset);
		case "hardSwish":
			return tf.mul(x, hardSigmoid(x, 1 / 6, 0.5));
		case "tanh":
			return tf.tanh(x);
		case "softplus":
			return tf.softplus(x);
		case "softsign":
			return tf.div(x, tf.add(1, tf.abs(x)));
		case "swish":
			return tf.mul(x, tf.sigmoid(x));
		case "gelu":
			return f.approximate ? tanhGelu(x) : tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
		case "mish":
			return tf.mul(x, tf.tanh(tf.softplus(x)));
		case "exponential":
			return tf.exp(x);
		case "logarithm":
			return tf.log(x);
		case "clip":
			return clip(x, f.low, f.high);
		case "absolute":
			return tf.abs(x);
		case "power":
			return power(x, f.exponent);
		case "erf":
			return tf.erf(x);
		case "hardShrink":
			// greaterEqual of the negated difference, since `greater` has no gradient registered.
			return tf.where(tf.greaterEqual(f.threshold, tf.abs(x)), tf.zerosLike(x), x);
		case "softShrink":
			return tf.sub(tf.relu(tf.sub(x, f.threshold)), tf.relu(tf.sub(tf.neg(x), f.threshold)));
		case "tanhShrink":
			return tf.sub(x, tf.tanh(x));
		case "squareplus":
			return tf.mul(0.5, tf.add(x, tf.sqrt(tf.add(tf.square(x), f.b))));
		case "sparsePlus":
			return tf.add(tf.mul(0.25, tf.square(tf.clipByValue(tf.add(x, 1), 0, 2))), tf.relu(tf.sub(x, 1)));
		case "logSigmoid":
			return tf.neg(tf.softplus(tf.neg(x)));
	}
}

function clip(x: tf.Tensor, low: number | null, high: number | null): tf.Tensor {
	if (low === 0 && high === 6) return tf.relu6(x);
	const raised = low === null ? x : tf.maximum(x, low);
	return high === null ? raised : tf.minimum(raised, high);
}

function power(x: tf.Tensor, exponent: number): tf.Tensor {
	if (exponent === 2) return tf.square(x);
	if (exponent === -1) return tf.reciprocal(x);
	return exponent > 0 && exponent < 1 ? root(x, exponent) : tf.pow(x, exponent);
}

/**
 * `x^exponent` for an exponent in (0, 1). Its slope at 0, which is infinite, is taken as 0: times that of the powers below a
 * norm it would be no number.
 */
export function root(x: tf.Tensor, exponent: number): tf.Tensor {
	// greaterEqual, since `equal` has no gradient registered.
	const isZero = tf.greaterEqual(0, tf.abs(x));
	const apart = tf.where(isZero, tf.onesLike(x), x);
	return tf.where(isZero, tf.zerosLike(x), exponent === 0.5 ? tf.sqrt(apart) : tf.pow(apart, exponent));
}

function generalRelu(x: tf.Tensor, f: Extract<PointwiseFunction, { fn: "generalRelu" }>): tf.Tensor {
	if (f.threshold === 0 && f.slope === 0 && f.max !== null) return clip(x, 0, f.max);
	if (f.threshold === 0 && f.max === null && f.slope >= 0 && f.slope <= 1) return tf.leakyRelu(x, f.slope);
	const above = f.max === null ? x : tf.minimum(x, f.max);
	const below = tf.mul(f.slope, tf.sub(x, f.threshold));
	// greaterEqual, since `greater` has no gradient registered.
	return tf.where(tf.greaterEqual(f.threshold, x), below, above);
}

function hardSigmoid(x: tf.Tensor, slope: number, offset: number): tf.Tensor {
	return tf.clipByValue(tf.add(tf.mul(x, slope), offset), 0, 1);
}

/** Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016: the tanh form. */
function tanhGelu(x: tf.Tensor): tf.Tensor {
	const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.mul(x, tf.mul(x, x)))));
	return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)));
}
