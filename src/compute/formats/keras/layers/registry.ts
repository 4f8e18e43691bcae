/** The layers that are read, by the class name in the file. Nothing else in a file is ever looked up or run. */
import { BlindspotError } from "../../../errors.js";
import { activationLayer, pointwiseLayers, preluLayer, softmaxLayer } from "./activations.js";
import { conv2d, dense, depthwiseConv2d, separableConv2d } from "./convolutions.js";
import type { LayerReader } from "./layer.js";
import { batchNormalization, normalization, rescaling } from "./normalization.js";
import { averagePooling2d, globalAveragePooling2d, globalMaxPooling2d, maxPooling2d } from "./pooling.js";
import { add, concatenate, flatten, identity, multiply, reshape, zeroPadding2d } from "./shaping.js";

/** Layers that do nothing at inference. RandomCrop is not among them: it crops the centre. */
const IDENTITIES = [
	"ActivityRegularization",
	"AlphaDropout",
	"Dropout",
	"GaussianDropout",
	"GaussianNoise",
	"Identity",
	"RandomBrightness",
	"RandomColorDegeneration",
	"RandomColorJitter",
	"RandomContrast",
	"RandomElasticTransform",
	"RandomErasing",
	"RandomFlip",
	"RandomGaussianBlur",
	"RandomGrayscale",
	"RandomHeight",
	"RandomHue",
	"RandomInvert",
	"RandomPerspective",
	"RandomPosterization",
	"RandomRotation",
	"RandomSaturation",
	"RandomSharpness",
	"RandomShear",
	"RandomTranslation",
	"RandomWidth",
	"RandomZoom",
	"SpatialDropout1D",
	"SpatialDropout2D",
	"SpatialDropout3D",
] as const;

/** Layers whose behaviour is code of the file's author. */
const OPAQUE: ReadonlySet<string> = new Set(["Lambda", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "TFSMLayer"]);

const READERS: ReadonlyMap<string, LayerReader> = new Map<string, LayerReader>([
	["Dense", dense],
	["Conv2D", conv2d],
	["Convolution2D", conv2d],
	["DepthwiseConv2D", depthwiseConv2d],
	["SeparableConv2D", separableConv2d],
	["SeparableConvolution2D", separableConv2d],
	["BatchNormalization", batchNormalization],
	["Rescaling", rescaling],
	["Normalization", normalization],
	["MaxPooling2D", maxPooling2d],
	["MaxPool2D", maxPooling2d],
	["AveragePooling2D", averagePooling2d],
	["AvgPool2D", averagePooling2d],
	["GlobalMaxPooling2D", globalMaxPooling2d],
	["GlobalMaxPool2D", globalMaxPooling2d],
	["GlobalAveragePooling2D", globalAveragePooling2d],
	["GlobalAvgPool2D", globalAveragePooling2d],
	["Flatten", flatten],
	["Reshape", reshape],
	["ZeroPadding2D", zeroPadding2d],
	["Activation", activationLayer],
	["Softmax", softmaxLayer],
	["PReLU", preluLayer],
	["Add", add],
	["Multiply", multiply],
	["Concatenate", concatenate],
	...pointwiseLayers,
	...IDENTITIES.map((name) => [name, identity] as const),
]);

/** Reader of a layer class; undefined for `InputLayer`, which the graph itself handles. */
export function layerReader(className: string): LayerReader | undefined {
	return READERS.get(className);
}

/** Throws `unsupported-model` naming class and layer where the class is not one of those that are read. */
export function refuseUnknownClass(className: string, name: string): void {
	if (className === "InputLayer" || READERS.has(className)) return;
	const why = OPAQUE.has(className) ? ": it is opaque, code from a file is never run" : "";
	throw new BlindspotError("unsupported-model", `Unsupported layer '${className}' at '${name}'${why}.`, name);
}
