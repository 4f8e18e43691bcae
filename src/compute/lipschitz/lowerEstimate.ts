/** Lower estimates: how far a layer stretches distances when it is run. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../backend/slices.js";
import { BlindspotError } from "../errors.js";
import type { Random } from "../math/random.js";
import { apply } from "../network/execute/apply.js";
import { Constants } from "../network/execute/constants.js";
import { vjp } from "../network/execute/vjp.js";
import { asAffine } from "../network/foldAffine.js";
import { sizeOf } from "../network/shapes.js";
import type { NetworkNode, Operation, Shape } from "../network/types.js";
import { largestEigenvalues } from "./lanczos.js";
import { busiestPixel } from "./windowNorm.js";

const LINEAR_STEPS = 20;
const NONLINEAR_STEPS = 10;
/** Half the distance of two inputs of a nonlinear layer. */
const STEP = 1e-2;
/** A pointwise function is run from `-REACH` to `REACH` in steps that float32 holds exactly. */
const REACH = 8;
const PER_UNIT = 64;
const GRID = 2 * REACH * PER_UNIT + 1;

/**
 * The largest stretch that was found by running the layer alone: by power iteration where it is linear (in the Krylov
 * space of its steps), by difference quotients where it isn't. Null for operations of several inputs, and for constants.
 */
export async function lowerEstimate(
	node: NetworkNode,
	input: Shape,
	random: Random,
	slices: Slices,
): Promise<number | null> {
	const { operation } = node;
	switch (operation.op) {
		// They move values, at most leave some out: every input that keeps them attains the norm 1.
		case "Input":
		case "Flatten":
		case "Reshape":
		case "ZeroPad2D":
		case "ReverseChannels":
		case "Transpose":
		case "Slice":
		case "Identity":
		case "GlobalMaxPool2D":
			return 1;
		case "Dense":
		case "Conv2D":
		case "DepthwiseConv2D":
		case "ConvTranspose2D":
		case "BatchNormalization":
		case "Affine":
		case "AveragePool2D":
		case "GlobalAveragePool2D":
		case "Resample2D":
		case "Pad":
		case "Gather":
		case "Broadcast":
			return alone(linearPart(node), input, (layer) => linearStretch(layer, random, slices));
		case "Pointwise":
			return alone(node, input, pointwiseStretch);
		case "MaxPool2D":
			return alone(node, input, (layer) => pixelStretch(layer, busiestPixel(operation, input, node.outputShape)));
		case "PReLU":
		case "Softmax":
		case "LogSoftmax":
		case "LayerNormalization":
		case "GroupNormalization":
		case "LocalResponseNormalization":
		case "Reduce":
		case "TopK":
			return alone(node, input, (layer) => nonlinearStretch(layer, random, slices));
		case "Add":
		case "Concatenate":
		case "Multiply":
		case "Binary":
		case "Select":
		case "MatMul":
		case "Constant":
			return null;
	}
}

/** What is measured on the layer alone, which is let go afterwards. */
async function alone(
	node: NetworkNode,
	input: Shape,
	measure: (layer: LayerAlone) => number | Promise<number>,
): Promise<number> {
	const layer = new LayerAlone(node, input);
	try {
		return await measure(layer);
	} finally {
		layer.dispose();
	}
}

/** One node as the executor runs it, with nothing before and after. */
class LayerAlone {
	readonly size: number;
	readonly #constants = new Constants();

	constructor(
		private readonly node: NetworkNode,
		/** Shape of one input, without batch. */
		readonly input: Shape,
	) {
		this.size = sizeOf(input);
	}

	run(x: tf.Tensor): tf.Tensor {
		return apply(this.node, this.#operation, [x], x.shape[0] as number, this.#constants);
	}

	/** The gradient of `sum(dy · run(x))`. */
	vjp(x: tf.Tensor, value: tf.Tensor, dy: tf.Tensor): tf.Tensor {
		const computed = { node: this.node, operation: this.#operation, inputs: [x], value };
		return vjp(computed, dy, [true], this.#constants)[0] ?? tf.zerosLike(x);
	}

	/** A batch of one with normally distributed values. */
	draw(random: Random): tf.Tensor {
		const values = Float32Array.from({ length: this.size }, () => random.normal());
		return tf.tensor(values, [1, ...this.input]);
	}

	dispose(): void {
		this.#constants.dispose();
	}

	get #operation(): Exclude<Operation, { op: "Input" }> {
		const { operation, name } = this.node;
		if (operation.op === "Input") throw new BlindspotError("internal", "The input isn't run.", name);
		return operation;
	}
}

/** The layer without its bias or offset, which is the same whatever goes in. */
function linearPart(node: NetworkNode): NetworkNode {
	const affine = node.operation.op === "BatchNormalization" ? asAffine(node) : null;
	const { weights, ...rest } = affine ?? node;
	const { bias: _bias, offset: _offset, ...kept } = weights;
	return { ...rest, weights: kept };
}

async function linearStretch(layer: LayerAlone, random: Random, slices: Slices): Promise<number> {
	const map = (x: tf.Tensor3D) => {
		const onto = tf.reshape(x, [1, ...layer.input]);
		const image = layer.run(onto);
		return tf.reshape(layer.vjp(onto, image, image), x.shape);
	};
	const [squared = 0] = await largestEigenvalues(map, [1, layer.size], LINEAR_STEPS, random, slices);
	return Math.sqrt(Math.max(0, squared));
}

function pointwiseStretch(layer: LayerAlone): number {
	return tf.tidy(() => {
		const x = Float32Array.from({ length: GRID }, (_, i) => i / PER_UNIT - REACH);
		const y = layer.run(tf.tensor(x, [1, GRID]));
		const rise = tf.sub(tf.slice(y, [0, 1], [1, GRID - 1]), tf.slice(y, [0, 0], [1, GRID - 1]));
		return PER_UNIT * (tf.max(tf.abs(rise)).dataSync()[0] as number);
	});
}

/** A picture that differs from black in one value. */
function pixelStretch(layer: LayerAlone, [row, column]: readonly [number, number]): number {
	return tf.tidy(() => {
		const shape = [1, ...layer.input];
		const dot = tf.buffer(shape);
		dot.set(1, 0, row, column, 0);
		const rise = tf.sub(layer.run(dot.toTensor()), layer.run(tf.zeros(shape)));
		return tf.norm(rise).dataSync()[0] as number;
	});
}

/** At a random input: the direction follows the power iteration, the stretch is that of two inputs that were run. */
async function nonlinearStretch(layer: LayerAlone, random: Random, slices: Slices): Promise<number> {
	const at = layer.draw(random);
	let direction = layer.draw(random);
	let largest = 0;
	try {
		for (let step = 0; step < NONLINEAR_STEPS; step++) {
			const next = tf.tidy(() => {
				const move = tf.mul(tf.div(direction, tf.norm(direction)), STEP);
				const rise = tf.sub(layer.run(tf.add(at, move)), layer.run(tf.sub(at, move)));
				largest = Math.max(largest, (tf.norm(rise).dataSync()[0] as number) / (2 * STEP));
				return layer.vjp(at, layer.run(at), rise);
			});
			direction.dispose();
			direction = next;
			if (largest === 0) break;
			await slices.breathe();
		}
		return largest;
	} finally {
		tf.dispose([at, direction]);
	}
}
