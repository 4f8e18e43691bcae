/** Trains the example networks by Adam on the cross-entropy, with a little weight decay against saturation. */
import * as tf from "@tensorflow/tfjs-core";
import { Random } from "../../src/compute/math/random.js";
import type { Drawing } from "./drawing.js";
import { initialWeights, type LayerWeights, logits, type NetworkPlan } from "./networks.js";

const BATCH = 64;

export interface TrainingPlan {
	readonly seed: number;
	/** Learning rates, each for a number of rounds through the drawings. */
	readonly stages: readonly { readonly rate: number; readonly rounds: number }[];
	/** Factor of half the sum of squared kernel entries in the loss. */
	readonly decay: number;
	readonly onRound: (round: number, loss: number) => void;
}

/** A weight as model files store it. */
export interface StoredWeight {
	readonly shape: readonly number[];
	readonly data: Float32Array;
}

export interface TrainedNetwork {
	readonly plan: NetworkPlan;
	readonly weights: ReadonlyMap<string, { readonly kernel: StoredWeight; readonly bias: StoredWeight }>;
	readonly parameters: number;
}

/** Trains a network on the drawings. The order of the drawings and the first weights follow from the seed. */
export function train(plan: NetworkPlan, drawings: readonly Drawing[], training: TrainingPlan): TrainedNetwork {
	const variables = initialWeights(plan, Random.stream(training.seed, plan.name, "weights"));
	const order = Random.stream(training.seed, plan.name, "order");
	const { pixels, labels, valuesPerPicture } = pictureTable(drawings, plan);
	const indices = drawings.map((_, i) => i);
	let round = 0;
	for (const { rate, rounds } of training.stages) {
		const optimizer = tf.train.adam(rate);
		for (let r = 0; r < rounds; r++) {
			order.shuffle(indices);
			let sum = 0;
			let batches = 0;
			for (let start = 0; start + BATCH <= indices.length; start += BATCH) {
				const chosen = indices.slice(start, start + BATCH);
				const batch = new Float32Array(BATCH * valuesPerPicture);
				chosen.forEach((index, i) => {
					batch.set(pixels.subarray(index * valuesPerPicture, (index + 1) * valuesPerPicture), i * valuesPerPicture);
				});
				sum += step(
					plan,
					variables,
					optimizer,
					training.decay,
					batch,
					Int32Array.from(chosen, (i) => labels[i]!),
				);
				batches++;
			}
			training.onRound(++round, sum / batches);
		}
		optimizer.dispose();
	}
	return stored(plan, variables);
}

function step(
	plan: NetworkPlan,
	variables: ReadonlyMap<string, LayerWeights>,
	optimizer: tf.Optimizer,
	decay: number,
	batch: Float32Array,
	labels: Int32Array,
): number {
	return tf.tidy(() => {
		const side = Math.sqrt(batch.length / labels.length);
		const x = tf.tensor4d(batch, [labels.length, side, side, 1]);
		const wanted = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
		const loss = optimizer.minimize(() => {
			const z = logits(plan, variables, x);
			const crossEntropy = tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(z)), 1)));
			const kernels = [...variables.values()].map(({ kernel }) => tf.sum(tf.square(kernel)));
			return tf.add(crossEntropy, tf.mul(decay / 2, tf.addN(kernels))) as tf.Scalar;
		}, true);
		return loss!.dataSync()[0]!;
	});
}

function pictureTable(drawings: readonly Drawing[], plan: NetworkPlan) {
	const valuesPerPicture = drawings[0]!.pixels.length;
	const [low, high] = plan.range;
	const pixels = new Float32Array(drawings.length * valuesPerPicture);
	drawings.forEach((drawing, i) => {
		drawing.pixels.forEach((value, j) => {
			pixels[i * valuesPerPicture + j] = low + ((high - low) * value) / 255;
		});
	});
	return { pixels, labels: drawings.map(({ digit }) => digit), valuesPerPicture };
}

/** Takes the weights out of the backend and frees them there. */
function stored(plan: NetworkPlan, variables: ReadonlyMap<string, LayerWeights>): TrainedNetwork {
	const taken = (variable: tf.Variable): StoredWeight => {
		const weight = { shape: [...variable.shape], data: Float32Array.from(variable.dataSync()) };
		variable.dispose();
		return weight;
	};
	const weights = new Map(
		[...variables].map(([name, { kernel, bias }]) => [name, { kernel: taken(kernel), bias: taken(bias) }]),
	);
	const parameters = [...weights.values()].reduce((sum, w) => sum + w.kernel.data.length + w.bias.data.length, 0);
	return { plan, weights, parameters };
}
