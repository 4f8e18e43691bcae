/** A function that turns at a point, or the largest of several values. */
export type KinkKind = "hinge" | "pool";

/**
 * A classifier as attacks see it: pixels in, logits out, and vector-Jacobian products. Pixels are in [0, 1];
 * preprocessing is inside. Arrays are row-major with one image after the other.
 */
export interface Classifier {
	/** `[height, width, channels]` of the pixels. */
	readonly pixelShape: readonly [height: number, width: number, channels: number];
	/** At least 2: a single sigmoid logit z counts as the two logits [0, z]. */
	readonly classes: number;
	/** True where the logits are an affine function of the pixels, so that every class's distance is exact. */
	readonly linear: boolean;

	/** The kinks between pixels and logits that can be made smooth, in order: of ReLU and its like, of max pooling. */
	readonly kinks: readonly KinkKind[];

	/** Logits `[count, classes]` of `count` images. */
	logits(pixels: Float32Array, count: number): Float32Array;

	/**
	 * One forward and one backward pass. `cotangent` gets the logits `[count, classes]` and returns the weights
	 * `[count, classes]` of the sum whose gradient `[count, height·width·channels]` is wanted. With `widths`
	 * `[count, kinks]` it is another network, whose kinks are rounded off over so much of their inputs on either side.
	 */
	logitsAndGradient(
		pixels: Float32Array,
		count: number,
		cotangent: (logits: Float32Array) => Float32Array,
		widths?: Float32Array | null,
	): { readonly logits: Float32Array; readonly gradient: Float32Array };

	/**
	 * Logits `[count, 2 · classes]` as they come out, twice, where every value on the way is disturbed at random by about one
	 * rounding of float32, or of what the file computes with where that is coarser.
	 */
	disturbedLogits(pixels: Float32Array, count: number): Float32Array;

	/** How much the input of each kink varies within an image: standard deviations `[count, kinks]`. */
	kinkSpreads(pixels: Float32Array, count: number): Float32Array;
}
