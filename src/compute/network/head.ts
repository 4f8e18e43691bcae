/** Finds the logits beneath a classifier's final softmax or sigmoid. */
import { BlindspotError } from "../errors.js";
import { hasTrait } from "./operationTraits.js";
import { showShape, sizeOf } from "./shapes.js";
import type { Network, NetworkNode } from "./types.js";

export interface Head {
	/** What turns logits into what the file's model returns. */
	readonly kind: "softmax" | "sigmoid" | "linear";
	/** Name of the node whose values, flattened, are the logits. */
	readonly logits: string;
	/** 2 for a single sigmoid logit z, which stands for the logits [0, z]. */
	readonly classes: number;
	/** True where the node has one value, z, and the logits are [0, z]. */
	readonly single: boolean;
}

/**
 * The head of a classifier. A model that ends in neither softmax nor sigmoid is taken as returning logits.
 * Throws `unsupported-model` for several independent sigmoids and for one prediction per place.
 */
export function findHead(network: Network): Head {
	const byName = new Map(network.nodes.map((node) => [node.name, node]));
	const last = skipReshaping(nodeNamed(byName, network.output), byName);
	const values = sizeOf(last.outputShape);
	if (last.operation.op === "Softmax") {
		if (last.outputShape.at(-1) !== values)
			throw new BlindspotError(
				"unsupported-model",
				`The softmax '${last.name}' predicts a label for each of several places (${showShape(last.outputShape)}); Blindspot takes models with one prediction per picture.`,
				last.name,
			);
		const logits = last.inputs[0] as string;
		return head("softmax", logits, values);
	}
	if (last.operation.op === "Pointwise" && last.operation.function.fn === "sigmoid") {
		if (values > 1)
			throw new BlindspotError(
				"unsupported-model",
				`The model ends in ${values} independent sigmoids ('${last.name}'), so an image may have several labels or none; Blindspot takes models that give one. Where every image has exactly one of these labels, say so: --exclusive, or "exclusive": true in blindspot.json.`,
				last.name,
			);
		return head("sigmoid", last.inputs[0] as string, values);
	}
	return head("linear", last.name, values);
}

/**
 * The network with the values beneath its last sigmoids as output, where it ends in several: of labels that exclude each other the largest
 * sigmoid is the largest of these. Any other network as it is.
 */
export function withExclusiveLabels(network: Network): Network {
	const byName = new Map(network.nodes.map((node) => [node.name, node]));
	const last = skipReshaping(nodeNamed(byName, network.output), byName);
	const isSigmoid = last.operation.op === "Pointwise" && last.operation.function.fn === "sigmoid";
	const [beneath] = last.inputs;
	if (!isSigmoid || sizeOf(last.outputShape) === 1 || beneath === undefined) return network;
	const at = network.nodes.indexOf(last);
	return {
		...network,
		nodes: network.nodes.slice(0, at),
		output: beneath,
		warnings: [
			...network.warnings,
			`Each image is taken to have exactly one label: what goes into the sigmoids '${last.name}' is compared.`,
		],
	};
}

function head(kind: Head["kind"], logits: string, values: number): Head {
	return { kind, logits, classes: Math.max(2, values), single: values === 1 };
}

function skipReshaping(node: NetworkNode, byName: ReadonlyMap<string, NetworkNode>): NetworkNode {
	if (!hasTrait(node.operation, "reshapes")) return node;
	const before = nodeNamed(byName, node.inputs[0] as string);
	return before.operation.op === "Input" ? node : skipReshaping(before, byName);
}

function nodeNamed(byName: ReadonlyMap<string, NetworkNode>, name: string): NetworkNode {
	const node = byName.get(name);
	if (!node) throw new BlindspotError("internal", `The network has no node '${name}'.`, name);
	return node;
}
