/** Values at places that constants name: gathered, written over, or sorted out. */
import { sizeOf } from "../../../network/shapes.js";
import { partOf } from "../../graph/activation.js";
import { fileShape, type Value } from "../../graph/align.js";
import { asActivation, type Emitter } from "../../graph/emitter.js";
import { elementOffsets, tupleOffsets } from "../../graph/evaluate/places.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { topK as largest } from "../../graph/lower/statistics.js";
import { concatenateValues, gatherValue, reshapeValue, settled } from "../../graph/lower/values.js";
import { axisOf, scalarOf, type Tensor } from "../../graph/tensor.js";
import { afterTuples } from "../evaluate/places.js";
import type { OperationReader } from "../lowering.js";
import type { OnnxNode } from "../node.js";

/** The values of `x`, flattened, at the given places. */
function picked(
	emitter: Emitter,
	node: OnnxNode,
	x: Value,
	places: readonly number[],
	shape: readonly number[],
): Value {
	const flat = reshapeValue(emitter, node.origin, x, [sizeOf(fileShape(x))]);
	const found = reshapeValue(emitter, node.origin, gatherValue(emitter, node.origin, flat, 0, places), shape);
	return found.kind === "activation" ? settled(found) : found;
}

const gatherND: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.value(0);
	const indices = inputs.constant(1, "indices");
	const batch = node.int("batch_dims", 0);
	const { offsets, length } = tupleOffsets(fileShape(x), indices, batch);
	const places = offsets.flatMap((from) => Array.from({ length }, (_, i) => from + i));
	const shape = [...indices.shape.slice(0, -1), ...afterTuples({ shape: fileShape(x) }, indices, batch)];
	return [picked(emitter, node, x, places, shape)];
};

const gatherElements: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.value(0);
	const indices = inputs.constant(1, "indices");
	const axis = axisOf(node.int("axis", 0), fileShape(x).length);
	return [picked(emitter, node, x, elementOffsets(fileShape(x), indices, axis), indices.shape)];
};

/** The last update of each place, else what is there. */
function written(emitter: Emitter, node: OnnxNode, x: Value, updates: Value, places: readonly number[]): Value {
	if (node.text("reduction", "none") !== "none")
		throw node.unsupported("updates that are combined with what is there are not read");
	const size = sizeOf(fileShape(x));
	if (sizeOf(fileShape(updates)) !== places.length)
		throw node.damaged(`${sizeOf(fileShape(updates))} updates for ${places.length} places`);
	const from = Array.from({ length: size }, (_, i) => i);
	places.forEach((place, i) => {
		from[place] = size + i;
	});
	const [old, fresh] = [x, updates].map((value) =>
		reshapeValue(emitter, node.origin, value, [sizeOf(fileShape(value))]),
	) as [Value, Value];
	const both = concatenateValues(emitter, partOf(node.origin, "both"), [old, fresh], 0);
	return picked(emitter, node, both, from, fileShape(x));
}

const scatterND: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.value(0);
	const { offsets, length } = tupleOffsets(fileShape(x), inputs.constant(1, "indices"));
	const places = offsets.flatMap((from) => Array.from({ length }, (_, i) => from + i));
	return [written(emitter, node, x, inputs.value(2), places)];
};

const scatterElements: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.value(0);
	const indices: Tensor = inputs.constant(1, "indices");
	const axis = axisOf(node.int("axis", 0), fileShape(x).length);
	return [written(emitter, node, x, inputs.value(2), elementOffsets(fileShape(x), indices, axis))];
};

/** The k largest or smallest values, in order. Their positions have no gradient and are not given. */
const topK: OperationReader = (node, inputs, { emitter }) => {
	const x = asActivation(emitter, node.origin, inputs.value(0));
	const axis = axisOf(node.int("axis", -1), x.axes.length);
	const given = inputs.optionalConstant(1, "k");
	const k = given ? scalarOf(given) : node.int("k", 0);
	const size = fileShape(x)[axis] as number;
	if (!Number.isSafeInteger(k) || k < 1 || k > size) throw node.damaged(`the first ${k} of ${size} values`);
	if (node.int("largest", 1) !== 0) return [largest(emitter, node.origin, x, axis, k)];
	const turned = elementwise.affine(emitter, partOf(node.origin, "negative"), x, -1, 0);
	const found = largest(emitter, partOf(node.origin, "largest"), turned, axis, k);
	return [elementwise.affine(emitter, node.origin, found, -1, 0)];
};

export const PLACE_OPERATIONS: Readonly<Record<string, OperationReader>> = {
	GatherND: gatherND,
	GatherElements: gatherElements,
	ScatterND: scatterND,
	ScatterElements: scatterElements,
	TopK: topK,
};
