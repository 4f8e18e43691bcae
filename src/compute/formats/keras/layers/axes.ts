/** Axes as Keras counts them, and operations of the last axis applied to others. */
import type { Operation, Shape } from "../../../network/types.js";
import type { LayerCall } from "./layer.js";

/** The axes that `key` names, counted in an example of this shape, ascending. The batch is refused. */
export function exampleAxes(call: LayerCall, key: string, fallback: number, shape: Shape): readonly number[] {
	const given = call.settings.axes(key, fallback);
	if (given === null) return call.settings.unsupported(`no ${key} (null)`);
	const axes = given.map((axis) => {
		const own = axis < 0 ? axis + shape.length : axis - 1;
		if (axis === 0 || own === -1) return call.settings.unsupported(`${key} ${axis}, which is the batch,`);
		if (own < 0 || own >= shape.length)
			return call.settings.wrong(key, `an axis of ${shape.length + 1}, batch included`, axis);
		return own;
	});
	if (axes.length === 0 || new Set(axes).size !== axes.length)
		return call.settings.wrong(key, "different axes", [...given]);
	return axes.toSorted((a, b) => a - b);
}

/**
 * Adds what `apply` adds, for a value whose last axis is the given ones together, and moves the result's axes
 * back. `apply` must leave the shape as it is.
 */
export function overLastAxis(
	call: LayerCall,
	node: string,
	axes: readonly number[],
	apply: (node: string) => string,
): string {
	const shape = call.shapeOf(node);
	const rank = shape.length;
	if (axes.length === 1 && axes[0] === rank - 1) return apply(node);
	const others = [...shape.keys()].filter((axis) => !axes.includes(axis));
	const order = [...others, ...axes];
	const moved = order.map((axis) => shape[axis] as number);
	const joined = [...moved.slice(0, others.length), moved.slice(others.length).reduce((a, b) => a * b, 1)];
	const step = (suffix: string, operation: Operation, from: string) => call.add(suffix, operation, {}, [from]);
	const last = step("transpose", { op: "Transpose", order }, node);
	const flat = axes.length === 1 ? last : step("join", { op: "Reshape", shape: joined }, last);
	const applied = apply(flat);
	const split = axes.length === 1 ? applied : step("split", { op: "Reshape", shape: moved }, applied);
	return step("transpose-back", { op: "Transpose", order: order.map((_, axis) => order.indexOf(axis)) }, split);
}
