/**
 * The one graph that every model file is read into.
 *
 * Plain data: it crosses process boundaries by structured clone. Tensors are NHWC and shapes leave the batch
 * dimension out, so `[28, 28, 1]` is a batch of any number of 28x28 grey images.
 */
import type { ModelFormat } from "../formats/formats.js";
import type { OutputChoice } from "./outputs.js";

/** Sizes of one example, batch dimension left out: `[height, width, channels]` or `[features]`. */
export type Shape = readonly number[];

/** A constant of the graph. One object may be shared by several nodes (a layer called twice). */
export interface Weight {
	/** The name in the model file, for error messages and the layer table. */
	readonly name: string;
	readonly shape: Shape;
	readonly data: Float32Array;
	/** Where in the file it stands, for people to read; absent where that is its name, and for derived constants. */
	readonly place?: string;
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
	/** `x > threshold ? min(x, max) : slope·(x - threshold)`; covers ReLU6, leaky and thresholded ReLU. */
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
	| { readonly fn: "exponential" }
	/** Natural logarithm. */
	| { readonly fn: "logarithm" }
	/** `min(max(x, low), high)`; null where a side is open. */
	| { readonly fn: "clip"; readonly low: number | null; readonly high: number | null }
	| { readonly fn: "absolute" }
	/** `x^exponent`; .5 is the square root, -1 the reciprocal. */
	| { readonly fn: "power"; readonly exponent: number }
	| { readonly fn: "erf" }
	/** `|x| > threshold ? x : 0`. */
	| { readonly fn: "hardShrink"; readonly threshold: number }
	/** `x` moved towards 0 by `threshold`, at most to 0. */
	| { readonly fn: "softShrink"; readonly threshold: number }
	/** `x - tanh(x)`. */
	| { readonly fn: "tanhShrink" }
	/** `(x + sqrt(x² + b)) / 2`. */
	| { readonly fn: "squareplus"; readonly b: number }
	/** 0 up to -1, `(x + 1)² / 4` up to 1, `x` beyond. */
	| { readonly fn: "sparsePlus" }
	| { readonly fn: "logSigmoid" };

/** How two values become one, place by place; `Add` and `Multiply` are operations of their own. */
export type BinaryFunction =
	| "subtract"
	| "divide"
	| "power"
	| "minimum"
	| "maximum"
	/** 1 where it holds, else 0; no gradient. */
	| "equal"
	| "less"
	| "lessOrEqual";

/** `rows x columns`, row-major. */
export interface Matrix {
	readonly rows: number;
	readonly columns: number;
	readonly data: Float32Array;
}

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
	/** `x·scale + offset`. Weights: `scale?` and `offset?`, each broadcast against one example: `[c]` is per channel. */
	| { readonly op: "Affine" }
	| {
			readonly op: "MaxPool2D";
			readonly size: Pair;
			readonly strides: Pair;
			readonly padding: Padding2D;
			/** Steps between the places of one window; [1, 1] where absent. */
			readonly dilations?: Pair;
	  }
	/** `countPadding`: whether padded places count in the divisor (not in TensorFlow's `same`). */
	| {
			readonly op: "AveragePool2D";
			readonly size: Pair;
			readonly strides: Pair;
			readonly padding: Padding2D;
			readonly countPadding: boolean;
			readonly dilations?: Pair;
	  }
	| { readonly op: "GlobalMaxPool2D"; readonly keepDims: boolean }
	| { readonly op: "GlobalAveragePool2D"; readonly keepDims: boolean }
	| { readonly op: "Flatten" }
	/** `shape` is complete: a -1 is resolved at reading. */
	| { readonly op: "Reshape"; readonly shape: Shape }
	| { readonly op: "ZeroPad2D"; readonly padding: Padding2D }
	/** `before[i]` and `after[i]` values put around axis i of an example. */
	| {
			readonly op: "Pad";
			readonly before: readonly number[];
			readonly after: readonly number[];
			/** `edge` repeats the last value, `reflect` mirrors without it, `wrap` goes round. */
			readonly mode: "constant" | "edge" | "reflect" | "wrap";
			/** What `constant` pads with. */
			readonly value: number;
	  }
	/** RGB to BGR and back. */
	| { readonly op: "ReverseChannels" }
	| { readonly op: "Pointwise"; readonly function: PointwiseFunction }
	/** `x >= 0 ? x : alpha·x`. Weights: `alpha`, broadcast against one example. */
	| { readonly op: "PReLU" }
	/** Over the last axis. */
	| { readonly op: "Softmax" }
	/** Over the last axis. */
	| { readonly op: "LogSoftmax" }
	| { readonly op: "Add" }
	| { readonly op: "Multiply" }
	/** `axis` counts in the shape without batch. */
	| { readonly op: "Concatenate"; readonly axis: number }
	/** Of two inputs, broadcast. */
	| { readonly op: "Binary"; readonly function: BinaryFunction }
	/** `first != 0 ? second : third`, broadcast; no gradient to the first. */
	| { readonly op: "Select" }
	/** Of two inputs: `[..., m, k]·[..., k, n]`, leading axes broadcast. */
	| { readonly op: "MatMul" }
	/** A value that depends on no picture. Weights: `value`. */
	| { readonly op: "Constant" }
	/** Axis i of the output is axis `order[i]` of the input; counted without batch. */
	| { readonly op: "Transpose"; readonly order: readonly number[] }
	/** Along axis i `sizes[i]` values from `starts[i]` in steps of `steps[i]`, which may be negative. */
	| {
			readonly op: "Slice";
			readonly starts: readonly number[];
			readonly sizes: readonly number[];
			readonly steps: readonly number[];
	  }
	/** Along `axis` the values at `indices`, in that order. */
	| { readonly op: "Gather"; readonly axis: number; readonly indices: readonly number[] }
	/** Repeated along leading axes and axes of size 1 to `shape`. */
	| { readonly op: "Broadcast"; readonly shape: Shape }
	/** Over `axes` (counted without batch), which stay with size 1 or go. `norm` is the Euclidean one. */
	| {
			readonly op: "Reduce";
			readonly kind: "sum" | "mean" | "max" | "min" | "norm";
			readonly axes: readonly number[];
			readonly keepDims: boolean;
	  }
	/** The `k` largest values along the last axis, the largest first. */
	| { readonly op: "TopK"; readonly k: number }
	/** `(x - mean) / sqrt(variance + epsilon)` over `axes`, then `gamma?`, `beta?`, broadcast against one example. */
	| { readonly op: "LayerNormalization"; readonly axes: readonly number[]; readonly epsilon: number }
	/** The same over all but the last axis and each of `groups` runs of it. Weights: `gamma? [c]`, `beta? [c]`. */
	| { readonly op: "GroupNormalization"; readonly groups: number; readonly epsilon: number }
	/** `x / (bias + alpha/size · Σ x²)^beta` over `size` neighbouring channels, the odd one after. */
	| {
			readonly op: "LocalResponseNormalization";
			readonly size: number;
			readonly alpha: number;
			readonly beta: number;
			readonly bias: number;
	  }
	/**
	 * The gradient of a convolution with respect to its input, of `(n - 1)·stride + reach - padding + outputPadding`
	 * pixels. Weights: `kernel [kh, kw, out/groups, in]`, `bias? [out]`.
	 */
	| {
			readonly op: "ConvTranspose2D";
			readonly strides: Pair;
			readonly dilations: Pair;
			readonly padding: Padding2D;
			/** Rows below and columns to the right that only the bias reaches. */
			readonly outputPadding: Pair;
			readonly groups: number;
	  }
	/** Each output row a weighted sum of rows, likewise columns: nearest, linear, cubic resizing. `y = rows·x·columnsᵀ`. */
	| { readonly op: "Resample2D"; readonly rows: Matrix; readonly columns: Matrix }
	/** Dropout and its kin at inference; kept so that every layer of the file is found by its name. */
	| { readonly op: "Identity" };

export type OperationName = Operation["op"];

export type WeightRole =
	| "kernel"
	| "bias"
	| "gamma"
	| "beta"
	| "mean"
	| "variance"
	| "scale"
	| "offset"
	| "alpha"
	| "value";

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
	/** Names of the nodes that simplification took into this one; absent in a reader's graph. */
	readonly absorbed?: readonly string[];
}

/** A list of class names as text, in any of the forms that files of class names have. */
export interface ClassText {
	/** "'names' in the model's metadata" */
	readonly place: string;
	readonly text: string;
}

export interface Network {
	readonly format: ModelFormat;
	/** Topological order; the first is the only `Input`. */
	readonly nodes: readonly NetworkNode[];
	/** Name of the node whose value the file's model returns. */
	readonly output: string;
	/** What the reader had to assume or leave out, for people to read. */
	readonly warnings: readonly string[];
	/** Half the distance of 1 to the next number, where the file computes with coarser ones than float32. */
	readonly unitRoundoff?: number;
	/** Class names that the file itself keeps, as they stand in it. */
	readonly classText?: ClassText;
	/** Where the file has several outputs and nobody said which. */
	readonly outputChoice?: OutputChoice;
}
