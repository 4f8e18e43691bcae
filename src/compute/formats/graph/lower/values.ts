/** Operations on values that may be constants, which are computed, or depend on the picture, which become nodes. */
import { type Activation, type Origin, partOf } from "../activation.js";
import type { Value } from "../align.js";
import type { Emitter } from "../emitter.js";
import { combine } from "../evaluate/elementwise.js";
import * as constants from "../evaluate/tensors.js";
import { expanded, integers, reshaped, transposed } from "../tensor.js";
import * as elementwise from "./elementwise.js";
import { matMul } from "./linear.js";
import * as shaping from "./shaping.js";
import * as statistics from "./statistics.js";

export function transposeValue(origin: Origin, x: Value, order: readonly number[]): Value {
	return x.kind === "tensor" ? transposed(x, order) : shaping.transpose(origin, x, order);
}

export function reshapeValue(emitter: Emitter, origin: Origin, x: Value, shape: readonly number[]): Value {
	return x.kind === "tensor" ? reshaped(x, shape) : shaping.reshape(emitter, origin, x, shape);
}

/** The sum over axes, which go. */
export function sumValue(emitter: Emitter, origin: Origin, x: Value, axes: readonly number[]): Value {
	if (axes.length === 0) return x;
	if (x.kind === "tensor") return constants.reduce(x, axes, false, 0, (sum, v) => sum + v);
	return statistics.reduce(emitter, partOf(origin, "sum"), x, axes, "sum", false);
}

/** Along an axis the values at `indices`. */
export function gatherValue(
	emitter: Emitter,
	origin: Origin,
	x: Value,
	axis: number,
	indices: readonly number[],
): Value {
	if (x.kind === "tensor") return constants.gather(x, integers(indices), axis);
	return shaping.gather(emitter, origin, x, axis, indices);
}

/** Copies along axes of size 1. */
export function repeatValue(emitter: Emitter, origin: Origin, x: Value, sizes: ReadonlyMap<number, number>): Value {
	if (x.kind === "activation") return shaping.repeat(emitter, origin, x, sizes);
	return expanded(
		x,
		x.shape.map((size, axis) => sizes.get(axis) ?? size),
	);
}

export function multiplyValues(emitter: Emitter, origin: Origin, a: Value, b: Value): Value {
	if (a.kind === "tensor" && b.kind === "tensor") return combine(a, b, (x, y) => x * y);
	return elementwise.multiply(emitter, origin, a, b);
}

/** NumPy's product. */
export function matMulValues(emitter: Emitter, origin: Origin, a: Value, b: Value): Value {
	if (a.kind === "tensor" && b.kind === "tensor") return constants.matMul(a, b);
	return matMul(emitter, origin, a, b);
}

/** Values one after the other along an axis. */
export function concatenateValues(emitter: Emitter, origin: Origin, values: readonly Value[], axis: number): Value {
	const known = values.flatMap((value) => (value.kind === "tensor" ? [value] : []));
	if (known.length === values.length) return constants.concatenate(known, axis);
	return shaping.concatenate(emitter, origin, values, axis);
}

/** A value whose last step has made its node: what regroups it later is no layer of its own. */
export function settled(x: Activation): Activation {
	return { ...x, pending: null };
}
