/**
 * Layers on images whose channels come first. The network has channels last: a value keeps its axes in the file's
 * order as bookkeeping (`formats/graph/activation.ts`), and a layer is computed with channels last wherever its
 * settings can be said so.
 */
import { type Activation, fromNode, productOf, shapeOf } from "../../graph/activation.js";
import type { JsonObject } from "../../json.js";
import { Settings } from "../settings.js";
import { isPlaceByPlace } from "./activations.js";

/** The axes of an example in the order in which a layer is computed. */
export type Order = readonly number[];

const MERGING: ReadonlySet<string> = new Set([
	"Add",
	"Average",
	"Concatenate",
	"Maximum",
	"Minimum",
	"Multiply",
	"Subtract",
]);

export interface Arrangement {
	/** Null: as the file has them. */
	readonly order: Order | null;
	/** The layer's settings as they are for axes in that order. */
	readonly settings: Settings;
}

/** How a layer is computed on these values; `isIdentity` where it does nothing at inference. */
export function arrangementOf(
	className: string,
	settings: Settings,
	inputs: readonly Activation[],
	isIdentity: boolean,
): Arrangement {
	const asWritten: Arrangement = { order: null, settings };
	const [first] = inputs;
	if (!first) return asWritten;
	const order = channelsLast(first.axes.length - 1);
	if (!order) return asWritten;
	if (settings.raw("data_format") === "channels_first")
		return { order, settings: changed(settings, { data_format: "channels_last" }) };
	const isSameRank = inputs.every((x) => x.axes.length === first.axes.length);
	if (!isSameRank || !isHeldAs(first, order)) return asWritten;
	if (isIdentity || isPlaceByPlace(className, settings)) return { order, settings };
	if (className === "BatchNormalization" || className === "Concatenate") {
		const axes = settings.axes("axis", -1);
		const [axis] = axes ?? [];
		if (axis === undefined || axes?.length !== 1 || axis === 0) return asWritten;
		const own = axis < 0 ? axis + order.length : axis - 1;
		return { order, settings: changed(settings, { axis: order.indexOf(own) + 1 }) };
	}
	return MERGING.has(className) ? { order, settings } : asWritten;
}

/** The file's view of a node that a layer was computed as. */
export function inFileOrder(node: string, shape: readonly number[], order: Order | null): Activation {
	const back = order && channelsLast(shape.length);
	const axes = back ? back.map((_, axis) => back.indexOf(axis)) : [...shape.keys()];
	return fromNode(node, shape, [null, ...axes]);
}

/** Channels, which come first of so many axes, moved behind the others; null for a vector. */
export function channelsLast(rank: number): Order | null {
	return rank < 2 ? null : [...Array(rank).keys()].map((axis) => (axis + 1) % rank);
}

/** Whether the node holds the value's axes in this order and not in the file's. */
function isHeldAs(x: Activation, order: Order): boolean {
	const shape = shapeOf(x).slice(1);
	const wanted = order.map((axis) => x.axes[axis + 1] ?? []);
	const isAs = (axes: readonly (readonly unknown[])[]) => axes.flat().every((atom, i) => atom === x.dims.flat()[i]);
	return isAs(wanted) && !isAs(x.axes.slice(1)) && order.every((axis, i) => shape[axis] === productOf(x.dims[i] ?? []));
}

function changed({ owner, values }: Settings, by: JsonObject): Settings {
	return new Settings(owner, { ...values, ...by });
}
