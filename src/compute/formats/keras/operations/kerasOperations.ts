/** Keras 3's operations, `keras.ops` and operators, by the names of their classes. */
import { leakyRelu, RELU_6 } from "../../graphdef/operations/activations.js";
import * as arithmetic from "./arithmetic.js";
import type { Entry, OperationCall } from "./call.js";
import * as images from "./images.js";
import { getItem } from "./indexing.js";
import * as linear from "./linear.js";
import * as reductions from "./reductions.js";
import * as shaping from "./shaping.js";

const { ofOne, ofTwo, pointwise, affine } = arithmetic;

/**
 * Keras 3: `[class, arguments, reader]`. Arguments of the call come before the bar and may stand by position, those
 * of the operation's own configuration after it.
 */
export const KERAS_OPERATIONS: readonly Entry[] = [
	...(
		[
			["Add", "AddV2"],
			["Subtract", "Sub"],
			["Multiply", "Mul"],
			["Divide", "RealDiv"],
			["TrueDivide", "RealDiv"],
			["DivideNoNan", "DivNoNan"],
			["FloorDivide", "FloorDiv"],
			["Mod", "FloorMod"],
			["Power", "Pow"],
			["Maximum", "Maximum"],
			["Fmax", "Maximum"],
			["Minimum", "Minimum"],
			["Fmin", "Minimum"],
			["Equal", "Equal"],
			["NotEqual", "NotEqual"],
			["Less", "Less"],
			["LessEqual", "LessEqual"],
			["LogicalAnd", "LogicalAnd"],
			["LogicalOr", "LogicalOr"],
		] as const
	).map(([name, operation]) => [name, "x1, x2", ofTwo(operation)] as const),
	["Greater", "x1, x2", arithmetic.greater("Less")],
	["GreaterEqual", "x1, x2", arithmetic.greater("LessEqual")],
	["Logaddexp", "x1, x2", arithmetic.logAddExp],
	...(
		[
			["Absolute", "Abs"],
			["Abs", "Abs"],
			["Fabs", "Abs"],
			["Ceil", "Ceil"],
			["Cos", "Cos"],
			["Erf", "Erf"],
			["Erfc", "Erfc"],
			["Exp", "Exp"],
			["Expm1", "Expm1"],
			["Floor", "Floor"],
			["Isfinite", "IsFinite"],
			["Log", "Log"],
			["Log1p", "Log1p"],
			["LogicalNot", "LogicalNot"],
			["Negative", "Neg"],
			["Reciprocal", "Reciprocal"],
			["Rsqrt", "Rsqrt"],
			["Sin", "Sin"],
			["Sqrt", "Sqrt"],
			["Square", "Square"],
		] as const
	).map(([name, operation]) => [name, "x", ofOne(operation)] as const),
	["Exp2", "x", arithmetic.exp2],
	["Log2", "x", arithmetic.logarithm(2)],
	["Log10", "x", arithmetic.logarithm(10)],
	["Sign", "x", arithmetic.sign],
	["Deg2rad", "x", affine(Math.PI / 180, 0)],
	["Rad2deg", "x", affine(180 / Math.PI, 0)],
	["Clip", "x | x_min, x_max", arithmetic.clip],
	["Where", "condition, x1, x2", arithmetic.where],
	["Copy", "x", arithmetic.same],
	["StopGradient", "variable", arithmetic.same],
	["ConvertToTensor", "x | dtype, sparse, ragged", arithmetic.same],
	["Array", "x | dtype", arithmetic.same],
	["Cast", "x | dtype", shaping.cast],
	["OnesLike", "x | dtype", arithmetic.filledLike(1)],
	["ZerosLike", "x | dtype", arithmetic.filledLike(0)],
	["FullLike", "x, fill_value | dtype", arithmetic.filledLike(null)],

	["Relu", "x", pointwise({ fn: "relu" })],
	["Relu6", "x", pointwise(RELU_6)],
	["LeakyRelu", "x | negative_slope", pointwise((call) => leakyRelu(call.number(1, 0.2)))],
	["Elu", "x | alpha", pointwise((call) => ({ fn: "elu", alpha: call.number(1, 1) }))],
	["Celu", "x | alpha", celu],
	["Selu", "x", pointwise({ fn: "selu" })],
	["Gelu", "x | approximate", pointwise((call) => ({ fn: "gelu", approximate: call.flag(1, true) }))],
	["Sigmoid", "x", pointwise({ fn: "sigmoid" })],
	["SparseSigmoid", "x", pointwise({ fn: "hardSigmoid", slope: 0.5, offset: 0.5 })],
	["HardSigmoid", "x", pointwise({ fn: "hardSigmoid", slope: 1 / 6, offset: 0.5 })],
	["LogSigmoid", "x", pointwise({ fn: "logSigmoid" })],
	["Silu", "x", pointwise({ fn: "swish" })],
	["HardSilu", "x", pointwise({ fn: "hardSwish" })],
	["Tanh", "x", pointwise({ fn: "tanh" })],
	["TanhShrink", "x", pointwise({ fn: "tanhShrink" })],
	["HardTanh", "x", pointwise({ fn: "clip", low: -1, high: 1 })],
	["HardShrink", "x | threshold", pointwise((call) => ({ fn: "hardShrink", threshold: call.number(1, 0.5) }))],
	["SoftShrink", "x | threshold", pointwise((call) => ({ fn: "softShrink", threshold: call.number(1, 0.5) }))],
	["Softplus", "x", pointwise({ fn: "softplus" })],
	["Softsign", "x", pointwise({ fn: "softsign" })],
	["SparsePlus", "x", pointwise({ fn: "sparsePlus" })],
	["Squareplus", "x | b", pointwise((call) => ({ fn: "squareplus", b: call.number(1, 4) }))],
	["Threshold", "x | threshold, default_value", arithmetic.threshold],
	["Glu", "x | axis", arithmetic.gatedLinear],
	["Softmax", "x | axis", arithmetic.softmax("Softmax")],
	["LogSoftmax", "x | axis", arithmetic.softmax("LogSoftmax")],

	["Mean", "x | axis, keepdims", reductions.reduction("Mean")],
	["Sum", "x | axis, keepdims", reductions.reduction("Sum")],
	["Max", "x | axis, keepdims, initial", reductions.reduction("Max")],
	["Amax", "x | axis, keepdims", reductions.reduction("Max")],
	["Min", "x | axis, keepdims, initial", reductions.reduction("Min")],
	["Amin", "x | axis, keepdims", reductions.reduction("Min")],
	["Prod", "x | axis, keepdims, dtype", reductions.reduction("Prod")],
	["Var", "x | axis, keepdims", reductions.variance(false)],
	["Std", "x | axis, keepdims", reductions.variance(true)],
	["Ptp", "x | axis, keepdims", reductions.range],
	["Average", "x, weights | axis", reductions.average],
	["Moments", "x | axes, keepdims, synchronized", reductions.moments],
	["Logsumexp", "x | axis, keepdims", reductions.logSumExp],
	["Norm", "x | ord, axis, keepdims", reductions.norm],
	["Normalize", "x | axis, order, epsilon", reductions.normalize],
	["LayerNorm", "x, gamma, beta | axis, epsilon, rms_scaling", reductions.layerNorm],
	["RMSNorm", "x, scale | axis, epsilon", reductions.rmsNorm],
	["BatchNorm", "x, mean, variance, offset, scale | axis, epsilon", reductions.batchNorm],

	["Matmul", "x1, x2", linear.matMul],
	["Dot", "x1, x2", linear.dot],
	["Tensordot", "x1, x2 | axes", linear.tensorDot],
	["Einsum", "x1, x2, x3, x4 | subscripts", linear.einsum],
	[
		"DotProductAttention",
		"query, key, value, bias, mask, scale | is_causal, flash_attention, attn_logits_soft_cap",
		linear.attention,
	],

	["Reshape", "x | newshape", shaping.reshape],
	["Ravel", "x", shaping.ravel],
	["ExpandDims", "x | axis", shaping.expandDims],
	["Squeeze", "x | axis", shaping.squeeze],
	["Transpose", "x | axes", shaping.transpose],
	["Swapaxes", "x | axis1, axis2", shaping.swapAxes],
	["Moveaxis", "x | source, destination", shaping.moveAxis],
	["Concatenate", "xs | axis", shaping.concatenate],
	["Append", "x1, x2 | axis", shaping.append],
	["Hstack", "xs", shaping.stackedAlong(1)],
	["Dstack", "xs", shaping.stackedAlong(2)],
	["Stack", "x | axis", shaping.stack],
	["Split", "x | indices_or_sections, axis", shaping.splitAt],
	["ArraySplit", "x | indices_or_sections, axis", shaping.splitAt],
	["Unstack", "x | num, axis", shaping.unstack],
	["Flip", "x | axis", shaping.flip],
	["Fliplr", "x", shaping.flipAlong(1)],
	["Roll", "x | shift, axis", shaping.roll],
	["Tile", "x | repeats", shaping.tile],
	["Repeat", "x | repeats, axis", shaping.repeat],
	["BroadcastTo", "x | shape", shaping.broadcastTo],
	["Take", "x, indices | axis", shaping.take],
	["Slice", "inputs, start_indices | shape", shaping.slice],
	["Pad", "x, constant_values | pad_width, mode", shaping.pad(2, 3, 1)],
	["Tril", "x | k", shaping.triangle(true)],
	["Triu", "x | k", shaping.triangle(false)],
	["GetItem", "x, key", getItem],

	["MaxPool", "inputs | pool_size, strides, padding, data_format", images.pool("MaxPool")],
	["AveragePool", "inputs | pool_size, strides, padding, data_format", images.pool("AvgPool")],
	["Conv", "inputs, kernel | strides, padding, data_format, dilation_rate", images.convolution("Conv2D")],
	[
		"DepthwiseConv",
		"inputs, kernel | strides, padding, data_format, dilation_rate",
		images.convolution("DepthwiseConv2dNative"),
	],
	["DepthToSpace", "x | block_size, data_format", images.blocks("DepthToSpace")],
	["SpaceToDepth", "x | block_size, data_format", images.blocks("SpaceToDepth")],
	[
		"Resize",
		"images | size, interpolation, antialias, crop_to_aspect_ratio, pad_to_aspect_ratio, data_format, fill_mode, fill_value",
		images.resize,
	],
	["RGBToGrayscale", "images | data_format", images.grayscale],
	[
		"CropImages",
		`images | ${["top", "left", "bottom", "right"].map((side) => `${side}_cropping`).join(", ")}, target_height, target_width, data_format`,
		images.cropSides,
	],
	[
		"PadImages",
		`images | ${["top", "left", "bottom", "right"].map((side) => `${side}_padding`).join(", ")}, target_height, target_width, data_format`,
		images.padSides,
	],
	["ExtractPatches", "images | size, strides, dilation_rate, padding, data_format", images.patches],
];

function celu(call: OperationCall) {
	const alpha = call.number(1, 1);
	if (alpha === 1) return pointwise({ fn: "elu", alpha: 1 })(call);
	throw call.unsupported(`alpha ${alpha}`);
}
