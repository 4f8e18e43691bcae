/** Constants gathered, scattered and sorted by place. */
import { sizeOf } from "../../../network/shapes.js";
import { needed } from "../../graph/evaluate/arithmetic.js";
import { asType } from "../../graph/evaluate/elementwise.js";
import { elementOffsets, tupleOffsets } from "../../graph/evaluate/places.js";
import { allocate, axisOf, scalarOf, type Tensor, tensor } from "../../graph/tensor.js";
import type { OnnxNode } from "../node.js";
import type { Evaluator } from "./evaluator.js";

const gatherND: Evaluator = (node, inputs) => {
	const [x, indices] = [needed(node, inputs, 0), needed(node, inputs, 1)];
	const batch = node.int("batch_dims", 0);
	const { offsets, length } = tupleOffsets(x.shape, indices, batch);
	const data = allocate(x.type, offsets.length * length);
	offsets.forEach((from, i) => {
		data.set(x.data.subarray(from, from + length), i * length);
	});
	return [tensor(x.type, [...indices.shape.slice(0, -1), ...afterTuples(x, indices, batch)], data, x.name)];
};

/** Sizes of the axes that tuples of indices leave. */
export function afterTuples(
	{ shape }: Pick<Tensor, "shape">,
	indices: Pick<Tensor, "shape">,
	batch: number,
): readonly number[] {
	return shape.slice(batch + (indices.shape.at(-1) ?? 0));
}

const gatherElements: Evaluator = (node, inputs) => {
	const [x, indices] = [needed(node, inputs, 0), needed(node, inputs, 1)];
	const offsets = elementOffsets(x.shape, indices, axisOf(node.int("axis", 0), x.shape.length));
	const data = allocate(x.type, offsets.length).map((_, i) => x.data[offsets[i] as number] as number);
	return [tensor(x.type, indices.shape, data, x.name)];
};

/** How a scattered value meets what is there. */
function reductionOf(node: OnnxNode): (old: number, update: number) => number {
	const name = node.text("reduction", "none");
	switch (name) {
		case "none":
			return (_, update) => update;
		case "add":
			return (old, update) => old + update;
		case "mul":
			return (old, update) => old * update;
		case "max":
			return Math.max;
		case "min":
			return Math.min;
		default:
			throw node.damaged(`its 'reduction' is '${name}'`);
	}
}

const scatterND: Evaluator = (node, inputs) => {
	const [x, indices, updates] = [0, 1, 2].map((at) => needed(node, inputs, at)) as [Tensor, Tensor, Tensor];
	const { offsets, length } = tupleOffsets(x.shape, indices);
	return [
		scattered(
			node,
			x,
			updates,
			(i) => (offsets[Math.floor(i / length)] as number) + (i % length),
			offsets.length * length,
		),
	];
};

const scatterElements: Evaluator = (node, inputs) => {
	const [x, indices, updates] = [0, 1, 2].map((at) => needed(node, inputs, at)) as [Tensor, Tensor, Tensor];
	const offsets = elementOffsets(x.shape, indices, axisOf(node.int("axis", 0), x.shape.length));
	return [scattered(node, x, updates, (i) => offsets[i] as number, offsets.length)];
};

function scattered(node: OnnxNode, x: Tensor, updates: Tensor, place: (i: number) => number, count: number): Tensor {
	if (updates.data.length !== count) throw node.damaged(`${updates.data.length} updates for ${count} places`);
	const reduction = reductionOf(node);
	const data = allocate(x.type, x.data.length);
	data.set(x.data);
	updates.data.forEach((update, i) => {
		const at = place(i);
		data[at] = asType(x.type, reduction(data[at] as number, update));
	});
	return tensor(x.type, x.shape, data, x.name);
}

const topK: Evaluator = (node, inputs) => {
	const x = needed(node, inputs, 0);
	const axis = axisOf(node.int("axis", -1), x.shape.length);
	const k = inputs[1] ? scalarOf(inputs[1]) : node.int("k", 0);
	const size = x.shape[axis] as number;
	if (!Number.isSafeInteger(k) || k < 0 || k > size) throw node.damaged(`the first ${k} of ${size} values`);
	const sign = node.int("largest", 1) !== 0 ? -1 : 1;
	const inner = sizeOf(x.shape.slice(axis + 1));
	const shape = x.shape.with(axis, k);
	const values = allocate(x.type, sizeOf(shape));
	const places = new Float64Array(sizeOf(shape));
	for (let run = 0; run < sizeOf(shape) / Math.max(1, k); run++) {
		const [outer, within] = [Math.floor(run / inner), run % inner];
		const at = (i: number) => x.data[(outer * size + i) * inner + within] as number;
		const order = Array.from({ length: size }, (_, i) => i).sort((a, b) => sign * (at(a) - at(b)) || a - b);
		for (let i = 0; i < k; i++) {
			values[(outer * k + i) * inner + within] = at(order[i] as number);
			places[(outer * k + i) * inner + within] = order[i] as number;
		}
	}
	return [tensor(x.type, shape, values, x.name), tensor("int64", shape, places)];
};

export const PLACES: Readonly<Record<string, Evaluator>> = {
	GatherND: gatherND,
	GatherElements: gatherElements,
	ScatterND: scatterND,
	ScatterElements: scatterElements,
	TopK: topK,
};
