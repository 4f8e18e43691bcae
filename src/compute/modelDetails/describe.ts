/** Everything about a network that can be said without running it. */

import type { Slices } from "../backend/slices.js";
import { countParameters, multiplyAdds } from "../network/cost.js";
import { receptiveField } from "../network/receptiveField.js";
import type { Network, NetworkNode, Shape, Weight, WeightRole } from "../network/types.js";
import { checkLayer } from "./checks.js";
import { layOut } from "./graphLayout.js";
import { type Layer, layersOf } from "./layers.js";
import { layerOperation } from "./operationText.js";
import type { GraphLayout, LayerReceptiveField, LayerReport, WeightPictures, WeightReport } from "./report.js";
import { describeValues } from "./statistics.js";
import { weightPictures } from "./weightPictures.js";
import { windowOf } from "./window.js";

/** Each receptive field is a walk over what is before the layer: with more layers they would take minutes together. */
const MOST_FIELDS = 3000;

/** The order in which a layer's weights are told. */
const ROLES: readonly WeightRole[] = [
	"kernel",
	"bias",
	"gamma",
	"beta",
	"mean",
	"variance",
	"scale",
	"offset",
	"alpha",
	"value",
];

export interface NetworkDescription {
	readonly layers: readonly LayerReport[];
	readonly multiplyAdds: number;
	readonly parameters: number;
	readonly pictures: readonly WeightPictures[];
	readonly layout: GraphLayout;
}

/** Layers in order, with statistics of all weights. `bgr`: whether the model reads BGR. Throws `cancelled`. */
export async function describeNetwork(network: Network, bgr: boolean, slices: Slices): Promise<NetworkDescription> {
	const shapes = new Map(network.nodes.map(({ name, outputShape }) => [name, outputShape]));
	const layers = layersOf(network);
	const told = new Map<Weight, WeightReport>();
	const reports: LayerReport[] = [];
	for (const layer of layers) {
		const weights = await describeWeights(layer, told, slices);
		reports.push({
			...layerSummary(layer),
			operation: layerOperation(layer.nodes),
			inputs: layer.inputs,
			inputShapes: inputShapes(layer, shapes),
			multiplyAdds: layer.nodes.reduce((sum, node) => sum + multiplyAdds(node, shapesOf(node, shapes)), 0),
			window: layer.nodes.map(windowOf).find((window) => window !== null) ?? null,
			receptiveField: layers.length > MOST_FIELDS ? null : fieldOf(network, layer),
			weights,
			checks: await checkLayer(layer.nodes, weights, slices),
		});
		await slices.breathe();
	}
	return {
		layers: reports,
		multiplyAdds: reports.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
		parameters: countParameters(network.nodes),
		pictures: network.nodes.flatMap((node) => weightPictures(network, node, bgr) ?? []),
		layout: await layOut(layers, slices),
	};
}

/** A layer that became several nodes counts as its first, with the last one's shape. */
export function layerSummary({ name, nodes }: Layer) {
	const [first] = nodes;
	return {
		name,
		type: first.layerType,
		op: first.operation.op,
		outputShape: (nodes.at(-1) as NetworkNode).outputShape,
		parameters: countParameters(nodes),
	};
}

async function describeWeights(
	{ nodes }: Layer,
	told: Map<Weight, WeightReport>,
	slices: Slices,
): Promise<readonly WeightReport[]> {
	const reports = new Set<WeightReport>();
	for (const node of nodes)
		for (const role of ROLES) {
			const weight = node.weights[role];
			if (!weight) continue;
			const known = told.get(weight) ?? (await describeWeight(role, weight, slices));
			told.set(weight, known);
			reports.add(known);
		}
	return [...reports];
}

async function describeWeight(role: WeightRole, weight: Weight, slices: Slices): Promise<WeightReport> {
	const { name, shape, data, place = name } = weight;
	const { statistics, histogram } = await describeValues(data, slices);
	return { role, name, place, shape, ...statistics, histogram };
}

function shapesOf({ inputs }: NetworkNode, shapes: ReadonlyMap<string, Shape>): readonly Shape[] {
	return inputs.map((name) => shapes.get(name) as Shape);
}

/** Of what comes from other layers. */
function inputShapes({ nodes }: Layer, shapes: ReadonlyMap<string, Shape>): readonly Shape[] {
	const own = new Set(nodes.map(({ name }) => name));
	const read = new Set(nodes.flatMap(({ inputs }) => inputs.filter((input) => !own.has(input))));
	return [...read].map((name) => shapes.get(name) as Shape);
}

function fieldOf(network: Network, { nodes }: Layer): LayerReceptiveField | null {
	const last = nodes.at(-1) as NetworkNode;
	const field = receptiveField(network, last.name);
	const [input] = network.nodes as readonly [NetworkNode];
	if (!field.size) return null;
	const box = field.boxAt(middleOf(last.outputShape));
	const [height, width] = field.size;
	return { height, width, wholePicture: box?.height === input.outputShape[0] && box?.width === input.outputShape[1] };
}

function middleOf(shape: Shape): readonly number[] {
	return shape.slice(0, -1).map((size) => Math.floor(size / 2));
}
