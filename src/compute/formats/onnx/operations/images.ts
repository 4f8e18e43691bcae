/** Convolutions, pooling and normalisations per channel. */
import type { Weight } from "../../../network/types.js";
import { type Activation, type Origin, partOf } from "../../graph/activation.js";
import { type Emitter, weightOf } from "../../graph/emitter.js";
import * as elementwise from "../../graph/lower/elementwise.js";
import {
	asImage,
	averagePool,
	convolution,
	globalPool,
	imageOperation,
	kernelFromChannelsFirst,
	maxPool,
	perChannel,
} from "../../graph/lower/images.js";
import { allAxes, layerNormalization } from "../../graph/lower/statistics.js";
import { reshaped, type Tensor, tensor } from "../../graph/tensor.js";
import type { OperationReader } from "../lowering.js";
import { biasOf, groupsOf } from "./channels.js";
import { convTranspose } from "./convTranspose.js";
import { readWindow } from "./windows.js";

const conv: OperationReader = (node, inputs, { emitter }) => {
	const image = asImage(emitter, inputs.activation(0), node.origin);
	const kernel = inputs.constant(1, "kernel");
	if (kernel.shape.length !== image.spatial + 2) throw node.damaged(`its kernel is ${kernel.shape.join("×")}`);
	const window = readWindow(node, image, kernel.shape.slice(2));
	const groups = groupsOf(node, image.channels);
	const filters = weightOf(kernelFromChannelsFirst(kernel));
	return [convolution(emitter, node.origin, image, filters, biasOf(inputs, 2), window, groups)];
};

const readMaxPool: OperationReader = (node, inputs, { emitter }) => {
	const image = asImage(emitter, inputs.activation(0), node.origin);
	const window = readWindow(node, image, null);
	const { top, bottom, left, right } = window.padding;
	const padding = { top, left, bottom: bottom + window.beyond.bottom, right: right + window.beyond.right };
	return [maxPool(emitter, node.origin, image, { ...window, padding })];
};

const readAveragePool: OperationReader = (node, inputs, { emitter }) => {
	const image = asImage(emitter, inputs.activation(0), node.origin);
	const window = readWindow(node, image, null);
	const counts = node.int("count_include_pad", 0) !== 0;
	return [averagePool(emitter, node.origin, image, window, counts, window.beyond)];
};

const globalPooling =
	(kind: "mean" | "max"): OperationReader =>
	(node, inputs, { emitter }) => [
		globalPool(emitter, node.origin, asImage(emitter, inputs.activation(0), node.origin), kind),
	];

/**
 * `(Σ|x|^p)^(1/p)` over a window, zeros around the image: the average of the powers, padding counted, times the
 * window's size.
 */
const lpPool: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const powers = raisedTo(emitter, origin, inputs.activation(0), node.int("p", 2));
	const image = asImage(emitter, powers, origin);
	const window = readWindow(node, image, null);
	const { top, bottom, left, right } = window.padding;
	const padding = { top, left, bottom: bottom + window.beyond.bottom, right: right + window.beyond.right };
	const mean = averagePool(emitter, partOf(origin, "mean"), image, { ...window, padding }, true);
	return [rootOf(emitter, origin, mean, window.size[0] * window.size[1], node.int("p", 2))];
};

const globalLpPool: OperationReader = (node, inputs, { emitter }) => {
	const { origin } = node;
	const powers = raisedTo(emitter, origin, inputs.activation(0), node.int("p", 2));
	const image = asImage(emitter, powers, origin);
	const mean = globalPool(emitter, partOf(origin, "mean"), image, "mean");
	return [rootOf(emitter, origin, mean, image.size[0] * image.size[1], node.int("p", 2))];
};

/** `|x|^p`. */
function raisedTo(emitter: Emitter, origin: Origin, x: Activation, p: number): Activation {
	const square = { fn: "power", exponent: 2 } as const;
	if (p === 2) return elementwise.pointwise(emitter, partOf(origin, "square"), x, square);
	const size = elementwise.pointwise(emitter, partOf(origin, "absolute"), x, { fn: "absolute" });
	return p === 1 ? size : elementwise.pointwise(emitter, partOf(origin, "power"), size, { fn: "power", exponent: p });
}

