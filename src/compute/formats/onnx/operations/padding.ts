/** Pad: any axes, with a constant, the edge, a mirror or going round. */
import { pad as lowerPad, type PaddingMode } from "../../graph/lower/padding.js";
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

const MODES: readonly PaddingMode[] = ["constant", "edge", "reflect", "wrap"];

export function modeOf(node: OnnxNode): PaddingMode {
	const mode = MODES.find((name) => name === node.text("mode", "constant"));
	if (!mode) throw node.damaged(`its mode is '${node.text("mode", "constant")}'`);
	return mode;
}

export const pad: OperationReader = (node, inputs, { emitter }) => {
	const mode = modeOf(node);
	const constant = inputs.optionalConstant(2, "value");
	const value = constant ? scalarOf(constant) : node.float("value", 0);
	const whole = inputs.activation(0);
	const { before, after } = padsOf(node, whole.axes.length, (at, name) => inputs.ints(at, name));

	return [lowerPad(emitter, node.origin, whole, before, after, mode, value)];
};
