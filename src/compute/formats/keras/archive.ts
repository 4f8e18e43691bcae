/** `.keras` archives: `config.json`, `metadata.json` and `model.weights.h5` in a zip. */
import { BlindspotError } from "../../errors.js";
import type { Network } from "../../network/types.js";
import { classTextIn } from "../classText.js";
import { Hdf5File } from "../hdf5/file.js";
import { parseObject, property } from "../json.js";
import type { ReadOptions } from "../options.js";
import type { Reader } from "../reader.js";
import type { ZipArchive } from "../zip.js";
import { buildNetwork } from "./graph.js";
import { dialectOf } from "./layers/layer.js";
import { readTopology } from "./topology.js";
import {
	type LayerAddress,
	missingWeight,
	type StoredWeight,
	type WeightRequest,
	type WeightSource,
} from "./weights.js";

const ARCHIVE_CONFIG = "config.json";
const METADATA = "metadata.json";
const WEIGHTS = "model.weights.h5";

export const kerasArchiveReader: Reader = ({ archive }) =>
	archive?.has(ARCHIVE_CONFIG) ? async (_files, options) => readKerasArchive(archive, options) : null;

/** Throws `unreadable-model` for damaged archives, `unsupported-model` for weights in other containers. */
async function readKerasArchive(archive: ZipArchive, options: ReadOptions): Promise<Network> {
	const config = parseObject(archive.read(ARCHIVE_CONFIG).toString("utf8"), `'${ARCHIVE_CONFIG}'`);
	const metadata = archive.has(METADATA) ? parseObject(archive.read(METADATA).toString("utf8"), `'${METADATA}'`) : {};
	const version = property(metadata, "keras_version");
	const topology = readTopology(config);
	if (!archive.has(WEIGHTS)) {
		throw new BlindspotError(
			"unsupported-model",
			`The archive has no '${WEIGHTS}', but ${archive.names.slice(0, 8).join(", ")}. Save it with Keras' defaults.`,
		);
	}
	const classText = classTextIn(METADATA, (key) => property(metadata, key));
	const network = await Hdf5File.use(archive.read(WEIGHTS), (file) =>
		buildNetwork(
			{
				format: "keras-v3",
				topology,
				weights: new NumberedWeights(file),
				dialect: dialectOf(typeof version === "string" ? version : null),
			},
			options,
		),
	);
	return classText === null ? network : { ...network, classText };
}

/**
 * Weights by number, in groups named by class and position. TensorFlow 2.12 and 2.13 named the groups otherwise, and
 * Keras 2 puts an underscore before layers within layers.
 */
class NumberedWeights implements WeightSource {
	constructor(readonly file: Hdf5File) {}

	find(layer: LayerAddress, request: WeightRequest): StoredWeight {
		const group = this.#group(layer.storePath);
		const path = `${group}/${request.position}`;
		if (this.file.kindOf(path) !== "dataset")
			return missingWeight(
				layer,
				request,
				this.file.names(group).map((name) => `${group}/${name}`),
			);
		const dataset = this.file.dataset(path);
		return {
			name: `${layer.names.join("/")}/${request.names[0]}`,
			place: `${WEIGHTS}: ${path}`,
			shape: dataset.shape,
			read: () => dataset.read(),
		};
	}

	#group(storePath: string): string {
		const before = storePath.replaceAll(/(^|\/)layers\//g, "$1_layer_checkpoint_dependencies/");
		const places = [storePath, before].flatMap((place) => [place, place.replace(/([^/]+)$/, "_$1")]);
		const groups = places.map((place) => `/${place}/vars`);
		return groups.find((group) => this.file.kindOf(group) === "group") ?? (groups[0] as string);
	}
}
