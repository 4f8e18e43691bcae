/** The layers that are read, by the class name in the file. Nothing else in a file is ever looked up or run. */
import { BlindspotError } from "../../../errors.js";
import { activationLayer, pointwiseLayers, preluLayer, softmaxLayer } from "./activations.js";
import { layerScale, scaledResidual, scaledResidualOf, unpackagedScaledResidual } from "./applications.js";
import { multiHeadAttention } from "./attention.js";
import * as convolutions from "./convolutions.js";
import type { LayerReader } from "./layer.js";
import * as merging from "./merging.js";
import * as normalization from "./normalization.js";
import * as pooling from "./pooling.js";
import { normalization as learntScaling, rescaling } from "./rescaling.js";
import * as resizing from "./resizing.js";
import * as shaping from "./shaping.js";

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
	"StochasticDepth",
] as const;

/** Layers whose behaviour is code of the file's author. */
const OPAQUE: ReadonlySet<string> = new Set(["Lambda", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "TFSMLayer"]);

const READERS: ReadonlyMap<string, LayerReader> = new Map<string, LayerReader>([
	["Dense", convolutions.dense],
	["Conv1D", convolutions.conv1d],
	["Convolution1D", convolutions.conv1d],
	["Conv2D", convolutions.conv2d],
	["Convolution2D", convolutions.conv2d],
	["DepthwiseConv1D", convolutions.depthwiseConv1d],
	["DepthwiseConv2D", convolutions.depthwiseConv2d],
	["SeparableConv1D", convolutions.separableConv1d],
	["SeparableConvolution1D", convolutions.separableConv1d],
	["SeparableConv2D", convolutions.separableConv2d],
	["SeparableConvolution2D", convolutions.separableConv2d],
	["Conv1DTranspose", convolutions.conv1dTranspose],
	["Convolution1DTranspose", convolutions.conv1dTranspose],
	["Conv2DTranspose", convolutions.conv2dTranspose],
	["Convolution2DTranspose", convolutions.conv2dTranspose],
	["BatchNormalization", normalization.batchNormalization],
	["LayerNormalization", normalization.layerNormalization],
	["GroupNormalization", normalization.groupNormalization],
	["RMSNormalization", normalization.rmsNormalization],
	["UnitNormalization", normalization.unitNormalization],
	["Rescaling", rescaling],
	["Normalization", learntScaling],
	["MaxPooling1D", pooling.maxPooling1d],
	["MaxPool1D", pooling.maxPooling1d],
	["MaxPooling2D", pooling.maxPooling2d],
	["MaxPool2D", pooling.maxPooling2d],
	["AveragePooling1D", pooling.averagePooling1d],
	["AvgPool1D", pooling.averagePooling1d],
	["AveragePooling2D", pooling.averagePooling2d],
	["AvgPool2D", pooling.averagePooling2d],
	["GlobalMaxPooling1D", pooling.globalMaxPooling1d],
	["GlobalMaxPool1D", pooling.globalMaxPooling1d],
	["GlobalMaxPooling2D", pooling.globalMaxPooling2d],
	["GlobalMaxPool2D", pooling.globalMaxPooling2d],
	["GlobalAveragePooling1D", pooling.globalAveragePooling1d],
	["GlobalAvgPool1D", pooling.globalAveragePooling1d],
	["GlobalAveragePooling2D", pooling.globalAveragePooling2d],
	["GlobalAvgPool2D", pooling.globalAveragePooling2d],
	["Flatten", shaping.flatten],
	["Reshape", shaping.reshape],
	["Permute", shaping.permute],
	["RepeatVector", shaping.repeatVector],
	["ZeroPadding1D", shaping.zeroPadding1d],
	["ZeroPadding2D", shaping.zeroPadding2d],
	["Cropping1D", shaping.cropping1d],
	["Cropping2D", shaping.cropping2d],
	["UpSampling1D", resizing.upSampling1d],
	["UpSampling2D", resizing.upSampling2d],
	["Resizing", resizing.resizing],
	["CenterCrop", resizing.centerCrop],
	["Activation", activationLayer],
	["Softmax", softmaxLayer],
	["PReLU", preluLayer],
	["Add", merging.add],
	["Subtract", merging.subtract],
	["Multiply", merging.multiply],
	["Average", merging.average],
	["Maximum", merging.maximum],
	["Minimum", merging.minimum],
	["Concatenate", merging.concatenate],
	["Dot", merging.dot],
	["MultiHeadAttention", multiHeadAttention],
	["LayerScale", layerScale],
	["CustomScaleLayer", scaledResidual],
	["Custom>CustomScaleLayer", unpackagedScaledResidual],
	["Lambda", (call) => scaledResidualOf(call) ?? refuseClass("Lambda", call.label)],
	...pointwiseLayers,
	...IDENTITIES.map((name) => [name, shaping.identity] as const),
]);

/** Reader of a layer class; undefined for `InputLayer`, which the graph itself handles. */
export function layerReader(className: string): LayerReader | undefined {
	return READERS.get(className);
}

/** Whether a layer does nothing at inference. */
export function isIdentity(className: string): boolean {
	return IDENTITIES.some((name) => name === className);
}

/** Refuses a class that isn't read, naming it and the layer. */
export function refuseClass(className: string, name: string): never {
	const why = OPAQUE.has(className) ? ": it is opaque, code from a file is never run" : "";
	throw new BlindspotError("unsupported-model", `Unsupported layer '${className}' at '${name}'${why}.`, name);
}
