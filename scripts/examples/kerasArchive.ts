/** Writes a network as a Keras 3 archive: a zip of `metadata.json`, `config.json` and `model.weights.h5`. */
import { strToU8, type Zippable, zipSync } from "fflate";
import * as h5wasm from "h5wasm";
import { PICTURE_SIZE } from "./drawing.js";
import { type LayerPlan, type LayerShape, layerShapes } from "./networks.js";
import type { TrainedNetwork } from "./training.js";

const KERAS_VERSION = "3.15.1";
/** One date in every file, so that the same weights make the same bytes. Zip files store local time, HDF5 stores UTC. */
const SAVED = "2025-01-01@00:00:00";
const ZIP_DATE = new Date(2025, 0, 1);
const HDF5_DATE = Date.UTC(2025, 0, 1);

/** The bytes of the `.keras` file. */
export async function kerasArchive(network: TrainedNetwork): Promise<Uint8Array> {
	const files: Zippable = {
		"metadata.json": strToU8(JSON.stringify({ keras_version: KERAS_VERSION, date_saved: SAVED })),
		"config.json": strToU8(JSON.stringify(configuration(network))),
		"model.weights.h5": await weightsFile(network),
	};
	return zipSync(files, { level: 0, mtime: ZIP_DATE });
}

function configuration({ plan }: TrainedNetwork): Record<string, unknown> {
	const shapes = layerShapes(plan);
	const input = batched(shapes[0]!);
	return {
		module: "keras",
		class_name: "Sequential",
		config: {
			name: plan.name,
			trainable: true,
			dtype: FLOAT32,
			layers: [
				{
					module: "keras.layers",
					class_name: "InputLayer",
					config: {
						batch_shape: [null, PICTURE_SIZE, PICTURE_SIZE, 1],
						dtype: "float32",
						sparse: false,
						ragged: false,
						name: "picture",
					},
					registered_name: null,
				},
				...plan.layers.map((layer, i) => ({
					module: "keras.layers",
					class_name: layer.type,
					config: { name: layer.name, trainable: true, dtype: FLOAT32, ...settings(layer) },
					registered_name: null,
					build_config: { input_shape: batched(shapes[i]!) },
				})),
			],
			build_input_shape: input,
		},
		registered_name: null,
		build_config: { input_shape: input },
	};
}

const FLOAT32 = { module: "keras", class_name: "DTypePolicy", config: { name: "float32" }, registered_name: null };

function batched(shape: LayerShape): readonly (number | null)[] {
	return [null, ...shape];
}

function settings(layer: LayerPlan): Record<string, unknown> {
	switch (layer.type) {
		case "Rescaling":
			return { scale: layer.scale, offset: 0 };
		case "Conv2D":
			return {
				filters: layer.filters,
				kernel_size: [layer.kernelSize, layer.kernelSize],
				strides: [1, 1],
				padding: "same",
				data_format: "channels_last",
				dilation_rate: [1, 1],
				groups: 1,
				activation: layer.activation,
				use_bias: true,
				...INITIALIZERS,
			};
		case "MaxPooling2D":
			return {
				pool_size: [layer.poolSize, layer.poolSize],
				padding: "valid",
				strides: [layer.poolSize, layer.poolSize],
				data_format: "channels_last",
			};
		case "Flatten":
			return { data_format: "channels_last" };
		case "Dense":
			return { units: layer.units, activation: layer.activation, use_bias: true, ...INITIALIZERS };
	}
}

const initializer = (name: string, config: Record<string, unknown>) => ({
	module: "keras.initializers",
	class_name: name,
	config,
	registered_name: null,
});

const INITIALIZERS = {
	kernel_initializer: initializer("GlorotUniform", { seed: null }),
	bias_initializer: initializer("Zeros", {}),
};

/** The HDF5 file as Keras 3 lays it out: `layers/NAME/vars/0` the kernel, `1` the bias. */
async function weightsFile({ plan, weights }: TrainedNetwork): Promise<Uint8Array> {
	const { FS } = await h5wasm.ready;
	const name = "model.weights.h5";
	return withFixedClock(() => {
		const file = new h5wasm.File(name, "w");
		const variables = (owner: h5wasm.Group, attribute: string): h5wasm.Group => {
			const group = owner.create_group("vars");
			group.create_attribute("name", attribute);
			return group;
		};
		variables(file, plan.name);
		const layers = file.create_group("layers");
		for (const layer of plan.layers) {
			const group = variables(layers.create_group(layer.name), layer.name);
			const found = weights.get(layer.name);
			if (!found) continue;
			[found.kernel, found.bias].forEach(({ data, shape }, i) => {
				group.create_dataset({ name: `${i}`, data, shape: [...shape], dtype: "<f" });
			});
		}
		file.close();
		const bytes = FS.readFile(name);
		FS.unlink(name);
		return bytes;
	});
}

/** HDF5 stores the time of writing in every group. */
function withFixedClock<T>(write: () => T): T {
	const now = Date.now;
	Date.now = () => HDF5_DATE;
	try {
		return write();
	} finally {
		Date.now = now;
	}
}
