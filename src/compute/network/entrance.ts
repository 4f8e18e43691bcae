/** Puts the pictures' way into the model in front of a network: pixels in [0, 1], height×width×channels. */
import type { Preprocessing } from "../data/types.js";
import { BlindspotError } from "../errors.js";
import { showShape } from "./shapes.js";
import type { Network, NetworkNode, Operation, Shape, Weight } from "./types.js";

export type PictureShape = readonly [height: number, width: number, channels: 1 | 3];

/**
 * The size of picture that a model takes. A flat input of n values is a square grey picture where n is a square,
 * or a square RGB one where n/3 is. Throws `unsupported-model` where the input is no picture.
 */
export function pictureShape(input: Shape): PictureShape {
	const [a = 0, b, c] = input;
	if (input.length === 3 && (c === 1 || c === 3)) return [a, b as number, c];
	if (input.length === 2) return [a, b as number, 1];
	if (input.length === 1) {
		for (const channels of [1, 3] as const) {
			const side = Math.sqrt(a / channels);
			if (Number.isInteger(side) && side > 1) return [side, side, channels];
		}
	}
	throw new BlindspotError(
		"unsupported-model",
		`The model's input is ${showShape(input)}; Blindspot takes grey or RGB pictures, height × width × 1 or 3.`,
	);
}

/**
 * The network with its input reading pixels: reshaped where the file's input is flat, then brought to the range,
 * channel order, mean and standard deviation that the model was trained with.
 */
export function withPictureInput(network: Network, preprocessing: Preprocessing): Network {
	const [input, ...rest] = network.nodes;
	if (input?.operation.op !== "Input") throw new BlindspotError("internal", "A network starts with its input.");
	const shape = pictureShape(input.outputShape);
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
	if (input.outputShape.length !== 3) append("reshape", { op: "Reshape", shape: input.outputShape }, input.outputShape);
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
