/** Pooling, normalisations per channel, and images turned into channels. */
import type { Pair, Weight } from "../../../network/types.js";
import { type Activation, type Origin, partOf, shapeOf } from "../../graph/activation.js";
import { weightOf } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import { asImage, averagePool, imageOperation, maxPool, perChannel } from "../../graph/lower/images.js";
import { pad } from "../../graph/lower/padding.js";
import * as shaping from "../../graph/lower/shaping.js";
import { layerNormalization } from "../../graph/lower/statistics.js";
import { reshaped, type Tensor } from "../../graph/tensor.js";
import type { Inputs, OperationReader } from "../lowering.js";
import type { GraphNode } from "../node.js";
import { isChannelsLast, paddingOf, spatialPair } from "./windows.js";

const pooling =
	(kind: "max" | "average", asInputs = false): OperationReader =>
	(node, inputs, { emitter }) => {
		const channelsLast = isChannelsLast(node);
		const image = asImage(emitter, inputs.activation(0), node.origin, channelsLast);
		const given = (name: string, at: number) => (asInputs ? inputs.list(at, name) : node.ints(name));
		const size = spatialPair(node, "ksize", given("ksize", 1), channelsLast);
		const strides = spatialPair(node, "strides", given("strides", 2), channelsLast);
		const padding = paddingOf(node, image.size, size, strides, [1, 1], channelsLast);
		const window = { size, strides, dilations: [1, 1], padding } as const;
		// Padded places don't count in TensorFlow's averages.
		return [
			kind === "max"
				? maxPool(emitter, node.origin, image, window)
				: averagePool(emitter, node.origin, image, window, false),
		];
	};

const batchNormalization: OperationReader = (node, inputs) => [normalised(node, inputs, node.origin)];

function normalised(node: GraphNode, inputs: Inputs, origin: Origin): Activation {
	const x = inputs.activation(0);
	const channelsLast = isChannelsLast(node);
	const epsilon = node.float("epsilon", 1e-4);
	const [gamma, beta] = [inputs.constant(1, "scale"), inputs.constant(2, "offset")];
	if (node.flag("is_training", true)) return ownStatistics(node, inputs, x, epsilon, [gamma, beta]);
	const [mean, variance] = [inputs.constant(3, "mean"), inputs.constant(4, "variance")];
	const [scale, offset, means, variances] = [gamma, beta, mean, variance].map(weightOf) as [
		Weight,
		Weight,
		Weight,
		Weight,
	];
	const weights = { gamma: scale, beta: offset, mean: means, variance: variances };
	const axis = channelsLast ? x.axes.length - 1 : 1;
	return perChannel(inputs.emitter, origin, x, axis, { op: "BatchNormalization", epsilon }, weights);
}

/** Fused with a value added and a function. */
const fusedBatchNormalization: OperationReader = (node, inputs, lowering) => {
	const { emitter } = lowering;
	const mode = node.text("activation_mode", "Identity");
	if (mode !== "Identity" && mode !== "Relu") throw node.unsupported(`it is fused with ${mode}`);
	const side = inputs.values[5] ?? null;
	const parts = [...(side ? ["sum"] : []), ...(mode === "Relu" ? ["relu"] : [])];
	const named = (at: number) => (at === parts.length ? node.origin : partOf(node.origin, at === 0 ? "product" : "sum"));
	const normal = normalised(node, inputs, named(0));
	const sum = side ? elementwise.add(emitter, named(1), normal, side) : normal;
	return [mode === "Relu" ? elementwise.pointwise(emitter, node.origin, sum, { fn: "relu" }) : sum];
};

/** What TensorFlow's own optimiser makes of a layer normalisation over the last axis. */
const mklLayerNormalization: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const [gamma, beta] = [inputs.constant(1, "scale"), inputs.constant(2, "offset")];
	return [layerNormalization(emitter, node.origin, x, [x.axes.length - 1], node.float("epsilon", 1e-3), gamma, beta)];
};

/**
 * Keras 2 writes a layer normalisation as a batch normalisation of one picture that is a single column wide, with
 * what is to be normalised alone as its channels. Anything else would mix the pictures of a batch.
 */
function ownStatistics(
	node: GraphNode,
	{ emitter }: Inputs,
	x: Activation,
	epsilon: number,
	factors: readonly [Tensor, Tensor],
): Activation {
	const shape = shapeOf(x);
	if (isChannelsLast(node) || shape.length !== 4 || shape[0] !== 1 || shape[3] !== 1)
		throw node.unsupported(
			"it is in training mode, so that pictures of a batch influence each other. Export the model for inference",
		);
	const [gamma, beta] = factors.map((factor, i) =>
		factor.data.every((v) => v === 1 - i) ? null : reshaped(factor, [factor.data.length, 1, 1]),
	) as [Tensor | null, Tensor | null];
	return layerNormalization(emitter, node.origin, x, [2, 3], epsilon, gamma, beta);
}

const localResponse: OperationReader = (node, inputs, { emitter }) => {
	const image = asImage(emitter, inputs.activation(0), node.origin, true);
	const size = 2 * node.int("depth_radius", 5) + 1;
	const alpha = node.float("alpha", 1) * size;
	const operation = {
		op: "LocalResponseNormalization",
		size,
		alpha,
		beta: node.float("beta", 0.5),
		bias: node.float("bias", 1),
	} as const;
	return [imageOperation(emitter, node.origin, image, operation)];
};

