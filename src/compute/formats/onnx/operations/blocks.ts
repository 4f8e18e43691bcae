/** DepthToSpace and SpaceToDepth. */
import { type Activation, shapeOf } from "../../graph/activation.js";
import * as shaping from "../../graph/lower/shaping.js";
import type { OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";

/** Blocks of channels and blocks of places turned into one another: only axes are split, moved and joined. */
export const depthToSpace: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const [n, c, h, w] = imageShape(node, x);
	const b = node.int("blocksize", 0);
	if (!(b >= 1) || c % (b * b) !== 0) throw node.damaged(`blocks of ${b} and ${c} channels`);
	const isDepthFirst = node.text("mode", "DCR") === "DCR";
	const [shape, order] = isDepthFirst
		? [
				[n, b, b, c / (b * b), h, w],
				[0, 3, 4, 1, 5, 2],
			]
		: [
				[n, c / (b * b), b, b, h, w],
				[0, 1, 4, 2, 5, 3],
			];
	const apart = shaping.reshape(emitter, node.origin, x, shape);
	const moved = shaping.transpose(node.origin, apart, order);
	return [shaping.reshape(emitter, node.origin, moved, [n, c / (b * b), h * b, w * b])];
};

export const spaceToDepth: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const [n, c, h, w] = imageShape(node, x);
	const b = node.int("blocksize", 0);
	if (!(b >= 1) || h % b !== 0 || w % b !== 0) throw node.damaged(`blocks of ${b} and an image of ${h}×${w}`);
	const apart = shaping.reshape(emitter, node.origin, x, [n, c, h / b, b, w / b, b]);
	const moved = shaping.transpose(node.origin, apart, [0, 3, 5, 1, 2, 4]);
	return [shaping.reshape(emitter, node.origin, moved, [n, c * b * b, h / b, w / b])];
};

function imageShape(node: OnnxNode, x: Activation): readonly [number, number, number, number] {
	const shape = shapeOf(x);
	if (shape.length !== 4) throw node.damaged(`its input has ${shape.length} axes`);
	return shape as unknown as readonly [number, number, number, number];
}
