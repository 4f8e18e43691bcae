/** A `Classifier` that runs a `Network` on the present TensorFlow.js backend. */
import * as tf from "@tensorflow/tfjs-core";
import type { Classifier, KinkKind } from "./classifier.js";
import { totalMultiplyAdds } from "./cost.js";
import type { PictureShape } from "./entrance.js";
import { Executor } from "./execute.js";
import { findHead, type Head } from "./head.js";
import { hasTrait } from "./operationTraits.js";
import { sizeOf } from "./shapes.js";
import type { Network } from "./types.js";

/** Floats that the activations of one batch may take, forward and backward together. */
const BATCH_VALUES = 2 ** 27;
/** Multiply-adds of one forward pass, so that a pass isn't much longer than the slices that long work is cut into. */
const BATCH_MULTIPLY_ADDS = 2e9;
const LARGEST_BATCH = 64;

export class TensorClassifier implements Classifier {
	readonly pixelShape: PictureShape;
	readonly head: Head;
	readonly classes: number;
	readonly linear: boolean;
	readonly kinks: readonly KinkKind[];
	/** How many images are best computed together, by the memory and work that they take. */
	readonly batchSize: number;
	/** Its weights, for the values of other nodes than the logits. */
	readonly executor: Executor;

	/** `network` reads pictures in [0, 1] (`withPictureInput`). */
	constructor(readonly network: Network) {
		this.executor = new Executor(network);
		this.head = findHead(network);
		this.classes = this.head.classes;
		this.pixelShape = network.nodes[0]?.outputShape as PictureShape;
		const below = network.nodes.slice(0, 1 + network.nodes.findIndex((node) => node.name === this.head.logits));
		this.linear = below.every((node) => hasTrait(node.operation, "affine"));
		this.kinks = this.executor.kinks(this.head.logits);
		const values = below.reduce((sum, node) => sum + 2 * sizeOf(node.outputShape), 0);
		const fitting = Math.min(BATCH_VALUES / values, BATCH_MULTIPLY_ADDS / totalMultiplyAdds(network));
		this.batchSize = Math.max(1, Math.min(LARGEST_BATCH, Math.floor(fitting)));
	}

	logits(pixels: Float32Array, count: number): Float32Array {
		return this.#expand(read(() => this.executor.run(this.#tensor(pixels, count), this.head.logits)));
	}

	/** What the file's model itself returns: `[count, outputs]`. */
	outputs(pixels: Float32Array, count: number): Float32Array {
		return read(() => this.executor.run(this.#tensor(pixels, count)));
	}

	logitsAndGradient(
		pixels: Float32Array,
		count: number,
		cotangent: (logits: Float32Array) => Float32Array,
		widths: Float32Array | null = null,
	): { readonly logits: Float32Array; readonly gradient: Float32Array } {
		let logits: Float32Array = new Float32Array(0);
		const weigh = (z: tf.Tensor): tf.Tensor => {
			logits = this.#expand(z.dataSync() as Float32Array);
			return tf.tensor(this.#contract(cotangent(logits)), z.shape);
		};
		const gradient = read(() => {
			return this.executor.differentiate(this.#tensor(pixels, count), this.head.logits, weigh, widths).gradient;
		});
		return { logits, gradient };
	}

	disturbedLogits(pixels: Float32Array, count: number): Float32Array {
		const { classes } = this;
		const both = new Float32Array(2 * count * classes);
		for (const realization of [0, 1]) {
			const disturbed = (): tf.Tensor =>
				this.executor.runDisturbed(this.#tensor(pixels, count), this.head.logits, realization);
			const logits = this.#expand(read(disturbed));
			for (let i = 0; i < count; i++)
				both.set(logits.subarray(i * classes, (i + 1) * classes), (2 * i + realization) * classes);
		}
		return both;
	}

	kinkSpreads(pixels: Float32Array, count: number): Float32Array {
		return read(() => this.executor.kinkSpreads(this.#tensor(pixels, count), this.head.logits));
	}

	/** Frees the weights. */
	dispose(): void {
		this.executor.dispose();
	}

	#tensor(pixels: Float32Array, count: number): tf.Tensor4D {
		return tf.tensor4d(pixels, [count, ...this.pixelShape]);
	}

	/** A single logit z stands for the two logits [0, z]. */
	#expand(values: Float32Array): Float32Array {
		if (!this.head.single) return values;
		const pairs = new Float32Array(2 * values.length);
		values.forEach((z, i) => {
			pairs[2 * i + 1] = z;
		});
		return pairs;
	}

	#contract(cotangent: Float32Array): Float32Array {
		return this.head.single ? cotangent.filter((_, i) => i % 2 === 1) : cotangent;
	}
}

/** Values of a tensor that is let go. Read outside `tidy`, which would look for tensors in each of the values. */
function read(compute: () => tf.Tensor): Float32Array {
	const tensor = tf.tidy(compute);
	const values = tensor.dataSync() as Float32Array;
	tensor.dispose();
	return values;
}
