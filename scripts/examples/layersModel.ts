/** Writes a network as a TensorFlow.js LayersModel: `model.json` and one shard of weights. */
import { PICTURE_SIZE } from "./drawing.js";
import type { LayerPlan } from "./networks.js";
import type { TrainedNetwork } from "./training.js";

const SHARD = "group1-shard1of1.bin";

/** The files of the model by their names. */
export function layersModel({ plan, weights }: TrainedNetwork): ReadonlyMap<string, Uint8Array> {
	const named = plan.layers.flatMap(({ name }) => {
		const found = weights.get(name);
		if (!found) return [];
		return [
			{ name: `${name}/kernel`, weight: found.kernel },
			{ name: `${name}/bias`, weight: found.bias },
		];
	});
	const model = {
		format: "layers-model",
		generatedBy: "Blindspot",
		convertedBy: null,
		modelTopology: {
			class_name: "Sequential",
			config: {
				name: plan.name,
				layers: plan.layers.map((layer, i) => ({
					class_name: layer.type,
					config: {
						...layerConfiguration(layer),
						...(i === 0 ? { batch_input_shape: [null, PICTURE_SIZE, PICTURE_SIZE, 1] } : {}),
					},
				})),
			},
			keras_version: "tfjs-layers 4.22.0",
			backend: "tensor_flow.js",
		},
		weightsManifest: [
			{
				paths: [SHARD],
				weights: named.map(({ name, weight }) => ({ name, shape: weight.shape, dtype: "float32" })),
			},
		],
	};
	const shard = Buffer.concat(named.map(({ weight }) => littleEndian(weight.data)));
	return new Map([
		["model.json", Buffer.from(`${JSON.stringify(model, null, "\t")}\n`)],
		[SHARD, shard],
	]);
}

function layerConfiguration(layer: LayerPlan): Record<string, unknown> {
	const common = { name: layer.name, trainable: true };
	switch (layer.type) {
		case "Rescaling":
			return { ...common, scale: layer.scale, offset: 0 };
		case "Conv2D":
			return {
				...common,
				filters: layer.filters,
				kernel_size: [layer.kernelSize, layer.kernelSize],
				strides: [1, 1],
				padding: "same",
				data_format: "channels_last",
				dilation_rate: [1, 1],
				activation: layer.activation,
				use_bias: true,
			};
		case "MaxPooling2D":
			return {
				...common,
				pool_size: [layer.poolSize, layer.poolSize],
				strides: [layer.poolSize, layer.poolSize],
				padding: "valid",
				data_format: "channels_last",
			};
		case "Flatten":
			return { ...common, data_format: "channels_last" };
		case "Dense":
			return { ...common, units: layer.units, activation: layer.activation, use_bias: true };
	}
}

function littleEndian(values: Float32Array): Buffer {
	const bytes = Buffer.alloc(4 * values.length);
	values.forEach((value, i) => {
		bytes.writeFloatLE(value, 4 * i);
	});
	return bytes;
}
