/** Published architectures, by the names that their layers have, and what they are usually fed: a guess, never a fact. */
import type { Network, NetworkNode } from "../network/types.js";
import type { Preprocessing } from "./types.js";

export interface KnownNet {
	/** "MobileNet (keras.applications)". */
	readonly name: string;
	readonly preprocessing: Pick<Preprocessing, "range" | "bgr" | "mean" | "std">;
}

const SIGNED = { range: [-1, 1], bgr: false, mean: null, std: null } as const;
const CAFFE = { range: [0, 255], bgr: true, mean: [103.939, 116.779, 123.68], std: null } as const;
const IMAGENET = {
	range: [0, 1],
	bgr: false,
	mean: [0.485, 0.456, 0.406],
	std: [0.229, 0.224, 0.225],
} as const;

interface Mark {
	readonly name: string;
	readonly preprocessing: KnownNet["preprocessing"];
	/** Each has to be found among the names of layers and weights. */
	readonly names: readonly RegExp[];
	/** None may be found. */
	readonly without?: RegExp;
}

/** A name of the net's own, with or without those of the models around it. */
const own = (name: string) => new RegExp(`(^|/)${name}(/|$|:)`);
const keras = (name: string, preprocessing: Mark["preprocessing"], ...names: readonly string[]): Mark => {
	return { name: `${name} (keras.applications)`, preprocessing, names: names.map(own) };
};
/** Module names as PyTorch's exporters write them, in weights (`layer1.0.conv1.weight`) and in nodes (`/layer1/layer1.0/conv1/Conv`). */
const torch = (name: string, ...names: readonly string[]): Mark => {
	return {
		name: `${name} (torchvision)`,
		preprocessing: IMAGENET,
		names: names.map((part) => new RegExp(`(^|[/.])${part.replaceAll(".", "[.]")}([/.]|$)`)),
	};
};

/** The first whose marks are all there; what a later one would match too stands before it. */
const MARKS: readonly Mark[] = [
	keras("ResNetV2", SIGNED, "conv1_conv", "conv2_block1_preact_bn"),
	{ ...keras("ResNet", CAFFE, "conv1_conv", "conv2_block1_1_conv", "conv2_block1_add"), without: /_preact_|concat/ },
	// The first layers of ResNet50 in Keras before 2.3.
	keras("ResNet50", CAFFE, "res2a_branch2a", "bn2a_branch2a"),
	keras("DenseNet", IMAGENET, "conv2_block1_concat", "pool2_conv"),
	keras("Xception", SIGNED, "block1_conv1", "block2_sepconv1"),
	{ ...keras("VGG", CAFFE, "block1_conv1", "block1_conv2", "block5_conv3"), without: /_bn|sepconv/ },
	keras("MobileNetV2", SIGNED, "expanded_conv_depthwise", "block_1_expand"),
	keras("MobileNet", SIGNED, "conv_dw_1", "conv_pw_1"),
	keras("InceptionResNetV2", SIGNED, "mixed_5b", "conv_7b"),
	keras("InceptionV3", SIGNED, "mixed0", "mixed10"),
	keras("NASNet", SIGNED, "stem_conv1", "normal_conv_1_0"),
	{
		name: "MobileNet (TensorFlow)",
		preprocessing: SIGNED,
		names: [/(^|\/)Conv2d_0(\/|$)/, /(^|\/)Conv2d_1_depthwise(\/|$|_)/],
	},
	{
		name: "SqueezeNet (Caffe)",
		preprocessing: { range: [0, 255], bgr: true, mean: [104, 117, 123], std: null },
		names: [/^fire2\/squeeze1x1/, /^fire9\/expand3x3/],
	},
	torch("ResNet", "layer1.0.conv1", "layer4.0.conv1", "fc"),
	torch("DenseNet", "features.denseblock1.denselayer1.conv1", "classifier"),
	torch("SqueezeNet", "features.3.squeeze", "classifier.1"),
	torch("GoogLeNet", "inception3a.branch1.conv", "fc"),
	torch("ShuffleNetV2", "stage2.0.branch1.0", "conv5.0"),
	torch("MnasNet", "layers.8.0.0.layers.0", "classifier.1"),
	torch("RegNet", "trunk_output.block1.block1-0", "stem.0"),
	torch("vision transformer", "encoder.layers.encoder_layer_0", "conv_proj"),
	torch("Swin Transformer", "features.1.0.attn", "features.0.0"),
	torch("MaxViT", "blocks.0.layers.0.layers.MBconv", "stem.0.0"),
	torch("EfficientNet or MobileNet", "features.1.0.block.0.0", "features.0.0"),
	torch("ConvNeXt", "features.1.0.block.0", "features.0.0"),
	torch("MobileNetV2", "features.1.conv.0.0", "classifier.1"),
	torch("VGG", "features.0", "features.28", "classifier.6"),
	torch("VGG", "features.0", "features.10", "classifier.6"),
];

/** Nets for ImageNet take no smaller pictures; one of CIFAR may be built and named alike. */
const SMALLEST_SIDE = 64;

/** The architecture that the names of the layers tell; null for any other, and for pictures that aren't RGB. */
export function knownNetOf(network: Network): KnownNet | null {
	const [height = 0, width = 0, channels] = network.nodes[0]?.outputShape ?? [];
	if (channels !== 3 || Math.min(height, width) < SMALLEST_SIDE) return null;
	const names = [...new Set(network.nodes.flatMap(namesOf))];
	const found = MARKS.find(
		(mark) =>
			mark.names.every((pattern) => names.some((name) => pattern.test(name))) &&
			!(mark.without && names.some((name) => mark.without?.test(name))),
	);
	return found ? { name: found.name, preprocessing: found.preprocessing } : null;
}

function namesOf({ name, layer, weights }: NetworkNode): readonly string[] {
	return [name, layer, modulePath(name), ...Object.values(weights).map((weight) => weight.name)];
}

/** PyTorch's exporter repeats containers, `/layer1/layer1.0/conv1/Conv`: the module's own name is layer1.0.conv1. */
function modulePath(name: string): string {
	const parts: string[] = [];
	for (const part of name.split("/")) {
		if (part.startsWith(`${parts.at(-1)}.`)) parts.pop();
		if (part !== "") parts.push(part);
	}
	return parts.join(".");
}
