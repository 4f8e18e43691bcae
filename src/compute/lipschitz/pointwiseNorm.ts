/** The steepest slope of a pointwise function: its Lipschitz constant in any norm. */
import type { PointwiseFunction } from "../network/types.js";
import { exact, type Norm, unbounded } from "./norm.js";

/** The largest slopes of functions without a simple one, rounded up in the last digit. Tests maximise the quotients. */
const STEEPEST = {
	/** At x = √2: Φ(x) + x·φ(x). */
	gelu: 1.12890415,
	/** At x = 1.4185. */
	tanhGelu: 1.12899307,
	/** At x = 2.3994. */
	swish: 1.09983933,
	/** At x = 1.4906. */
	mish: 1.08849817,
	/** Just below 0: scale times α. */
	selu: 1.75809935,
} as const;

export function pointwiseNorm(f: PointwiseFunction): Norm {
	switch (f.fn) {
		case "relu":
		case "tanh":
		case "softplus":
		case "softsign":
		case "absolute":
		case "tanhShrink":
		case "sparsePlus":
		case "logSigmoid":
			return exact(1);
		case "softShrink":
			return exact(f.threshold >= 0 ? 1 : 2);
		case "clip":
			return exact(f.low !== null && f.high !== null && f.low >= f.high ? 0 : 1);
		case "generalRelu":
			return generalRelu(f.max, f.slope, f.threshold);
		case "elu":
			return exact(Math.max(1, Math.abs(f.alpha)));
		case "selu":
			return exact(STEEPEST.selu);
		case "sigmoid":
			return exact(1 / 4);
		case "hardSigmoid":
			return exact(Math.abs(f.slope));
		case "hardSwish":
			return exact(1.5);
		case "swish":
			return exact(STEEPEST.swish);
		case "gelu":
			return exact(f.approximate ? STEEPEST.tanhGelu : STEEPEST.gelu);
		case "mish":
			return exact(STEEPEST.mish);
		case "erf":
			return exact(2 / Math.sqrt(Math.PI));
		case "squareplus":
			return f.b >= 0 ? exact(1) : unbounded("its slope grows without limit where b is negative");
		case "exponential":
			return unbounded("the exponential grows without limit");
		case "logarithm":
			return unbounded("the logarithm is infinitely steep at 0");
		case "power":
			if (f.exponent === 0) return exact(0);
			if (f.exponent === 1) return exact(1);
			return unbounded(`x^${f.exponent} has no steepest slope`);
		case "hardShrink":
			return f.threshold > 0 ? unbounded(`it jumps at ±${f.threshold}`) : exact(1);
	}
}

/** `x > threshold ? min(x, max) : slope·(x - threshold)`, which jumps where the two halves don't meet. */
function generalRelu(max: number | null, slope: number, threshold: number): Norm {
	const above = max === null ? threshold : Math.min(threshold, max);
	if (above !== 0) return unbounded(`it jumps at ${threshold}`);
	const rises = max === null || max > threshold;
	return exact(Math.max(Math.abs(slope), rises ? 1 : 0));
}
