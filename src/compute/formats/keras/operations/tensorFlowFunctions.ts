/**
 * TensorFlow's functions as Keras 2 writes them between layers (TFOpLambda, SlicingOpLambda), by their names without
 * `tf.`. All arguments may come by position or by name.
 */
import { leakyRelu, RELU_6 } from "../../graphdef/operations/activations.js";
import * as arithmetic from "./arithmetic.js";
import type { Entry, OperationReader } from "./call.js";
import * as images from "./images.js";
import { getItem } from "./indexing.js";
import * as linear from "./linear.js";
import * as reductions from "./reductions.js";
import * as shaping from "./shaping.js";

const { ofOne, ofTwo, pointwise } = arithmetic;
const REDUCED = "input_tensor, axis/reduction_indices, keepdims/keep_dims";

function several(names: string, signature: string, read: OperationReader): readonly Entry[] {
	return names.split(" ").map((name) => [name, signature, read] as const);
}

export const TENSORFLOW_FUNCTIONS: readonly Entry[] = [
	...several("math.add __operators__.add add", "x, y", ofTwo("AddV2")),
	...several("math.subtract subtract", "x, y", ofTwo("Sub")),
	...several("math.multiply multiply", "x, y", ofTwo("Mul")),
	...several("math.truediv math.divide realdiv truediv divide", "x, y", ofTwo("RealDiv")),
	...several("math.divide_no_nan", "x, y", ofTwo("DivNoNan")),
	...several("math.floordiv floordiv", "x, y", ofTwo("FloorDiv")),
	...several("math.floormod math.mod", "x, y", ofTwo("FloorMod")),
	...several("math.pow pow", "x, y", ofTwo("Pow")),
	...several("math.maximum maximum", "x, y", ofTwo("Maximum")),
	...several("math.minimum minimum", "x, y", ofTwo("Minimum")),
	...several("math.squared_difference", "x, y", ofTwo("SquaredDifference")),
	...several("math.equal __operators__.eq equal", "x/self, y/other", ofTwo("Equal")),
	...several("math.not_equal __operators__.ne not_equal", "x/self, y/other", ofTwo("NotEqual")),
	...several("math.less less", "x, y", ofTwo("Less")),
	...several("math.less_equal less_equal", "x, y", ofTwo("LessEqual")),
	...several("math.greater greater", "x, y", arithmetic.greater("Less")),
	...several("math.greater_equal greater_equal", "x, y", arithmetic.greater("LessEqual")),
	...several("math.logical_and logical_and", "x, y", ofTwo("LogicalAnd")),
	...several("math.logical_or logical_or", "x, y", ofTwo("LogicalOr")),
	...several("math.logical_not logical_not", "x", ofOne("LogicalNot")),
	...several("math.add_n", "inputs", arithmetic.addAll),
	...several("where", "condition, x, y", arithmetic.where),
	...several("clip_by_value", "t, clip_value_min, clip_value_max", arithmetic.clip),

	...several("math.negative negative", "x", ofOne("Neg")),
	...several("math.abs abs", "x", ofOne("Abs")),
	...several("math.square square", "x", ofOne("Square")),
	...several("math.sqrt sqrt", "x", ofOne("Sqrt")),
	...several("math.rsqrt", "x", ofOne("Rsqrt")),
	...several("math.reciprocal", "x", ofOne("Reciprocal")),
	...several("math.exp exp", "x", ofOne("Exp")),
	...several("math.expm1", "x", ofOne("Expm1")),
	...several("math.log", "x", ofOne("Log")),
	...several("math.log1p", "x", ofOne("Log1p")),
	...several("math.erf", "x", ofOne("Erf")),
	...several("math.erfc", "x", ofOne("Erfc")),
	...several("math.floor floor", "x", ofOne("Floor")),
	...several("math.ceil", "x", ofOne("Ceil")),
	...several("math.sign sign", "x", arithmetic.sign),
	...several("math.sigmoid nn.sigmoid sigmoid", "x", pointwise({ fn: "sigmoid" })),
	...several("math.log_sigmoid", "x", pointwise({ fn: "logSigmoid" })),
	...several("math.tanh nn.tanh tanh", "x", pointwise({ fn: "tanh" })),
	...several("math.softplus nn.softplus", "features", pointwise({ fn: "softplus" })),
	...several("nn.softsign math.softsign", "features", pointwise({ fn: "softsign" })),
	...several("nn.relu", "features", pointwise({ fn: "relu" })),
	...several("nn.relu6", "features", pointwise(RELU_6)),
	...several(
		"nn.leaky_relu",
		"features, alpha",
		pointwise((call) => leakyRelu(call.number(1, 0.2))),
	),
	...several("nn.elu", "features", pointwise({ fn: "elu", alpha: 1 })),
	...several("nn.selu", "features", pointwise({ fn: "selu" })),
	...several("nn.silu nn.swish", "features, beta", arithmetic.swish),
	...several(
		"nn.gelu",
		"features, approximate",
		pointwise((call) => ({ fn: "gelu", approximate: call.flag(1, false) })),
	),
	...several("nn.softmax", "logits, axis/dim", arithmetic.softmax("Softmax")),
	...several("nn.log_softmax math.log_softmax", "logits, axis/dim", arithmetic.softmax("LogSoftmax")),
	...several("nn.bias_add", "value, bias, data_format", arithmetic.biasAdd),

	...several("math.reduce_mean reduce_mean", REDUCED, reductions.reduction("Mean")),
	...several("math.reduce_sum reduce_sum", REDUCED, reductions.reduction("Sum")),
	...several("math.reduce_max reduce_max", REDUCED, reductions.reduction("Max")),
	...several("math.reduce_min reduce_min", REDUCED, reductions.reduction("Min")),
	...several("math.reduce_prod reduce_prod", REDUCED, reductions.reduction("Prod")),
	...several("math.reduce_euclidean_norm", REDUCED, reductions.reduction("EuclideanNorm")),
	...several("math.reduce_logsumexp reduce_logsumexp", REDUCED, reductions.logSumExp),
	...several("math.reduce_variance", REDUCED, reductions.variance(false)),
	...several("math.reduce_std", REDUCED, reductions.variance(true)),
	...several("nn.moments", "x, axes, keepdims/keep_dims, shift", reductions.moments),
	...several("norm linalg.norm", "tensor, ord, axis, keepdims", reductions.norm),
	...several("math.l2_normalize nn.l2_normalize linalg.l2_normalize", "x, axis, epsilon, dim", reductions.l2Normalize),
	...several(
		"nn.batch_normalization",
		"x, mean, variance, offset, scale, axis, variance_epsilon",
		reductions.batchNorm,
	),
	...several("image.per_image_standardization", "image", reductions.perImageStandardization),

	...several("linalg.matmul matmul", "a, b, transpose_a, transpose_b, adjoint_a, adjoint_b", linear.matMulWithFlags),
	...several("tensordot", "a, b, axes", linear.tensorDot),
	...several("linalg.matrix_transpose", "a", shaping.matrixTranspose),

	...several("identity stop_gradient", "input", arithmetic.same),
	...several("convert_to_tensor", "value, dtype, dtype_hint", arithmetic.same),
	...several("cast", "x, dtype", shaping.cast),
	...several("image.convert_image_dtype", "image, dtype", shaping.cast),
	...several("zeros_like", "input, dtype", arithmetic.filledLike(0)),
	...several("ones_like", "input, dtype", arithmetic.filledLike(1)),
	...several("shape", "input, out_type", shaping.shapeOf),
	...several("reshape", "tensor, shape", shaping.reshape),
	...several("expand_dims", "input, axis/dim", shaping.expandDims),
	...several("squeeze", "input, axis/squeeze_dims", shaping.squeeze),
	...several("transpose", "a, perm", shaping.transpose),
	...several("concat", "values, axis", shaping.concatenate),
	...several("stack", "values, axis", shaping.stack),
	...several("unstack", "value, num, axis", shaping.unstack),
	...several("split", "value, num_or_size_splits, axis, num", shaping.splitInto),
	...several("reverse", "tensor, axis", shaping.flip),
	...several("image.flip_left_right", "image", shaping.flipAlong(-2)),
	...several("image.flip_up_down", "image", shaping.flipAlong(-3)),
	...several("roll", "input, shift, axis", shaping.roll),
	...several("tile", "input, multiples", shaping.tile),
	...several("repeat", "input, repeats, axis", shaping.repeat),
	...several("broadcast_to", "input, shape", shaping.broadcastTo),
	...several("gather", "params, indices, axis, batch_dims, validate_indices", shaping.gather),
	...several("slice", "input_, begin, size", shaping.slice),
	...several("pad", "tensor, paddings, mode, constant_values", shaping.pad(1, 2, 3)),
	...several("__operators__.getitem", "tensor, slice_spec", getItem),

	...several("nn.max_pool nn.max_pool2d", "input/value, ksize, strides, padding, data_format", images.pool("MaxPool")),
	...several("nn.avg_pool nn.avg_pool2d", "input/value, ksize, strides, padding, data_format", images.pool("AvgPool")),
	...several(
		"nn.conv2d",
		"input, filters/filter, strides, padding, data_format, dilations, use_cudnn_on_gpu",
		images.convolution("Conv2D"),
	),
	...several(
		"nn.depthwise_conv2d",
		"input, filter, strides, padding, data_format, dilations",
		images.convolution("DepthwiseConv2dNative"),
	),
	...several("nn.local_response_normalization nn.lrn", "input, depth_radius, bias, alpha, beta", images.localResponse),
	...several("nn.depth_to_space", "input, block_size, data_format", images.blocks("DepthToSpace")),
	...several("nn.space_to_depth", "input, block_size, data_format", images.blocks("SpaceToDepth")),
	...several("image.resize", "images, size, method, preserve_aspect_ratio, antialias", images.tensorFlowResize),
	...several("image.rgb_to_grayscale", "images", images.grayscale),
	...several("image.grayscale_to_rgb", "images", images.grayscaleToRgb),
	...several(
		"image.crop_to_bounding_box",
		"image, offset_height, offset_width, target_height, target_width",
		images.cropToBox,
	),
	...several(
		"image.pad_to_bounding_box",
		"image, offset_height, offset_width, target_height, target_width",
		images.padToBox,
	),
	...several("image.resize_with_crop_or_pad", "image, target_height, target_width", images.cropOrPad),
];
