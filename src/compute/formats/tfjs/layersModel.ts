/** TensorFlow.js LayersModel: `model.json` and the binary files it names. */
import { BlindspotError } from "../../errors.js";
import type { Network } from "../../network/types.js";
import { classTextIn } from "../classText.js";
import { isObject, type JsonObject, parseObject, property } from "../json.js";
import { buildNetwork } from "../keras/graph.js";
import { KERAS_2 } from "../keras/layers/layer.js";
import { readTopology } from "../keras/topology.js";
import {
	type LayerAddress,
	missingWeight,
	type StoredWeight,
	type WeightRequest,
	type WeightSource,
} from "../keras/weights.js";
import type { ReadOptions } from "../options.js";
import type { Reader } from "../reader.js";
import type { ModelFiles } from "../source.js";
import { type ManifestGroup, readManifest } from "./manifest.js";
import { placeOf, readGroup, unpackWeight } from "./weightFiles.js";

/** A `model.json` with a topology; `format` may be missing (converters before 1.0). GraphModels are asked for before. */
export const layersModelReader: Reader = ({ path, json }) => {
	const topology = json === null ? undefined : property(json, "modelTopology");
	if (json === null || !isObject(topology)) return null;
	return (files, options) => readLayersModel(path, json, topology, files, options);
};

async function readLayersModel(
	path: string,
	content: JsonObject,
	modelTopology: JsonObject,
	files: ModelFiles,
	options: ReadOptions,
): Promise<Network> {
	const topology = readTopology(modelConfig(modelTopology));
	const groups = readManifest(property(content, "weightsManifest"));
	const weights = new ManifestWeights();
	for (const group of groups) weights.add(group, await readGroup(path, group, files));
	const network = buildNetwork({ format: "tfjs-layers", topology, weights, dialect: KERAS_2 }, options);
	const metadata = property(content, "userDefinedMetadata");
	const classText = isObject(metadata) ? classTextIn("the model's metadata", (key) => property(metadata, key)) : null;
	return classText === null ? network : { ...network, classText };
}

function modelConfig(topology: JsonObject): JsonObject {
	const wrapped = property(topology, "model_config");
	if (typeof wrapped === "string") return parseObject(wrapped, "'model_config'");
	return isObject(wrapped) ? wrapped : topology;
}

/** Weights by name: `layer/kernel`, after the names of models around where those were written. */
class ManifestWeights implements WeightSource {
	readonly #byName = new Map<string, StoredWeight>();
	/** Full names by their last two parts and more: `layer/kernel` -> those that end in it. */
	readonly #byEnd = new Map<string, string[]>();

	add(group: ManifestGroup, bytes: Uint8Array): void {
		for (const weight of group.weights) {
			if (this.#byName.has(weight.name))
				throw new BlindspotError("unreadable-model", `Two weights are called '${weight.name}'.`, weight.name);
			this.#byName.set(weight.name, {
				name: weight.name,
				place: placeOf(group, weight),
				shape: weight.shape,
				read: () => unpackWeight(weight, bytes),
			});
			const parts = weight.name.split("/");
			for (let start = 0; start < Math.min(parts.length, MOST_NAME_PARTS); start++) {
				const end = parts.slice(start).join("/");
				const names = this.#byEnd.get(end) ?? [];
				names.push(weight.name);
				this.#byEnd.set(end, names);
			}
		}
	}

	find(layer: LayerAddress, request: WeightRequest): StoredWeight {
		const candidates = request.names.flatMap((name) => {
			for (let start = 0; start < layer.names.length; start++) {
				const wanted = [...layer.names.slice(start), name].join("/");
				const exact = this.#byName.get(wanted);
				if (exact) return [exact];
				const ending = this.#byEnd.get(wanted) ?? [];
				if (ending.length === 1) return [this.#byName.get(ending[0] as string) as StoredWeight];
			}
			return [];
		});
		// Keras 2 names what Normalization adapts to without the layer.
		const bare = request.names.flatMap((name) => this.#byName.get(name) ?? []);
		return candidates[0] ?? bare[0] ?? missingWeight(layer, request, this.#namesNear(layer));
	}

	#namesNear(layer: LayerAddress): readonly string[] {
		const name = layer.names.at(-1) ?? "";
		return [...this.#byName.keys()].filter((candidate) => candidate.split("/").includes(name));
	}
}

/** Names have four parts at most; a hostile one with thousands of slashes must not take quadratic time. */
const MOST_NAME_PARTS = 16;
