/**
 * The one graph that every model file is read into.
 *
 * Plain data: it crosses process boundaries by structured clone. Tensors are NHWC and shapes leave the batch
 * dimension out, so `[28, 28, 1]` is a batch of any number of 28x28 grey images.
 */

/** Sizes of one example, batch dimension left out: `[height, width, channels]` or `[features]`. */
export type Shape = readonly number[];

/** A constant of the graph. One object may be shared by several nodes (a layer called twice). */
export interface Weight {
	/** The name in the model file, for error messages and the layer table. */
	readonly name: string;
	readonly shape: Shape;
	readonly data: Float32Array;
}

/** Zeros (or another border) put around an image, in pixels. `same` and `valid` are resolved at reading. */
export interface Padding2D {
	readonly top: number;
	readonly bottom: number;
	readonly left: number;
	readonly right: number;
}

/** `[vertical, horizontal]`. */
export type Pair = readonly [number, number];

/** A pointwise function. Constants that a file may choose are part of it; defaults are resolved at reading. */
export type PointwiseFunction =
	| { readonly fn: "relu" }
	/** `x < threshold ? slope·(x - threshold) : min(x, max)`; covers ReLU6, leaky and thresholded ReLU. */
	| {
			readonly fn: "generalRelu";
			readonly max: number | null;
			readonly slope: number;
			readonly threshold: number;
	  }
	| { readonly fn: "elu"; readonly alpha: number }
	| { readonly fn: "selu" }
	| { readonly fn: "sigmoid" }
	/** `clip(slope·x + offset, 0, 1)`: slope .2 in Keras 2, 1/6 in Keras 3. */
	| { readonly fn: "hardSigmoid"; readonly slope: number; readonly offset: number }
	/** `x · hardSigmoid(x)` with slope 1/6 and offset 1/2. */
	| { readonly fn: "hardSwish" }
	| { readonly fn: "tanh" }
	| { readonly fn: "softplus" }
	| { readonly fn: "softsign" }
	| { readonly fn: "swish" }
	| { readonly fn: "gelu"; readonly approximate: boolean }
	| { readonly fn: "mish" }
	| { readonly fn: "exponential" };

/** What a node computes. Weights it needs are named in the comment and stand in `NetworkNode.weights`. */
export type Operation =
	| { readonly op: "Input" }
	/** `x·kernel + bias` over the last axis. Weights: `kernel [in, out]`, `bias? [out]`. */
	| { readonly op: "Dense" }
	/** Weights: `kernel [kh, kw, in/groups, out]`, `bias? [out]`. */
	| {
			readonly op: "Conv2D";
			readonly strides: Pair;
			readonly dilations: Pair;
			readonly padding: Padding2D;
			readonly groups: number;
	  }
	/** Weights: `kernel [kh, kw, in, multiplier]`, `bias? [in·multiplier]`. */
	| {
			readonly op: "DepthwiseConv2D";
			readonly strides: Pair;
			readonly dilations: Pair;
			readonly padding: Padding2D;
	  }
	/** Inference form over the last axis. Weights: `mean [c]`, `variance [c]`, `gamma? [c]`, `beta? [c]`. */
	| { readonly op: "BatchNormalization"; readonly epsilon: number }
	/** `x·scale + offset` per channel of the last axis. Weights: `scale [c] or [1]`, `offset [c] or [1]`. */
	| { readonly op: "Affine" }
	| { readonly op: "MaxPool2D"; readonly size: Pair; readonly strides: Pair; readonly padding: Padding2D }
	/** `countPadding`: whether padded places count in the divisor (not in TensorFlow's `same`). */
	| {
			readonly op: "AveragePool2D";
			readonly size: Pair;
			readonly strides: Pair;
			readonly padding: Padding2D;
			readonly countPadding: boolean;
	  }
	| { readonly op: "GlobalMaxPool2D"; readonly keepDims: boolean }
	| { readonly op: "GlobalAveragePool2D"; readonly keepDims: boolean }
	| { readonly op: "Flatten" }
	/** `shape` is complete: a -1 is resolved at reading. */
	| { readonly op: "Reshape"; readonly shape: Shape }
	| { readonly op: "ZeroPad2D"; readonly padding: Padding2D }
	/** RGB to BGR and back. */
	| { readonly op: "ReverseChannels" }
	| { readonly op: "Pointwise"; readonly function: PointwiseFunction }
	/** `x >= 0 ? x : alpha·x`. Weights: `alpha`, broadcast against one example. */
	| { readonly op: "PReLU" }
	/** Over the last axis. */
	| { readonly op: "Softmax" }
	| { readonly op: "Add" }
	| { readonly op: "Multiply" }
	/** `axis` counts in the shape without batch. */
	| { readonly op: "Concatenate"; readonly axis: number }
	/** Dropout and its kin at inference; kept so that every layer of the file is found by its name. */
	| { readonly op: "Identity" };

export type OperationName = Operation["op"];

export type WeightRole = "kernel" | "bias" | "gamma" | "beta" | "mean" | "variance" | "scale" | "offset" | "alpha";

export interface NetworkNode {
	/** Unique in the network: the layer's name, with a suffix such as `/relu` where a layer became several nodes. */
	readonly name: string;
	/** The layer of the file that this node belongs to. People see this name. */
	readonly layer: string;
	/** The layer's type as the file calls it: `Dense`, `SeparableConv2D`. */
	readonly layerType: string;
	readonly operation: Operation;
	/** Names of the nodes whose outputs go in, in order. */
	readonly inputs: readonly string[];
	readonly weights: Readonly<Partial<Record<WeightRole, Weight>>>;
	readonly outputShape: Shape;
}

export type ModelFormat = "tfjs-layers" | "keras-v3" | "keras-h5" | "onnx" | "tfjs-graph" | "tensorflow-savedmodel";

export interface Network {
	readonly format: ModelFormat;
	/** Topological order; the first is the only `Input`. */
	readonly nodes: readonly NetworkNode[];
	/** Name of the node whose value the file's model returns. */
	readonly output: string;
	/** What the reader had to assume or leave out, for people to read. */
	readonly warnings: readonly string[];
}
