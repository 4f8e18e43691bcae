/** Operations place by place as nodes of the network; operands are brought to one arrangement first. */
import type { BinaryFunction, NetworkNode, Operation, PointwiseFunction, Weight } from "../../../network/types.js";
import { type Activation, type Origin, productOf } from "../activation.js";
import { type Aligned, align, combined, constantWeight, operandNode, type Value } from "../align.js";
import { type Emitter, likewise } from "../emitter.js";
import type { Tensor } from "../tensor.js";

/** A function of one value. */
export function pointwise(emitter: Emitter, origin: Origin, x: Activation, f: PointwiseFunction): Activation {
	return likewise(x, emitter.layer(origin, { op: "Pointwise", function: f }, [x.node]));
}

/** `x·scale + offset` with one number each. */
export function affine(emitter: Emitter, origin: Origin, x: Activation, scale: number, offset: number): Activation {
	const weights = { ...(scale !== 1 && scalar("scale", scale)), ...(offset !== 0 && scalar("offset", offset)) };
	return likewise(x, emitter.layer(origin, { op: "Affine" }, [x.node], weights));
}

/** The value in a node with the layer's name that does nothing. */
export function identity(emitter: Emitter, origin: Origin, x: Activation): Activation {
	return likewise(x, emitter.layer(origin, { op: "Identity" }, [x.node]));
}

/** A sum of two. */
export function add(emitter: Emitter, origin: Origin, a: Value, b: Value): Activation {
	return combine(emitter, origin, { op: "Add" }, [a, b], (constant) => ({ offset: constant }));
}

export function multiply(emitter: Emitter, origin: Origin, a: Value, b: Value): Activation {
	return combine(emitter, origin, { op: "Multiply" }, [a, b], (constant) => ({ scale: constant }));
}

export function subtract(emitter: Emitter, origin: Origin, a: Value, b: Value): Activation {
	return combine(emitter, origin, { op: "Binary", function: "subtract" }, [a, b], (constant, isFirst) =>
		isFirst ? { ...scalar("scale", -1), offset: constant } : { offset: mapped(constant, (v) => -v) },
	);
}

export function divide(emitter: Emitter, origin: Origin, a: Value, b: Value): Activation {
	if (a.kind === "tensor" && b.kind === "activation") {
		const inverse = likewise(
			b,
			emitter.part(origin, "reciprocal", { op: "Pointwise", function: { fn: "power", exponent: -1 } }, [b.node]),
		);
		return multiply(emitter, origin, inverse, a);
	}
	return combine(emitter, origin, { op: "Binary", function: "divide" }, [a, b], (constant, isFirst) =>
		isFirst ? null : { scale: mapped(constant, (v) => 1 / v) },
	);
}

export function power(emitter: Emitter, origin: Origin, a: Value, b: Value): Activation {
	if (a.kind === "activation" && b.kind === "tensor" && b.data.length === 1)
		return pointwise(emitter, origin, a, { fn: "power", exponent: b.data[0] as number });
	return binary(emitter, origin, "power", a, b);
}

export function binary(emitter: Emitter, origin: Origin, f: BinaryFunction, a: Value, b: Value): Activation {
	return combine(emitter, origin, { op: "Binary", function: f }, [a, b], () => null);
}

/** `condition ? a : b`; the condition is 1 or 0. */
export function select(emitter: Emitter, origin: Origin, condition: Value, a: Value, b: Value): Activation {
	return combine(emitter, origin, { op: "Select" }, [condition, a, b], () => null);
}

/** `x >= 0 ? x : slope·x`, the slope broadcast against the value. */
export function prelu(emitter: Emitter, origin: Origin, x: Activation, slope: Tensor): Activation {
	if (slope.data.length === 1)
		return pointwise(emitter, origin, x, {
			fn: "generalRelu",
			max: null,
			slope: slope.data[0] as number,
			threshold: 0,
		});
	const aligned = align(emitter, [x, slope], origin);
	const node = emitter.layer(origin, { op: "PReLU" }, [operandNode(emitter, aligned, 0, origin)], {
		alpha: constantWeight(slope, aligned),
	});
	return combined(aligned, node);
}

type AffineWeights = NetworkNode["weights"];

/**
 * The operation as a node of all operands; or, where one of two is a constant that doesn't enlarge the other and
 * `asAffine` says how, as a scale or an offset.
 */
function combine(
	emitter: Emitter,
	origin: Origin,
	operation: Operation,
	values: readonly Value[],
	asAffine: (constant: Weight, isFirst: boolean) => AffineWeights | null,
): Activation {
	const aligned = align(emitter, values, origin);
	const constantAt = aligned.operands.findIndex((value) => value.kind === "tensor");
	if (values.length === 2 && constantAt >= 0) {
		const x = aligned.operands[1 - constantAt] as Activation;
		const constant = constantWeight(aligned.operands[constantAt] as Tensor, aligned);
		const weights = keepsSize(x, aligned) ? asAffine(constant, constantAt === 0) : null;
		if (weights) {
			const from = operandNode(emitter, aligned, 1 - constantAt, origin);
			return combined(aligned, emitter.layer(origin, { op: "Affine" }, [from], weights));
		}
	}
	const inputs = values.map((_, i) => operandNode(emitter, aligned, i, origin));
	return combined(aligned, emitter.layer(origin, operation, inputs));
}

function keepsSize(x: Activation, aligned: Aligned): boolean {
	return productOf(x.axes.flat()) === aligned.shape.reduce((a, b) => a * b, 1);
}

function scalar<Role extends "scale" | "offset">(role: Role, value: number): Partial<Record<Role, Weight>>;
function scalar(role: "scale" | "offset", value: number): AffineWeights {
	return { [role]: { name: role, shape: [1], data: Float32Array.of(value) } };
}

function mapped(weight: Weight, f: (v: number) => number): Weight {
	return { ...weight, data: weight.data.map(f) };
}