const depthToSpace: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const [n, h, w, c, b] = blockShape(node, x);
	const deep = c / (b * b);
	if (!Number.isInteger(deep)) throw node.damaged(`blocks of ${b} and ${c} channels`);
	const apart = shaping.reshape(emitter, node.origin, x, [n, h, w, b, b, deep]);
	const moved = shaping.transpose(node.origin, apart, [0, 1, 3, 2, 4, 5]);
	return [shaping.reshape(emitter, node.origin, moved, [n, h * b, w * b, deep])];
};

const spaceToDepth: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const [n, h, w, c, b] = blockShape(node, x);
	if (h % b !== 0 || w % b !== 0) throw node.damaged(`blocks of ${b} and an image of ${h}×${w}`);
	const apart = shaping.reshape(emitter, node.origin, x, [n, h / b, b, w / b, b, c]);
	const moved = shaping.transpose(node.origin, apart, [0, 1, 3, 2, 4, 5]);
	return [shaping.reshape(emitter, node.origin, moved, [n, h / b, w / b, b * b * c])];
};

function blockShape(node: GraphNode, x: Activation): readonly [number, number, number, number, number] {
	const shape = shapeOf(x);
	const block = node.int("block_size", 0);
	if (!isChannelsLast(node)) throw node.unsupported("its 'data_format' is 'NCHW'");
	if (shape.length !== 4 || !(block >= 1)) throw node.damaged(`blocks of ${block} of ${shape.join("×")}`);
	return [...shape, block] as unknown as readonly [number, number, number, number, number];
}

/** Every `block`-th place of an image as a picture of a batch; only a dilated convolution reads that. */
const spaceToBatch: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const { blocks, ends } = blockEnds(node, inputs, shapeOf(x).length, "paddings");
	const rest = Array<number>(shapeOf(x).length - 1 - blocks.length).fill(0);
	const around = (side: 0 | 1) => [0, ...ends.map((pair) => pair[side]), ...rest];
	const padded = pad(emitter, node.origin, x, around(0), around(1), "constant", 0);
	const [n = 1, ...sizes] = shapeOf(padded);
	const places = sizes.slice(0, blocks.length);
	if (places.some((size, i) => size % (blocks[i] as number) !== 0))
		throw node.damaged(`blocks of ${blocks.join("×")} and an image of ${places.join("×")}`);
	const inner = sizes.slice(blocks.length);
	const split = places.flatMap((size, i) => [size / (blocks[i] as number), blocks[i] as number]);
	const apart = shaping.reshape(emitter, node.origin, padded, [n, ...split, ...inner]);
	const order = [
		...blocks.map((_, i) => 2 + 2 * i),
		0,
		...blocks.map((_, i) => 1 + 2 * i),
		...inner.map((_, i) => 1 + split.length + i),
	];
	const moved = shaping.transpose(node.origin, apart, order);
	const total = blocks.reduce((product, block) => product * block, n);
	const joined = [total, ...places.map((size, i) => size / (blocks[i] as number)), ...inner];
	return [shaping.reshape(emitter, node.origin, moved, joined)];
};

const batchToSpace: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const [total = 0, ...sizes] = shapeOf(x);
	const { blocks, ends } = blockEnds(node, inputs, sizes.length + 1, "crops");
	const count = blocks.reduce((product, block) => product * block, 1);
	if (total % count !== 0) throw node.damaged(`blocks of ${blocks.join("×")} of a batch of ${total}`);
	const places = sizes.slice(0, blocks.length);
	const inner = sizes.slice(blocks.length);
	const apart = shaping.reshape(emitter, node.origin, x, [...blocks, total / count, ...sizes]);
	const m = blocks.length;
	const order = [m, ...blocks.flatMap((_, i) => [m + 1 + i, i]), ...inner.map((_, i) => 2 * m + 1 + i)];
	const moved = shaping.transpose(node.origin, apart, order);
	const whole = [total / count, ...places.map((size, i) => size * (blocks[i] as number)), ...inner];
	const joined = shaping.reshape(emitter, node.origin, moved, whole);
	const around = (side: 0 | 1) => [0, ...ends.map((pair) => -pair[side]), ...inner.map(() => 0)];
	return [pad(emitter, node.origin, joined, around(0), around(1), "constant", 0)];
};

function blockEnds(
	node: GraphNode,
	inputs: Inputs,
	rank: number,
	what: string,
): { readonly blocks: readonly number[]; readonly ends: readonly Pair[] } {
	const blocks = inputs.list(1, "blocks");
	const list = inputs.list(2, what);
	const isSound = [...blocks, ...list.map((end) => end + 1)].every(
		(value) => Number.isSafeInteger(value) && value >= 1,
	);
	if (!isSound || list.length !== 2 * blocks.length || blocks.length >= rank)
		throw node.damaged(`its blocks are [${blocks.join(", ")}], its ${what} [${list.join(", ")}]`);
	return { blocks, ends: blocks.map((_, i) => [list[2 * i], list[2 * i + 1]] as unknown as Pair) };
}

export const IMAGES: Readonly<Record<string, OperationReader>> = {
	MaxPool: pooling("max"),
	MaxPoolV2: pooling("max", true),
	AvgPool: pooling("average"),
	FusedBatchNorm: batchNormalization,
	FusedBatchNormV2: batchNormalization,
	FusedBatchNormV3: batchNormalization,
	_FusedBatchNormEx: fusedBatchNormalization,
	_MklLayerNorm: mklLayerNormalization,
	LRN: localResponse,
	DepthToSpace: depthToSpace,
	SpaceToDepth: spaceToDepth,
	SpaceToBatchND: spaceToBatch,
	BatchToSpaceND: batchToSpace,
};
