/** TensorFlow.js GraphModel: `model.json` and the binary files it names. */
import { BlindspotError } from "../../errors.js";
import type { Network } from "../../network/types.js";
import { tensor } from "../graph/tensor.js";
import { isObject, type JsonObject, property } from "../json.js";
import type { ReadOptions } from "../options.js";
import type { Reader } from "../reader.js";
import type { ModelFiles } from "../source.js";
import { readManifest } from "../tfjs/manifest.js";
import { placeOf, readGroup, unpackWeight } from "../tfjs/weightFiles.js";
import { Frame } from "./frames.js";
import { readGraph, type StoredWeight } from "./graph.js";
import { graphFromJson, signatureFromJson } from "./json.js";
import type { GraphNode } from "./node.js";

/** A `model.json` whose topology has nodes, or that says that it is one. */
export const graphModelReader: Reader = ({ path, json }) => {
	const topology = json === null ? undefined : property(json, "modelTopology");
	if (json === null || !isObject(topology)) return null;
	const isGraph = property(json, "format") === "graph-model" || property(topology, "node") !== undefined;
	return isGraph ? (files, options) => readGraphModel(path, json, topology, files, options) : null;
};

async function readGraphModel(
	path: string,
	content: JsonObject,
	topology: JsonObject,
	files: ModelFiles,
	options: ReadOptions,
): Promise<Network> {
	const main = Frame.ofGraph(graphFromJson(topology));
	const metadata = property(content, "userDefinedMetadata");
	const signature =
		signatureFromJson(property(content, "signature")) ??
		signatureFromJson(isObject(metadata) ? property(metadata, "signature") : undefined);
	const stored = await readWeights(path, content, files);
	const weights = {
		constant(node: GraphNode): StoredWeight | null {
			const found = stored.get(node.name);
			if (!found && !node.holdsValues("value"))
				throw node.damaged(`the weight '${node.name}' is not in the manifest, and its values are not in the graph`);
			return found?.(node) ?? null;
		},
		variable(node: GraphNode): StoredWeight {
			throw node.unsupported("a GraphModel has constants only; convert the model again");
		},
	};
	return readGraph("tfjs-graph", main, signature, weights, options);
}

type Stored = (node: GraphNode) => StoredWeight;

/** Weights by the name of the constant that they are. */
async function readWeights(path: string, content: JsonObject, files: ModelFiles): Promise<ReadonlyMap<string, Stored>> {
	const weights = new Map<string, Stored>();
	for (const group of readManifest(property(content, "weightsManifest"))) {
		const bytes = await readGroup(path, group, files);
		for (const weight of group.weights) {
			if (weights.has(weight.name))
				throw new BlindspotError("unreadable-model", `Two weights are called '${weight.name}'.`, weight.name);
			weights.set(weight.name, (node) => ({
				value: tensor(node.type("dtype") ?? "float32", weight.shape, unpackWeight(weight, bytes), weight.name),
				place: placeOf(group, weight),
			}));
		}
	}
	return weights;
}
