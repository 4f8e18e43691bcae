/** Pad: any axes, with a constant, the edge, a mirror or going round. */
import type { Operation } from "../../../network/types.js";
import { partOf, productOf, shapeOf } from "../../graph/activation.js";
import { dimOf, resized, slice } from "../../graph/lower/shaping.js";
import { axisOf, scalarOf } from "../../graph/tensor.js";
import type { OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";

interface Pads {
	readonly before: number[];
	readonly after: number[];
}

/** What a Pad adds (or, below 0, takes) before and after each axis. */
export function padsOf(
	node: OnnxNode,
	rank: number,
	list: (at: number, attribute: string) => readonly number[] | null,
): Pads {
	const pads = list(1, "pads");
	const axes = list(3, "axes")?.map((axis) => axisOf(axis, rank)) ?? Array.from({ length: rank }, (_, i) => i);
	if (!pads || pads.length !== 2 * axes.length || pads.some((pad) => !Number.isSafeInteger(pad)))
		throw node.damaged(`its 'pads' are [${pads?.join(", ") ?? ""}]`);
	const before = Array<number>(rank).fill(0);
	const after = Array<number>(rank).fill(0);
	axes.forEach((axis, i) => {
		before[axis] = pads[i] as number;
		after[axis] = pads[i + axes.length] as number;
	});
	return { before, after };
}

const MODES = ["constant", "edge", "reflect", "wrap"] as const;

export function modeOf(node: OnnxNode): (typeof MODES)[number] {
	const mode = MODES.find((name) => name === node.text("mode", "constant"));
	if (!mode) throw node.damaged(`its mode is '${node.text("mode", "constant")}'`);
	return mode;
}

export const pad: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const mode = modeOf(node);
	const constant = inputs.optionalConstant(2, "value");
	const value = constant ? scalarOf(constant) : node.float("value", 0);
	const whole = inputs.activation(0);
	const { before, after } = padsOf(node, whole.axes.length, (at, name) => inputs.ints(at, name));

	const shape = shapeOf(whole);
	const cut = (amounts: readonly number[], axis: number) => Math.max(0, -(amounts[axis] as number));
	const sizes = shape.map((size, axis) => size - cut(before, axis) - cut(after, axis));
	if (sizes.some((size) => size < 1)) throw node.unsupported("nothing is left of its input");
	const starts = shape.map((_, axis) => cut(before, axis));
	const ones = shape.map(() => 1);
	const x = slice(emitter, partOf(origin, "slice"), whole, starts, sizes, ones);

	const padded = [...shape.keys()].filter((axis) => (before[axis] as number) > 0 || (after[axis] as number) > 0);
	if (padded.length === 0) return [x];
	if (padded.some((axis) => sizes[axis] === 1)) throw node.unsupported("it pads an axis of size 1");
	const isolated = emitter.isolate(x, padded, origin);
	const own = isolated.dims.map(productOf);
	const [first, second] = [own.map(() => 0), own.map(() => 0)];
	for (const axis of padded) {
		first[dimOf(isolated, axis)] = Math.max(0, before[axis] as number);
		second[dimOf(isolated, axis)] = Math.max(0, after[axis] as number);
	}
	const isImageBorder = own.length === 3 && first[2] === 0 && second[2] === 0 && mode === "constant" && value === 0;
	const operation: Operation = isImageBorder
		? {
				op: "ZeroPad2D",
				padding: {
					top: first[0] as number,
					bottom: second[0] as number,
					left: first[1] as number,
					right: second[1] as number,
				},
			}
		: { op: "Pad", before: first, after: second, mode, value };
	const padding = emitter.layer(origin, operation, [isolated.node]);
	const grown = (axis: number) =>
		(sizes[axis] as number) + Math.max(0, before[axis] as number) + Math.max(0, after[axis] as number);
	return [resized(isolated, padding.name, new Map(padded.map((axis) => [axis, grown(axis)])))];
};
