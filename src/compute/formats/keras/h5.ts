/** Whole models in `.h5` files, as Keras 2 and Keras 3 write them. */
import { BlindspotError } from "../../errors.js";
import type { Network } from "../../network/types.js";
import { classTextIn } from "../classText.js";
import { Hdf5File } from "../hdf5/file.js";
import { hasHdf5Signature } from "../hdf5/objectHeader.js";
import { parseObject } from "../json.js";
import type { ReadOptions } from "../options.js";
import type { Reader } from "../reader.js";
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

const WEIGHTS = "/model_weights";

export const kerasH5Reader: Reader = ({ bytes }) =>
	hasHdf5Signature(bytes) ? async (_files, options) => readKerasH5(bytes, options) : null;

/** Throws `unreadable-model` where the file holds weights only or is damaged. */
function readKerasH5(bytes: Buffer, options: ReadOptions): Promise<Network> {
	return Hdf5File.use(bytes, (file) => {
		const config = file.text("/", "model_config");
		if (config === null) {
			throw new BlindspotError(
				"unreadable-model",
				"The HDF5 file has no 'model_config': it holds weights only, or is no Keras model. Save the whole model with model.save().",
			);
		}
		const network = buildNetwork(
			{
				format: "keras-h5",
				topology: readTopology(parseObject(config, "'model_config'")),
				weights: new H5Weights(file),
				dialect: dialectOf(file.text("/", "keras_version")),
			},
			options,
		);
		const classText = classTextIn("the file's attributes", (key) => attributeText(file, key));
		return classText === null ? network : { ...network, classText };
	});
}

/** An attribute's text, or its list of texts; null where it is absent or something else. */
function attributeText(file: Hdf5File, name: string): string | readonly string[] | null {
	try {
		const texts = file.texts("/", name);
		return texts?.length === 1 ? (texts[0] as string) : texts;
	} catch {
		// A number of classes may bear such a name.
		return null;
	}
}

/** Each outermost layer has a group; its `weight_names` are paths in it that end in the weight's own name. */
class H5Weights implements WeightSource {
	readonly #names = new Map<string, readonly string[]>();

	constructor(readonly file: Hdf5File) {}

	find(layer: LayerAddress, request: WeightRequest): StoredWeight {
		const [outermost, ...inner] = layer.names;
		const group = `${WEIGHTS}/${outermost}`;
		const names = this.#weightNames(group);
		const found = inner.length === 0 ? ofLayer(names, request) : ofNestedLayer(names, inner, request);
		if (found === undefined) return missingWeight(layer, request, names);
		const place = `${group}/${found}`;
		const dataset = this.file.dataset(place);
		return { name: `${outermost}/${found}`, place, shape: dataset.shape, read: () => dataset.read() };
	}

	#weightNames(group: string): readonly string[] {
		const known = this.#names.get(group) ?? this.file.texts(group, "weight_names") ?? [];
		this.#names.set(group, known);
		return known;
	}
}

/** Within a layer's own group only the last part counts: a renamed layer keeps its weights' old names. */
function ofLayer(names: readonly string[], request: WeightRequest): string | undefined {
	return names.find((name) => request.names.includes(ownName(name)));
}

/** A nested model's weights are all in its one group; the names of the layers within tell them apart. */
function ofNestedLayer(names: readonly string[], inner: readonly string[], request: WeightRequest): string | undefined {
	for (let start = 0; start < inner.length; start++) {
		const endings = request.names.map((own) => [...inner.slice(start), own].join("/"));
		const found = names.filter((name) => {
			const plain = withoutNumber(name);
			return endings.some((ending) => plain === ending || plain.endsWith(`/${ending}`));
		});
		if (found.length === 1) return found[0];
	}
	return undefined;
}

function ownName(name: string): string {
	return withoutNumber(name).split("/").at(-1) as string;
}

/** TensorFlow's output number: `conv/kernel:0`. */
function withoutNumber(name: string): string {
	return name.replace(/:\d+$/, "");
}
