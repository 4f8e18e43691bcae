/** Activations that multiply a value with a gate of itself. */
import type { PointwiseFunction } from "../../../network/types.js";
import type { Activation } from "../../graph/activation.js";
import type { Emitter } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import type { Source } from "../node.js";
import { isClose, isSame, SUMS, type View } from "./view.js";

/** `x` times a gate of `x`: Swish, HardSwish, Mish, GELU. */
export function gated(view: View, root: Source, emitter: Emitter): Activation | null {
	const product = view.linear(root);
	if (product.offset !== 0) return null;
	for (const [first, second] of view.pairs(product.value, "Mul")) {
		const x = view.linear(first);
		const gate = view.linear(second);
		const value = view.known(x.value);
		if (x.offset !== 0 || value?.kind !== "activation") continue;
		const f = gateOf(
			view,
			x.value,
			gate.value,
			x.scale * product.scale * gate.scale,
			x.scale * product.scale * gate.offset,
		);
		if (f) return elementwise.pointwise(emitter, { ...root.node.origin, type: NAMES[f.fn] }, value, f);
	}
	return null;
}

type Gated = Extract<PointwiseFunction, { fn: "swish" | "hardSwish" | "mish" | "gelu" }>;
const NAMES = { swish: "Swish", hardSwish: "HardSwish", mish: "Mish", gelu: "Gelu" } as const;

/** What `x·(scale·gate + offset)` is. */
function gateOf(view: View, x: Source, gate: Source, scale: number, offset: number): Gated | null {
	/** Whether a value is this multiple of x, and a number more. */
	const isLinear = (source: Source | null, wanted: number, more = 0): boolean => {
		if (!source) return false;
		const found = view.linear(source);
		return isSame(found.value, x) && isClose(found.scale, wanted) && isClose(found.offset, more);
	};
	const { node } = gate;
	const inner = view.input(node, 0);
	switch (node.operation) {
		case "Sigmoid":
			return isClose(scale, 1) && isClose(offset, 0) && isLinear(inner, 1) ? { fn: "swish" } : null;
		case "Relu6":
			return isClose(scale, 1 / 6) && isClose(offset, 0) && isLinear(inner, 1, 3) ? { fn: "hardSwish" } : null;
		case "Erfc":
			return isClose(scale, 0.5) && isClose(offset, 0) && isLinear(inner, -Math.SQRT1_2)
				? { fn: "gelu", approximate: false }
				: null;
		case "Erf":
			return isClose(scale, 0.5) && isClose(offset, 0.5) && isLinear(inner, Math.SQRT1_2)
				? { fn: "gelu", approximate: false }
				: null;
		case "Tanh":
			if (isClose(scale, 1) && isClose(offset, 0) && isLinear(view.argument(inner, "Softplus"), 1))
				return { fn: "mish" };
			return isClose(scale, 0.5) && isClose(offset, 0.5) && isCubic(view, x, inner)
				? { fn: "gelu", approximate: true }
				: null;
		default:
			return null;
	}
}

/** `√(2/π)·(x + 0.044715·x³)` */
function isCubic(view: View, x: Source, source: Source | null): boolean {
	if (!source) return false;
	const { value, scale, offset } = view.linear(source);
	if (!isClose(scale, Math.sqrt(2 / Math.PI)) || offset !== 0) return false;
	return view.pairs(value, ...SUMS).some(([first, second]) => {
		const cubed = view.linear(second);
		const [base, exponent] = view.pair(cubed.value, "Pow") ?? [];
		const isThird = exponent !== undefined && view.number(exponent) === 3;
		return isSame(first, x) && isThird && isSame(base ?? null, x) && isClose(cubed.scale, 0.044715);
	});
}
