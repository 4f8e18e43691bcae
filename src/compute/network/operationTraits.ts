/**
 * What holds of each operation, for whoever has to decide about one without computing it. The compiler asks for a row of every
 * operation, and by the row for a case wherever operations with a trait are taken apart (`Without`).
 */
import type { Operation, OperationName } from "./types.js";

export type Trait =
	/** Has a kernel, whose values lie between an input and an output channel. */
	| "kernel"
	/** Slides a window over its input. */
	| "window"
	/** The value is an affine function of what goes in. */
	| "affine"
	/** An activation function: what goes in is the pre-activation. */
	| "activation"
	/** The same values in the same order, at most in another shape. */
	| "reshapes"
	/** Moves values, leaves some out or repeats them, or has no input: not worth a word beside one that computes. */
	| "moves"
	/** What unit i comes from is unit i of what goes in, as far as its weights are named. */
	| "keeps units"
	/** A picture that goes in is still the picture, however it is scaled and shaped. */
	| "keeps picture"
	/** Each pixel that goes in has its place in what comes out, as far as a unit's weights are drawn. */
	| "keeps pixels"
	/** Each value is still that of its pixel and channel. */
	| "pixelwise"
	/** Puts values around a picture. */
	| "pads"
	/** Puts a picture's values in another order, of which one can keep track. */
	| "rearranges"
	/** Between the last layer with a kernel and the logits it leaves that layer the last. */
	| "after last layer";

const TRAITS = {
	Input: ["affine"],
	Dense: ["kernel", "affine"],
	Conv2D: ["kernel", "window", "affine"],
	DepthwiseConv2D: ["kernel", "window", "affine"],
	ConvTranspose2D: ["kernel", "window", "affine"],
	BatchNormalization: ["affine", "keeps units", "pixelwise", "after last layer"],
	Affine: ["affine", "keeps picture", "keeps pixels", "pixelwise", "after last layer"],
	MaxPool2D: ["window"],
	AveragePool2D: ["window", "affine", "after last layer"],
	GlobalMaxPool2D: ["after last layer"],
	GlobalAveragePool2D: ["affine", "after last layer"],
	Flatten: ["affine", "reshapes", "moves", "keeps picture", "keeps pixels", "rearranges", "after last layer"],
	Reshape: ["affine", "reshapes", "moves", "keeps picture", "keeps pixels", "rearranges", "after last layer"],
	ZeroPad2D: ["affine", "keeps pixels", "pads"],
	Pad: ["affine", "pads"],
	ReverseChannels: ["affine", "keeps picture", "keeps pixels", "pixelwise"],
	Pointwise: ["activation", "keeps units", "pixelwise", "after last layer"],
	PReLU: ["activation", "keeps units", "after last layer"],
	Softmax: ["activation", "keeps units"],
	LogSoftmax: ["activation", "keeps units"],
	Add: ["affine"],
	Multiply: [],
	Concatenate: ["affine"],
	Binary: [],
	Select: [],
	MatMul: [],
	Constant: ["affine", "moves"],
	Transpose: ["affine", "moves", "rearranges"],
	Slice: ["affine", "moves"],
	Gather: ["affine", "moves"],
	Broadcast: ["affine", "moves"],
	Reduce: ["after last layer"],
	TopK: [],
	LayerNormalization: [],
	GroupNormalization: [],
	LocalResponseNormalization: [],
	Resample2D: ["affine"],
	Identity: [
		"affine",
		"reshapes",
		"moves",
		"keeps units",
		"keeps picture",
		"keeps pixels",
		"pixelwise",
		"after last layer",
	],
} as const satisfies Readonly<Record<OperationName, readonly Trait[]>>;

type NamesWith<T extends Trait> = {
	[Name in OperationName]: T extends (typeof TRAITS)[Name][number] ? Name : never;
}[OperationName];

/**
 * Operations that lack a trait. `operation satisfies Without<"kernel">` after the cases of a `switch` doesn't compile where one
 * with a kernel has none.
 */
export type Without<T extends Trait> = Exclude<Operation, { op: NamesWith<T> }>;

export function hasTrait({ op }: Operation, trait: Trait): boolean {
	const traits: readonly Trait[] = TRAITS[op];
	return traits.includes(trait);
}
