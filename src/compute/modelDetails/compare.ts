/** Two networks side by side: which layers are the same, which weights moved, what was added or removed. */

import type { Slices } from "../backend/slices.js";
import { showShape } from "../network/shapes.js";
import type { Network, NetworkNode, Weight, WeightRole } from "../network/types.js";
import { layerSummary } from "./describe.js";
import { type Layer, layersOf } from "./layers.js";
import { layerOperation } from "./operationText.js";
import type { LayerComparison, ModelComparison, WeightChange } from "./report.js";

/** Sums over pairs of values a (before) and b (after), from which every figure follows. */
interface Sums {
	/** Σ (b - a)² */
	readonly apart: number;
	readonly a: number;
	readonly b: number;
	readonly product: number;
	/** max |b - a| */
	readonly most: number;
	/** False where every value is the same, NaN included. */
	readonly differs: boolean;
}

export type NetworkComparison = Pick<ModelComparison, "layers" | "relativeChange" | "counts">;

/**
 * Layers are matched by name where operation and weights' shapes agree, then, in order, those of equal operation and
 * shapes whatever they are called, then by name alone. Throws `cancelled`.
 */
export async function compareNetworks(before: Network, after: Network, slices: Slices): Promise<NetworkComparison> {
	const [old, now] = [layersOf(before), layersOf(after)];
	const partner = matchLayers(old, now);
	const rows: LayerComparison[] = [];
	const totals: Sums[] = [];
	const compared = new Set([...partner.values()]);
	const places = new Map(old.map((layer, i) => [layer, i]));
	let next = 0;
	const removedUpTo = (end: number) => {
		for (; next < end; next++) {
			const layer = old[next] as Layer;
			if (!compared.has(layer)) rows.push(lone("removed", layer));
		}
	};
	for (const layer of now) {
		const earlier = partner.get(layer);
		if (!earlier) {
			rows.push(lone("added", layer));
			continue;
		}
		removedUpTo(places.get(earlier) as number);
		const { row, sums } = await comparePair(earlier, layer, slices);
		rows.push(row);
		totals.push(...sums);
	}
	removedUpTo(old.length);
	const counts = { same: 0, changed: 0, reshaped: 0, added: 0, removed: 0 };
	for (const { status } of rows) counts[status]++;
	return { layers: rows, relativeChange: relative(together(totals)), counts };
}

function matchLayers(old: readonly Layer[], now: readonly Layer[]): ReadonlyMap<Layer, Layer> {
	const partner = new Map<Layer, Layer>();
	const free = new Set(old);
	const byName = new Map(old.map((layer) => [layer.name, layer]));
	const pair = (layer: Layer, earlier: Layer | undefined) => {
		if (!earlier || !free.delete(earlier)) return;
		partner.set(layer, earlier);
	};
	for (const layer of now) {
		const earlier = byName.get(layer.name);
		if (earlier && signature(earlier) === signature(layer)) pair(layer, earlier);
	}
	const queues = new Map<string, Layer[]>();
	for (const layer of free) queues.set(signature(layer), [...(queues.get(signature(layer)) ?? []), layer]);
	for (const layer of now) if (!partner.has(layer)) pair(layer, queues.get(signature(layer))?.shift());
	for (const layer of now) {
		const earlier = byName.get(layer.name);
		if (!partner.has(layer) && earlier && earlier.nodes[0].operation.op === layer.nodes[0].operation.op)
			pair(layer, earlier);
	}
	return partner;
}

/** Equal for layers that compute the same with weights that can be compared one by one. */
function signature({ nodes }: Layer): string {
	const weights = nodes.map((node) =>
		Object.entries(node.weights)
			.map(([role, { shape }]) => [role, shape])
			.sort(),
	);
	return JSON.stringify([layerOperation(nodes), nodes.map(({ operation }) => operation.op), weights]);
}

function lone(status: "added" | "removed", layer: Layer): LayerComparison {
	return {
		...common(layer),
		status,
		before: status === "removed" ? layer.name : null,
		after: status === "added" ? layer.name : null,
		relativeChange: null,
		cosine: null,
		weights: [],
		note: null,
	};
}

function common(layer: Layer) {
	const { outputShape, parameters } = layerSummary(layer);
	return { operation: layerOperation(layer.nodes), outputShape, parameters };
}

async function comparePair(
	before: Layer,
	after: Layer,
	slices: Slices,
): Promise<{ readonly row: LayerComparison; readonly sums: readonly Sums[] }> {
	const names = { ...common(after), before: before.name, after: after.name };
	if (signature(before) !== signature(after)) {
		const [was, is] = [layerOperation(before.nodes), layerOperation(after.nodes)];
		const note = was === is ? `${weightShapes(before)} became ${weightShapes(after)}` : `${was} became ${is}`;
		return {
			row: { ...names, status: "reshaped", relativeChange: null, cosine: null, weights: [], note },
			sums: [],
		};
	}
	const weights: WeightChange[] = [];
	const sums: Sums[] = [];
	for (const [i, node] of before.nodes.entries()) {
		const other = after.nodes[i] as NetworkNode;
		for (const [role, weight] of Object.entries(node.weights) as [WeightRole, Weight][]) {
			const change = await sumsOf(weight.data, (other.weights[role] as Weight).data, slices);
			weights.push({ role, relative: relative(change), most: Number.isFinite(change.apart) ? change.most : null });
			sums.push(change);
		}
	}
	const total = together(sums);
	const isSame = !total.differs;
	const cosine = total.product / Math.sqrt(total.a * total.b);
	return {
		row: {
			...names,
			status: isSame ? "same" : "changed",
			relativeChange: relative(total),
			cosine: Number.isFinite(cosine) ? Math.max(-1, Math.min(1, cosine)) : null,
			weights,
			note: null,
		},
		sums,
	};
}

async function sumsOf(a: Float32Array, b: Float32Array, slices: Slices): Promise<Sums> {
	let [apart, squaresA, squaresB, product, most] = [0, 0, 0, 0, 0];
	let differs = false;
	const piece = 2 ** 20;
	for (let start = 0; start < a.length; start += piece) {
		for (let i = start; i < Math.min(a.length, start + piece); i++) {
			const [own, other] = [a[i] as number, b[i] as number];
			const difference = other - own;
			apart += difference * difference;
			squaresA += own * own;
			squaresB += other * other;
			product += own * other;
			if (Math.abs(difference) > most) most = Math.abs(difference);
			if (own !== other && !(Number.isNaN(own) && Number.isNaN(other))) differs = true;
		}
		await slices.breathe();
	}
	return { apart, a: squaresA, b: squaresB, product, most, differs };
}

function together(sums: readonly Sums[]): Sums {
	return sums.reduce(
		(total, { apart, a, b, product, most, differs }) => ({
			apart: total.apart + apart,
			a: total.a + a,
			b: total.b + b,
			product: total.product + product,
			most: Math.max(total.most, most),
			differs: total.differs || differs,
		}),
		{ apart: 0, a: 0, b: 0, product: 0, most: 0, differs: false },
	);
}

function relative({ apart, a }: Sums): number | null {
	const change = Math.sqrt(apart / a);
	return Number.isFinite(change) ? change : null;
}

function weightShapes({ nodes }: Layer): string {
	const shapes = nodes.flatMap(({ weights }) => Object.values(weights).map(({ shape }) => showShape(shape)));
	return shapes.join(", ") || "no weights";
}
