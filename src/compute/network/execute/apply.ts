/** What each operation is in differentiable TensorFlow.js. */
import * as tf from "@tensorflow/tfjs-core";
import { pointwise } from "../pointwise.js";
import type { NetworkNode, Operation } from "../types.js";
import type { Constants } from "./constants.js";
import { conv, convTranspose, depthwise } from "./convolution.js";
import { batchNormalization, groupNormalization, layerNormalization, localResponse } from "./normalization.js";
import { type Image, padImage, padTensor } from "./padding.js";
import { averagePool, maxPool } from "./pooling.js";
import { sliceAxis } from "./slicing.js";
import { binary, constant, gather, matMul, reduce, repeated, resample, sameRank, select, topK } from "./tensors.js";

/**
 * The node's value `[batch, ...outputShape]` from the values of its inputs. `batch` is for nodes without inputs.
 */
export function apply(
	node: NetworkNode,
	operation: Exclude<Operation, { op: "Input" }>,
	inputs: readonly tf.Tensor[],
	batch: number,
	constants: Constants,
): tf.Tensor {
	const x = inputs[0] as tf.Tensor;
	switch (operation.op) {
		case "Dense": {
			const kernel = constants.weight(node, "kernel") as tf.Tensor2D;
			if (x.rank === 2) return constants.biased(node, tf.matMul(x as tf.Tensor2D, kernel));
			const rows = tf.reshape(x, [-1, kernel.shape[0]]);
			return tf.reshape(constants.biased(node, tf.matMul(rows, kernel)), [-1, ...node.outputShape]);
		}
		case "Conv2D":
			return constants.biased(node, conv(node, operation, x as Image, constants));
		case "DepthwiseConv2D":
			return constants.biased(node, depthwise(node, operation, x as Image, constants));
		case "ConvTranspose2D":
			return constants.biased(node, convTranspose(node, operation, x as Image, constants));
		case "BatchNormalization":
			return batchNormalization(node, operation.epsilon, x, constants);
		case "LayerNormalization":
			return layerNormalization(node, operation, x, constants);
		case "GroupNormalization":
			return groupNormalization(node, operation, x, constants);
		case "LocalResponseNormalization":
			return localResponse(node, operation, x, constants);
		case "Affine": {
			const grown = node.weights.scale ? tf.mul(x, constants.weight(node, "scale")) : x;
			return node.weights.offset ? tf.add(grown, constants.weight(node, "offset")) : grown;
		}
		case "MaxPool2D":
			return maxPool(node, operation, x as Image);
		case "AveragePool2D":
			return averagePool(node, operation, x as Image, constants);
		case "GlobalMaxPool2D":
			return tf.max(x, [1, 2], operation.keepDims);
		case "GlobalAveragePool2D":
			return tf.mean(x, [1, 2], operation.keepDims);
		case "Reduce":
			return reduce(operation, x);
		case "TopK":
			return topK(operation, x);
		case "Flatten":
		case "Reshape":
			return tf.reshape(x, [-1, ...node.outputShape]);
		case "Transpose":
			return tf.transpose(x, [0, ...operation.order.map((axis) => axis + 1)]);
		case "Slice":
			return operation.sizes.reduce(
				(cut, size, i) => sliceAxis(cut, i + 1, operation.starts[i] as number, size, operation.steps[i] as number),
				x,
			);
		case "Gather":
			return gather(node.name, operation, x, constants);
		case "Broadcast":
			return repeated(x, [x.shape[0] as number, ...operation.shape]);
		case "ZeroPad2D":
			return padImage(x as Image, operation.padding, 0);
		case "Pad":
			return padTensor(x, operation);
		case "Resample2D":
			return resample(node.name, operation, x, constants);
		case "ReverseChannels":
			return tf.reverse(x, -1);
		case "Pointwise":
			return pointwise(x, operation.function);
		case "PReLU":
			return tf.where(tf.greaterEqual(x, 0), x, tf.mul(constants.weight(node, "alpha"), x));
		case "Softmax":
			return tf.softmax(x);
		case "LogSoftmax":
			return tf.logSoftmax(x);
		case "Add":
			return sameRank(inputs).reduce((sum, term) => tf.add(sum, term));
		case "Multiply":
			return sameRank(inputs).reduce((product, factor) => tf.mul(product, factor));
		case "Binary":
			return binary(operation.function, sameRank(inputs) as readonly [tf.Tensor, tf.Tensor]);
		case "Select":
			return select(sameRank(inputs) as readonly [tf.Tensor, tf.Tensor, tf.Tensor]);
		case "MatMul":
			return matMul(inputs, node.outputShape);
		case "Constant":
			return constant(constants.weight(node, "value"), batch);
		case "Concatenate":
			return tf.concat([...inputs], operation.axis + 1);
		case "Identity":
			return x;
	}
}
