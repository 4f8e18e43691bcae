import { describe, expect, it } from "vitest";
import { knownNetOf } from "../../../src/compute/data/knownNets.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import type { Shape } from "../../../src/compute/network/types.js";
import { isAbsent, sharedPath } from "../../sharedData.js";

/** Names of layers as `keras.applications` (3.15) builds them, and of weights and nodes as PyTorch's exporter writes them. */
const KERAS: Readonly<Record<string, readonly string[]>> = {
	"ResNet (keras.applications)": ["conv1_conv", "conv1_bn", "conv2_block1_1_conv", "conv2_block1_add", "predictions"],
	"ResNetV2 (keras.applications)": ["conv1_conv", "conv2_block1_preact_bn", "conv2_block1_1_conv", "post_bn"],
	"DenseNet (keras.applications)": ["conv1_conv", "conv2_block1_1_conv", "conv2_block1_concat", "pool2_conv"],
	"Xception (keras.applications)": ["block1_conv1", "block1_conv1_bn", "block1_conv2", "block2_sepconv1"],
	"VGG (keras.applications)": ["block1_conv1", "block1_conv2", "block1_pool", "block5_conv3", "fc1"],
	"MobileNetV2 (keras.applications)": ["Conv1", "expanded_conv_depthwise", "block_1_expand", "Conv_1"],
	"MobileNet (keras.applications)": ["conv1", "conv_dw_1", "conv_pw_1", "conv_preds"],
	"InceptionV3 (keras.applications)": ["conv2d", "mixed0", "mixed10", "predictions"],
	"InceptionResNetV2 (keras.applications)": ["conv2d", "mixed_5b", "block35_1", "conv_7b"],
	"NASNet (keras.applications)": ["stem_conv1", "normal_conv_1_0", "reduction_concat_stem_1"],
};
const TORCH: Readonly<Record<string, readonly string[]>> = {
	"ResNet (torchvision)": ["/conv1/Conv", "/layer1/layer1.0/conv1/Conv", "/layer4/layer4.0/conv1/Conv", "fc.weight"],
	"VGG (torchvision)": ["features.0.weight", "features.28.weight", "classifier.6.weight"],
	"MobileNetV2 (torchvision)": ["/features/features.1/conv/conv.0/conv.0.0/Conv", "classifier.1.weight"],
	"vision transformer (torchvision)": ["conv_proj.weight", "encoder.layers.encoder_layer_0.ln_1.weight"],
};

function named(names: readonly string[], shape: Shape = [224, 224, 3]) {
	const builder = new NetworkBuilder("onnx");
	let last = builder.input("x", shape);
	for (const name of names)
		last = builder.add({ name, layer: name, layerType: "Conv", operation: { op: "Identity" }, inputs: [last.name] });
	return knownNetOf(builder.build(last.name));
}

describe("an architecture by the names of its layers", () => {
	it.each(Object.entries({ ...KERAS, ...TORCH }))("%s", (name, names) => {
		expect(named(names)?.name).toBe(name);
	});

	it("has what it is usually fed", () => {
		const of = (name: string) => named(KERAS[`${name} (keras.applications)`] ?? [])?.preprocessing;
		expect(of("MobileNetV2")).toMatchObject({ range: [-1, 1], bgr: false, mean: null });
		expect(of("VGG")).toMatchObject({ range: [0, 255], bgr: true, mean: [103.939, 116.779, 123.68] });
		expect(of("DenseNet")).toMatchObject({ range: [0, 1], mean: [0.485, 0.456, 0.406] });
	});

	it("is found inside another model", () => {
		expect(named(["backbone/conv_dw_1", "backbone/conv_pw_1", "dense"])?.name).toBe("MobileNet (keras.applications)");
	});

	it("isn't found for small or gray pictures, nor by a part of its names", () => {
		const mobile = KERAS["MobileNet (keras.applications)"] ?? [];
		expect(named(mobile, [32, 32, 3])).toBeNull();
		expect(named(mobile, [224, 224, 1])).toBeNull();
		expect(named(["conv_dw_1"])).toBeNull();
		expect(named(["block1_conv1", "block1_conv2", "fc"])).toBeNull();
	});

	describe.each([
		["keras3-mobilenet_v1_025_224", "model.keras", "MobileNet (TensorFlow)"],
		["tfjs-graph-mobilenet_v1_025_224", "model.json", "MobileNet (TensorFlow)"],
		["onnx-squeezenet1.1", "model.onnx", "SqueezeNet (Caffe)"],
		["tfjs-layers-darknet-tiny", "model.json", undefined],
	])("the real net %s", (folder, file, name) => {
		const path = sharedPath("models", folder, file);
		it.skipIf(isAbsent(path))(`is ${name ?? "none of them"}`, async () => {
			expect(knownNetOf((await readModel(path, { inputSize: null })).network)?.name).toBe(name);
		});
	});
});
