/** A unit's weights: from what goes into its layer, and to the logits. */
import type { Head } from "../../network/head.js";
import { hasTrait, type Without } from "../../network/operationTraits.js";
import type { Network, NetworkNode, Weight } from "../../network/types.js";
import type { IncomingWeight, KnownChoice, WeightPicture } from "./report.js";

/** Incoming weights that are named, the largest. */
const MOST_INCOMING = 16;

export interface Incoming {
	/** Layer that the weights come from. */
	readonly layer: string;
	readonly weights: readonly IncomingWeight[];
	/** The unit's own weights, where they are weights of pixels. */
	readonly picture: WeightPicture | null;
}

/** The weights of unit `unit` of a node; null where they don't come from one kernel. */
export function incomingWeights(network: Network, node: string, unit: number): Incoming | null {
	const names = byName(network);
	const linear = linearBelow(names.get(node), names);
	const kernel = linear?.weights.kernel;
	if (!linear || !kernel) return null;
	const before = names.get(linear.inputs[0] as string) as NetworkNode;
	const weights = largestPerInput(linear, kernel, unit)
		.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
		.slice(0, MOST_INCOMING);
	const below = linearBelow(before, names);
	return {
		layer: before.layer,
		weights: weights.map((incoming) => ({
			...incoming,
			picture: below ? pictureOf(below, incoming.from, names) : null,
		})),
		picture: pictureOf(linear, unit, names),
	};
}

/**
 * The weight of a unit (or of a direction, one value per unit) to each logit, where the logits are one linear layer above the
 * node; null elsewhere.
 */
export function logitWeights(network: Network, { logits }: Head, node: string, choice: KnownChoice): number[] | null {
	const names = byName(network);
	const last = names.get(logits);
	const kernel = last?.weights.kernel;
	if (last?.operation.op !== "Dense" || !kernel) return null;
	let before = names.get(last.inputs[0] as string);
	while (before && before.name !== node && before.operation.op === "Identity")
		before = names.get(before.inputs[0] as string);
	if (before?.name !== node) return null;
	const [units, classes] = kernel.shape as [number, number];
	const of = (unit: number) => kernel.data.subarray(unit * classes, (unit + 1) * classes);
	if (choice.kind === "unit") return choice.index < units ? Array.from(of(choice.index)) : null;
	const sums = new Array<number>(classes).fill(0);
	choice.values.forEach((value, unit) => {
		for (const [label, weight] of of(unit).entries()) sums[label] = (sums[label] as number) + value * weight;
	});
	return sums;
}

function byName({ nodes }: Network): ReadonlyMap<string, NetworkNode> {
	return new Map(nodes.map((node) => [node.name, node]));
}

/** The dense layer or convolution whose units these are. */
function linearBelow(start: NetworkNode | undefined, names: ReadonlyMap<string, NetworkNode>): NetworkNode | null {
	let node = start;
	while (node && !node.weights.kernel && hasTrait(node.operation, "keeps units"))
		node = names.get(node.inputs[0] as string);
	if (!node) return null;
	const { operation } = node;
	switch (operation.op) {
		case "Dense":
		case "Conv2D":
			return node;
		case "DepthwiseConv2D":
		case "ConvTranspose2D":
			return null;
		default:
			operation satisfies Without<"kernel">;
			return null;
	}
}

/** For each value or channel that goes in, its weight of largest size. */
function largestPerInput(
	{ operation, outputShape }: NetworkNode,
	{ shape, data }: Weight,
	unit: number,
): Omit<IncomingWeight, "picture">[] {
	const outputs = outputShape.at(-1) as number;
	const perGroup = shape.at(-2) as number;
	const groups = operation.op === "Conv2D" ? operation.groups : 1;
	const first = Math.floor(unit / (outputs / groups)) * perGroup;
	return Array.from({ length: perGroup }, (_, channel) => {
		let weight = 0;
		for (let at = channel * outputs + unit; at < data.length; at += perGroup * outputs) {
			const value = data[at] as number;
			if (Math.abs(value) > Math.abs(weight)) weight = value;
		}
		return { from: first + channel, weight };
	});
}

/** The weights of a unit as a picture, where its layer reads pixels. */
function pictureOf(
	{ operation, weights, inputs, outputShape }: NetworkNode,
	unit: number,
	names: ReadonlyMap<string, NetworkNode>,
): WeightPicture | null {
	const kernel = weights.kernel as Weight;
	const outputs = outputShape.at(-1) as number;
	let node = names.get(inputs[0] as string);
	while (node && hasTrait(node.operation, "keeps pixels")) node = names.get(node.inputs[0] as string);
	if (node?.operation.op !== "Input" || unit >= outputs) return null;
	const values = Array.from(
		{ length: kernel.data.length / outputs },
		(_, i) => kernel.data[i * outputs + unit] as number,
	);
	const shape = operation.op === "Conv2D" ? kernel.shape : node.outputShape;
	if (shape.length < 3) return null;
	const [height, width, channels] = shape as [number, number, number];
	return height * width * channels === values.length ? { height, width, channels, values } : null;
}
