/** `x[...]`: numbers, ranges, `...` and new axes, as a StridedSlice; a list of places as a Gather. */
import { fileShape, type Value } from "../../graph/align.js";
import { list, type OperationCall, type OperationReader, scalar } from "./call.js";
import type { Operand } from "./operand.js";

/** The key stands at 1: one index or a list of them. */
export const getItem: OperationReader = (call) => {
	const key = call.operand(1);
	const items = key.kind === "list" && isIndexList(key.items) ? key.items : [key];
	const isPlaces = ({ kind }: Operand) => kind === "list";
	const places = items.findIndex(isPlaces);
	const x = call.value(0);
	if (places < 0) return cut(call, x, items);
	const ellipsis = items.findIndex(({ kind }) => kind === "ellipsis");
	const isRest = (item: Operand, i: number) => i === places || item.kind === "ellipsis" || isWhole(item);
	if (!items.every(isRest) || items.filter(isPlaces).length > 1)
		throw call.unsupported("it takes places by lists and cuts at once");
	const axis = ellipsis >= 0 && ellipsis < places ? fileShape(x).length - (items.length - places) : places;
	const chosen = call.valueOf(items[places] as Operand, "index");
	if (chosen.kind === "activation") throw call.unsupported("its places depend on the picture");
	const size = fileShape(x)[axis] as number;
	const indices = Array.from(chosen.data, (index) => (index < 0 ? index + size : index));
	return call.tf("GatherV2", [x, list(indices), scalar(axis)]);
};

/** A list of numbers alone is one index by places in NumPy, but Keras writes tuples as lists: several indices. */
function isIndexList(items: readonly Operand[]): boolean {
	return items.length > 0;
}

function isWhole(item: Operand): boolean {
	return (
		item.kind === "slice" &&
		item.start.kind === "none" &&
		item.stop.kind === "none" &&
		(item.step.kind === "none" || (item.step.kind === "number" && item.step.value === 1))
	);
}

function cut(call: OperationCall, x: Value, items: readonly Operand[]): Value {
	const begin: number[] = [];
	const end: number[] = [];
	const strides: number[] = [];
	const masks = { begin_mask: 0, end_mask: 0, ellipsis_mask: 0, new_axis_mask: 0, shrink_axis_mask: 0 };
	for (const [i, item] of items.entries()) {
		const mark = (mask: keyof typeof masks) => {
			masks[mask] |= 1 << i;
		};
		const entry = (from: number, to: number, step: number) => {
			begin.push(from);
			end.push(to);
			strides.push(step);
		};
		switch (item.kind) {
			case "ellipsis":
				mark("ellipsis_mask");
				entry(0, 0, 1);
				break;
			case "none":
				mark("new_axis_mask");
				entry(0, 0, 1);
				break;
			case "slice": {
				const [from, to, step] = [item.start, item.stop, item.step].map((bound) =>
					bound.kind === "none" ? null : index(call, bound),
				) as [number | null, number | null, number | null];
				if (from === null) mark("begin_mask");
				if (to === null) mark("end_mask");
				entry(from ?? 0, to ?? 0, step ?? 1);
				break;
			}
			default: {
				const place = index(call, item);
				mark("shrink_axis_mask");
				entry(place, place + 1, 1);
			}
		}
	}
	return call.tf("StridedSlice", [x, list(begin), list(end), list(strides)], masks);
}

function index(call: OperationCall, operand: Operand): number {
	const value = call.valueOf(operand, "index");
	if (value.kind === "activation") throw call.unsupported("its index depends on the picture");
	const [found] = value.data;
	if (value.data.length !== 1 || !Number.isSafeInteger(found)) throw call.damaged("an index is no whole number");
	return found as number;
}