/** `(count·mean)^(1/p)`. */
function rootOf(emitter: Emitter, origin: Origin, mean: Activation, count: number, p: number): Activation {
	if (p === 1) return elementwise.affine(emitter, origin, mean, count, 0);
	const sum = elementwise.affine(emitter, partOf(origin, "sum"), mean, count, 0);
	return elementwise.pointwise(emitter, origin, sum, { fn: "power", exponent: 1 / p });
}

const batchNormalization: OperationReader = (node, inputs, { emitter }) => {
	if (node.int("training_mode", 0) !== 0)
		throw node.unsupported(
			"it is in training mode, so that pictures of a batch influence each other. Export with model.eval()",
		);
	if (node.int("spatial", 1) === 0) throw node.unsupported("statistics per place (spatial = 0) are not read");
	const x = inputs.activation(0);
	const [gamma, beta, mean, variance] = ["scale", "bias", "mean", "variance"].map((what, i) =>
		weightOf(inputs.constant(i + 1, what)),
	) as [Weight, Weight, Weight, Weight];
	const operation = { op: "BatchNormalization", epsilon: node.float("epsilon", 1e-5) } as const;
	const axis = Math.min(1, x.axes.length - 1);
	return [perChannel(emitter, node.origin, x, axis, operation, { gamma, beta, mean, variance })];
};

const instanceNormalization: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const places = allAxes(x).slice(2);
	const along = (factor: Tensor) => reshaped(factor, [factor.data.length, ...places.map(() => 1)]);
	const [gamma, beta] = [inputs.constant(1, "scale"), inputs.constant(2, "bias")].map(along) as [Tensor, Tensor];
	const scale = isAll(gamma, 1) ? null : gamma;
	const offset = isAll(beta, 0) ? null : beta;
	const epsilon = node.float("epsilon", 1e-5);
	return [layerNormalization(emitter, node.origin, x, places, epsilon, scale, offset)];
};

function isAll({ data }: Tensor, value: number): boolean {
	return data.every((v) => v === value);
}

const groupNormalization: OperationReader = (node, inputs, { emitter }) => {
	const x = inputs.activation(0);
	const groups = node.int("num_groups", 0);
	const [, channels = 0] = x.axes.map((atoms) => atoms.reduce((size, atom) => size * atom.size, 1));
	if (!(groups >= 1) || channels % groups !== 0) throw node.damaged(`${channels} channels, ${groups} groups`);
	// Before operator set 21 scale and bias were per group.
	const perChannelOf = (factor: Tensor): Weight => {
		if (factor.data.length === channels) return weightOf(factor);
		const each = channels / groups;
		const values = Float32Array.from({ length: channels }, (_, c) => factor.data[Math.floor(c / each)] as number);
		return weightOf(tensor("float32", [channels], values, factor.name));
	};
	const gamma = perChannelOf(inputs.constant(1, "scale"));
	const beta = perChannelOf(inputs.constant(2, "bias"));
	const operation = { op: "GroupNormalization", groups, epsilon: node.float("epsilon", 1e-5) } as const;
	return [perChannel(emitter, node.origin, x, 1, operation, { gamma, beta })];
};

const localResponse: OperationReader = (node, inputs, { emitter }) => {
	const image = asImage(emitter, inputs.activation(0), node.origin);
	const size = node.int("size", 0);
	if (!(size >= 1)) throw node.damaged("it has no 'size'");
	return [
		imageOperation(emitter, node.origin, image, {
			op: "LocalResponseNormalization",
			size,
			alpha: node.float("alpha", 1e-4),
			beta: node.float("beta", 0.75),
			bias: node.float("bias", 1),
		}),
	];
};

export const IMAGE_OPERATIONS: Readonly<Record<string, OperationReader>> = {
	Conv: conv,
	ConvTranspose: convTranspose,
	MaxPool: readMaxPool,
	AveragePool: readAveragePool,
	LpPool: lpPool,
	GlobalLpPool: globalLpPool,
	GlobalAveragePool: globalPooling("mean"),
	GlobalMaxPool: globalPooling("max"),
	BatchNormalization: batchNormalization,
	InstanceNormalization: instanceNormalization,
	GroupNormalization: groupNormalization,
	LRN: localResponse,
};
