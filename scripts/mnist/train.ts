/**
 * Trains the paper's network, 784-100-100-10, on the MNIST digits and writes it as a TensorFlow.js LayersModel.
 *
 *   npm run mnist -- MNIST_FOLDER OUT_FOLDER [--activation relu|sigmoid] [--epochs 10] [--take 60000] [--seed 0]
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { readIdxImages, readIdxLabels } from "../../src/compute/data/idx.js";
import { type Drawing, PICTURE_SIZE } from "../examples/drawing.js";
import { layersModel } from "../examples/layersModel.js";
import type { NetworkPlan } from "../examples/networks.js";
import { train } from "../examples/training.js";

export type HiddenActivation = "relu" | "sigmoid";

/** Trains on the first `take` digits of the training files in `folder`, on the present backend, and writes the model to `out`. */
export async function trainMnist(
	folder: string,
	out: string,
	{
		activation,
		epochs,
		take,
		seed,
		onRound = () => undefined,
	}: {
		readonly activation: HiddenActivation;
		readonly epochs: number;
		readonly take: number;
		readonly seed: number;
		readonly onRound?: (round: number, loss: number) => void;
	},
): Promise<string> {
	const drawings = await digits(folder, take);
	const half = Math.ceil(epochs / 2);
	const stages = [
		{ rate: 0.001, rounds: half },
		{ rate: 0.0002, rounds: epochs - half },
	];
	const trained = train(plan(activation), drawings, { seed, stages, decay: 1e-5, onRound });
	await mkdir(out, { recursive: true });
	for (const [name, bytes] of layersModel(trained)) await writeFile(path.join(out, name), bytes);
	return path.join(out, "model.json");
}

function plan(activation: HiddenActivation): NetworkPlan {
	return {
		name: `mnist_${activation}`,
		range: [0, 1],
		layers: [
			{ type: "Flatten", name: "flatten" },
			{ type: "Dense", name: "dense", units: 100, activation },
			{ type: "Dense", name: "dense_1", units: 100, activation },
			{ type: "Dense", name: "dense_2", units: 10, activation: "softmax" },
		],
	};
}

async function digits(folder: string, take: number): Promise<readonly Drawing[]> {
	const images = await readIdxImages(path.join(folder, "train-images-idx3-ubyte.gz"));
	const labels = await readIdxLabels(path.join(folder, "train-labels-idx1-ubyte.gz"), images.count);
	const size = PICTURE_SIZE * PICTURE_SIZE;
	return Array.from({ length: Math.min(take, images.count) }, (_, i) => ({
		digit: labels[i] as number,
		style: "MNIST",
		size: PICTURE_SIZE,
		pixels: images.data.subarray(i * size, (i + 1) * size),
	}));
}
