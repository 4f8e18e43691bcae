/** Normalisations with learnt scales: over the batch (as learnt), within examples, and to unit length. */
import type { Shape, Weight } from "../../../network/types.js";
import { exampleAxes, overLastAxis } from "./axes.js";
import { constantWeight, type LayerCall, type LayerReader, onlyShape, reshapedWeight } from "./layer.js";

/** Positions in a `.keras` file: gamma and beta where they are, then mean and variance. */
export const batchNormalization: LayerReader = (call) => {
	const { settings } = call;
	const shape = onlyShape(call);
	const axes = exampleAxes(call, "axis", -1, shape);
	if (axes.length !== 1) settings.unsupported("BatchNormalization over several axes");
	const channels = [shape[axes[0] as number] as number];
	const { factors, position } = scaleAndOffset(call, channels);
	const mean = call.weight(["moving_mean"], position, channels);
	const variance = call.weight(["moving_variance"], position + 1, channels);
	const operation = { op: "BatchNormalization", epsilon: settings.number("epsilon", 1e-3) } as const;
	return overLastAxis(call, call.inputs[0] as string, axes, (node) =>
		call.add("", operation, { ...factors, mean, variance }, [node]),
	);
};

export const layerNormalization: LayerReader = (call) => {
	const { settings } = call;
	const shape = onlyShape(call);
	if (settings.flag("rms_scaling", false)) settings.unsupported("LayerNormalization with rms_scaling");
	const axes = exampleAxes(call, "axis", -1, shape);
	const { factors } = scaleAndOffset(
		call,
		axes.map((axis) => shape[axis] as number),
	);
	const placed = Object.entries(factors).map(([role, weight]) => [role, spread(weight, axes, shape)]);
	const operation = { op: "LayerNormalization", axes, epsilon: settings.number("epsilon", 1e-3) } as const;
	return call.add("", operation, Object.fromEntries(placed));
};

export const groupNormalization: LayerReader = (call) => {
	const { settings } = call;
	const shape = onlyShape(call);
	const axes = exampleAxes(call, "axis", -1, shape);
	if (axes.length !== 1) settings.wrong("axis", "one axis", [...axes]);
	const channels = shape[axes[0] as number] as number;
	const asked = settings.number("groups", 32);
	const groups = asked === -1 ? channels : settings.count("groups", 32);
	const { factors } = scaleAndOffset(call, [channels]);
	const operation = { op: "GroupNormalization", groups, epsilon: settings.number("epsilon", 1e-3) } as const;
	return overLastAxis(call, call.inputs[0] as string, axes, (node) => call.add("", operation, factors, [node]));
};

/** `x / sqrt(mean(x²) + epsilon) · scale`. */
export const rmsNormalization: LayerReader = (call) => {
	const shape = onlyShape(call);
	const axes = exampleAxes(call, "axis", -1, shape);
	const scale = call.weight(
		["scale"],
		0,
		axes.map((axis) => shape[axis] as number),
	);
	const epsilon = constantWeight(call, "epsilon", [1], [call.settings.number("epsilon", 1e-6)]);
	const [x] = call.inputs as [string];
	const square = call.add("square", { op: "Pointwise", function: { fn: "power", exponent: 2 } });
	const mean = call.add("mean", { op: "Reduce", kind: "mean", axes, keepDims: true }, {}, [square]);
	const raised = call.add("epsilon", { op: "Affine" }, { offset: epsilon }, [mean]);
	const inverse = call.add("inverse", { op: "Pointwise", function: { fn: "power", exponent: -0.5 } }, {}, [raised]);
	const normal = call.add("normal", { op: "Multiply" }, {}, [x, inverse]);
	return call.add("", { op: "Affine" }, { scale: spread(scale, axes, shape) }, [normal]);
};

export const unitNormalization: LayerReader = (call) => {
	const axes = exampleAxes(call, "axis", -1, onlyShape(call));
	return addUnitNorm(call, "", call.inputs[0] as string, axes);
};

/** Adds `x / sqrt(max(Σ x², least))` over the axes, the last node called `suffix`. */
export function addUnitNorm(call: LayerCall, suffix: string, x: string, axes: readonly number[]): string {
	const part = (name: string) => (suffix === "" ? name : `${suffix}-${name}`);
	const square = call.add(part("square"), { op: "Pointwise", function: { fn: "power", exponent: 2 } }, {}, [x]);
	const sum = call.add(part("sum"), { op: "Reduce", kind: "sum", axes, keepDims: true }, {}, [square]);
	const least = { fn: "clip", low: call.dialect.leastSquaredNorm, high: null } as const;
	const raised = call.add(part("least"), { op: "Pointwise", function: least }, {}, [sum]);
	const inverse = call.add(part("inverse"), { op: "Pointwise", function: { fn: "power", exponent: -0.5 } }, {}, [
		raised,
	]);
	return call.add(suffix, { op: "Multiply" }, {}, [x, inverse]);
}

/** `gamma` and `beta` where the layer has them, and the position of what is stored after them. */
function scaleAndOffset(call: LayerCall, shape: Shape) {
	let position = 0;
	const gamma = call.settings.flag("scale", true) ? { gamma: call.weight(["gamma"], position++, shape) } : {};
	const beta = call.settings.flag("center", true) ? { beta: call.weight(["beta"], position++, shape) } : {};
	return { factors: { ...gamma, ...beta }, position };
}

/** A weight over some axes, with size 1 along the others. */
function spread(weight: Weight, axes: readonly number[], shape: Shape): Weight {
	return reshapedWeight(
		weight,
		shape.map((size, axis) => (axes.includes(axis) ? size : 1)),
	);
}
