/** Puts the pictures' way into the model in front of a network: pixels in [0, 1], height×width×channels. */
import type { Preprocessing, Size } from "../data/types.js";
import { BlindspotError } from "../errors.js";
import { showShape, sizeOf } from "./shapes.js";
import type { Network, NetworkNode, Operation, Shape, Weight } from "./types.js";

export type PictureShape = readonly [height: number, width: number, channels: number];

/** What a person says of a model's pictures; null for what they don't. */
export interface GivenShape {
	readonly size: Size | null;
	readonly channels: number | null;
}

export interface PictureInput {
	readonly shape: PictureShape;
	/** How the model's values are taken as a picture, where neither its file nor a person says so; else null. */
	readonly assumed: string | null;
	/** Why the input is no picture, for people; its shape is then that of a row of values. Null where it is one. */
	readonly refusal: string | null;
}

/**
 * The picture that a model takes: height × width × any number of channels, or height × width of grey. A list of n values (`[n]`,
 * `[1, n]`, `[n, 1]`, `[1, n, 1]` and so on) is a picture of the given size and channels; where these aren't given, a square
 * grey one where n is a square, a square RGB one, channels last, where n/3 is. Throws `bad-configuration` where n values
 * don't make up the given size.
 */
export function pictureInput(input: Shape, given: GivenShape = { size: null, channels: null }): PictureInput {
	const n = sizeOf(input);
	// One axis alone has values; of three the last is the channels', and many channels of one pixel are no list.
	const isList = input.length >= 1 && input.length <= 3 && Math.max(...input.slice(0, 2)) === n && n > 1;
	const listed = isList ? listedPicture(n, given) : null;
	if (listed) return listed;
	const [height, width, channels = 1] = input;
	if (height !== undefined && width !== undefined && input.length <= 3)
		return { shape: [height, width, channels], assumed: null, refusal: null };
	const more =
		input.length === 1 ? ` Set "inputSize" and "channels" in blindspot.json, or --size WIDTHxHEIGHTxCHANNELS.` : "";
	return {
		shape: [1, n, 1],
		assumed: null,
		refusal: `The model's input is ${showShape(input)}; Blindspot takes images, height × width × channels.${more}`,
	};
}

/** A picture of n values; null where none is given and n makes no square. */
function listedPicture(n: number, { size, channels }: GivenShape): PictureInput | null {
	if (size) {
		const { width, height } = size;
		const found = channels ?? n / (width * height);
		if (Number.isInteger(found) && width * height * found === n)
			return { shape: [height, width, found], assumed: null, refusal: null };
		throw new BlindspotError(
			"bad-configuration",
			`The model takes ${n} values; ${width}×${height} pixels${channels === null ? "" : ` of ${channels} channel${channels === 1 ? "" : "s"}`} don't make up as many.`,
		);
	}
	for (const some of channels === null ? [1, 3] : [channels]) {
		const side = Math.sqrt(n / some);
		if (!Number.isInteger(side) || side < 2) continue;
		const kind = some === 1 ? "gray" : some === 3 ? "RGB, channels last" : `${some} channels, the last axis`;
		return { shape: [side, side, some], assumed: `${n} values as ${side}×${side} pixels, ${kind}`, refusal: null };
	}
	return null;
}

/**
 * The network with its input reading pixels: reshaped where the file's input is flat, then brought to the range,
 * channel order, mean and standard deviation that the model was trained with. `given` as for `pictureInput`.
 */
export function withPictureInput(network: Network, preprocessing: Preprocessing, given?: GivenShape): Network {
	const [input, ...rest] = network.nodes;
	if (input?.operation.op !== "Input") throw new BlindspotError("internal", "A network starts with its input.");
	const { shape } = pictureInput(input.outputShape, given);
	const nodes: NetworkNode[] = [{ ...input, outputShape: shape }];
	const append = (suffix: string, operation: Operation, outputShape: Shape, weights: NetworkNode["weights"] = {}) => {
		const before = nodes.at(-1) as NetworkNode;
		const name = `blindspot/${suffix}`;
		nodes.push({
			name,
			layer: "blindspot",
			layerType: "Preprocessing",
			operation,
			inputs: [before.name],
			weights,
			outputShape,
		});
	};
	if (preprocessing.bgr && shape[2] === 3) append("bgr", { op: "ReverseChannels" }, shape);
	const weights = scaleAndOffset(preprocessing, shape[2]);
	if (weights) append("scale", { op: "Affine" }, shape, weights);
	if (showShape(input.outputShape) !== showShape(shape))
		append("reshape", { op: "Reshape", shape: input.outputShape }, input.outputShape);
	const entrance = (nodes.at(-1) as NetworkNode).name;
	const rewired = rest.map((node) => ({
		...node,
		inputs: node.inputs.map((name) => (name === input.name ? entrance : name)),
	}));
	return {
		...network,
		nodes: [...nodes, ...rewired],
		output: network.output === input.name ? entrance : network.output,
	};
}

/** The preprocessing that leaves pixels as they are. */
export const UNCHANGED: Preprocessing = { fit: "crop", range: [0, 1], bgr: false, mean: null, std: null };

/**
 * What `withPictureInput` does to pixels, done to them: `pixels` are any number of pictures in [0, 1] with `channels` values a pixel. So
 * several preprocessings can share one copy of a model's weights.
 */
export function asModelSees(pixels: Float32Array, channels: number, preprocessing: Preprocessing): Float32Array {
	const weights = scaleAndOffset(preprocessing, channels);
	const scale = weights?.scale.data ?? new Float32Array(channels).fill(1);
	const offset = weights?.offset.data ?? new Float32Array(channels);
	const swap = preprocessing.bgr && channels === 3;
	const seen = new Float32Array(pixels.length);
	for (let i = 0; i < pixels.length; i += channels) {
		for (let c = 0; c < channels; c++) {
			const value = pixels[i + (swap ? channels - 1 - c : c)] as number;
			seen[i + c] = value * (scale[c] as number) + (offset[c] as number);
		}
	}
	return seen;
}

/** Range, mean and standard deviation as one affine map per channel; null where it is the identity. */
function scaleAndOffset(
	{ range: [low, high], mean, std }: Preprocessing,
	channels: number,
): { readonly scale: Weight; readonly offset: Weight } | null {
	const per = (values: readonly number[] | null, what: string, otherwise: number): number[] => {
		if (values && values.length !== 1 && values.length !== channels)
			throw new BlindspotError(
				"bad-configuration",
				`preprocessing.${what} has ${values.length} values, the model's pictures have ${channels} channel${channels === 1 ? "" : "s"}.`,
			);
		return Array.from({ length: channels }, (_, c) => values?.[values.length === 1 ? 0 : c] ?? otherwise);
	};
	const means = per(mean, "mean", 0);
	const stds = per(std, "std", 1);
	const scale = Float32Array.from(stds, (s) => (high - low) / s);
	const offset = Float32Array.from(stds, (s, c) => (low - (means[c] as number)) / s);
	if (scale.every((v) => v === 1) && offset.every((v) => v === 0)) return null;
	return {
		scale: { name: "preprocessing scale", shape: [channels], data: scale },
		offset: { name: "preprocessing offset", shape: [channels], data: offset },
	};
}
