/** What a layer's reader gets to work with: one call of one layer. */
import { BlindspotError } from "../../../errors.js";
import { showShape } from "../../../network/shapes.js";
import type { NetworkNode, Operation, Pair, Shape, Weight } from "../../../network/types.js";
import type { Settings } from "../settings.js";

/** Where Keras 2, Keras 3 and TensorFlow.js compute differently from the same words. */
export interface Dialect {
	readonly hardSigmoid: { readonly slope: number; readonly offset: number };
	/** The least squared length that unit normalisation divides by. */
	readonly leastSquaredNorm: number;
}

/** TensorFlow.js computes as Keras 2 did, whatever Keras a file was converted from. */
export const KERAS_2: Dialect = { hardSigmoid: { slope: 0.2, offset: 0.5 }, leastSquaredNorm: 1e-12 };
export const KERAS_3: Dialect = { hardSigmoid: { slope: 1 / 6, offset: 0.5 }, leastSquaredNorm: 1e-24 };

/** The dialect of the Keras that wrote a file: "2.4.0", "3.15.1"; null where the file doesn't say. */
export function dialectOf(kerasVersion: string | null): Dialect {
	const major = Number.parseInt(kerasVersion ?? "", 10);
	return major >= 3 ? KERAS_3 : KERAS_2;
}

export interface LayerCall {
	readonly className: string;
	/** The call as people see it: the layer's name, after those of the models around it. */
	readonly label: string;
	readonly settings: Settings;
	readonly dialect: Dialect;
	/** Names of the nodes that go in, and their shapes. */
	readonly inputs: readonly string[];
	readonly shapes: readonly Shape[];
	/** Shape of a node that is there already, such as one that this call added. */
	shapeOf(node: string): Shape;
	/** A weight by what it has been called and its position in its layer; read once per layer. */
	readonly weight: WeightReader;
	/** The weights of a layer within this one, by its name and by the name of its place in a `.keras` file. */
	weightsOf(name: string, storeName: string): WeightReader;
	/**
	 * Adds a node `layer/suffix`, or `layer` for an empty suffix, and returns its name. Without `inputs` it reads
	 * what the layer reads.
	 */
	add(suffix: string, operation: Operation, weights?: NetworkNode["weights"], inputs?: readonly string[]): string;
	/** Something that had to be assumed, for people to read. */
	warn(message: string): void;
}

export type WeightReader = (names: readonly string[], position: number, shape: Shape) => Weight;

/** Adds the nodes of one call and returns the name of the one that bears the layer's output. */
export type LayerReader = (call: LayerCall) => string;

/** The shape that goes into a layer of one input. */
export function onlyShape(call: LayerCall): Shape {
	const [shape] = call.shapes;
	if (!shape || call.shapes.length !== 1)
		throw new BlindspotError(
			"unreadable-model",
			`${call.settings.owner} needs one input, it has ${call.shapes.length}.`,
			call.settings.owner,
		);
	return shape;
}

/** Height, width and channels of what goes into a two-dimensional layer, channels last. */
export function imageShape(call: LayerCall): readonly [height: number, width: number, channels: number] {
	requireChannelsLast(call);
	const [height, width, channels, ...rest] = onlyShape(call);
	if (height === undefined || width === undefined || channels === undefined || rest.length > 0)
		throw new BlindspotError(
			"unreadable-model",
			`${call.settings.owner} needs height×width×channels, it is given ${showShape(onlyShape(call))}.`,
			call.settings.owner,
		);
	return [height, width, channels];
}

export function requireChannelsLast({ settings }: LayerCall): void {
	const format = settings.text("data_format", "channels_last");
	if (format === "channels_first")
		settings.unsupported("data_format 'channels_first' (save the model with channels last)");
	if (format !== "channels_last") settings.wrong("data_format", "'channels_last'", format);
}

/** The same values in another shape. */
export function reshapedWeight(weight: Weight, shape: Shape): Weight {
	return { ...weight, shape };
}

/** A constant that the configuration gives. */
export function constantWeight(call: LayerCall, what: string, shape: Shape, values: ArrayLike<number>): Weight {
	return { name: `${call.settings.owner} ${what}`, shape, data: Float32Array.from(values) };
}

export const ONES: Pair = [1, 1];
