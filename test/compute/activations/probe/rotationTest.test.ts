import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { chancePurity } from "../../../../src/compute/activations/coherence.js";
import { rankP } from "../../../../src/compute/activations/comparison.js";
import { redrawn } from "../../../../src/compute/activations/probe/redrawn.js";
import { type RotationOutcome, rotateFrames } from "../../../../src/compute/activations/probe/rotationTest.js";
import type { TestedImages } from "../../../../src/compute/activations/testedImages.js";
import { Slices } from "../../../../src/compute/backend/slices.js";
import { startBackend } from "../../../../src/compute/backend/startBackend.js";
import { haarFrame, normalise } from "../../../../src/compute/math/haar.js";
import { Random } from "../../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../../src/compute/network/build.js";
import { Executor } from "../../../../src/compute/network/execute.js";
import type { Network } from "../../../../src/compute/network/types.js";

const TOP = 5;
const CLASSES = 4;

beforeAll(async () => {
	await startBackend("auto", null);
});

/** Images of four classes around a centre each, in `units` dimensions; pixels are the centred values themselves. */
function clustered(count: number, units: number, random: Random): { values: Float32Array; labels: Int32Array } {
	const centres = Float32Array.from({ length: CLASSES * units }, () => random.normal());
	const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES);
	const values = Float32Array.from(
		{ length: count * units },
		(_, at) => (centres[(labels[Math.floor(at / units)] as number) * units + (at % units)] as number) + random.normal(),
	);
	return { values, labels };
}

function tested(activations: Float32Array, units: number, labels: Int32Array, pixels: Float32Array): TestedImages {
	const atLengthOne = pixels.slice();
	const size = pixels.length / labels.length;
	for (let i = 0; i < labels.length; i++) normalise(atLengthOne.subarray(i * size, (i + 1) * size));
	const places = activations.length / (labels.length * units);
	return { count: labels.length, units, places, activations, labels, pixels: atLengthOne, features: null };
}

function rotate(images: TestedImages, seed: number, rotations: number): Promise<RotationOutcome> {
	return rotateFrames(images, {
		top: TOP,
		frame: Array.from({ length: images.units }, (_, i) => i),
		rotations,
		random: Random.stream(seed, "rotations"),
		slices: new Slices(new AbortController().signal),
		stopped: () => false,
		onRotation: () => undefined,
	});
}

/** The values turned by a random rotation. */
function turned(values: Float32Array, units: number, random: Random): Float32Array {
	const frame = haarFrame(units, units, random);
	return values.map((_, at) => {
		const [image, unit] = [Math.floor(at / units), at % units];
		let sum = 0;
		for (let i = 0; i < units; i++) sum += (values[image * units + i] as number) * (frame[unit * units + i] as number);
		return sum;
	});
}

describe("rotation test", () => {
	it("has uniform p under no difference: units that are a random rotation, over 200 seeds", async () => {
		const [seeds, units, count, rotations] = [200, 8, 60, 19];
		const counts = { purity: new Array<number>(20).fill(0), similarity: new Array<number>(20).fill(0) };
		for (let seed = 0; seed < seeds; seed++) {
			const random = Random.stream(seed, "null");
			const { values, labels } = clustered(count, units, random);
			// ReLU-like values: without the rotation, the axes would be favoured.
			const rectified = values.map((value) => Math.max(0, value));
			const outcome = await rotate(tested(turned(rectified, units, random), units, labels, values), seed, rotations);
			for (const measure of ["purity", "similarity"] as const) {
				const p = rankP(outcome.frame[measure], outcome.rotated[measure], random);
				const bin = Math.round(p * (rotations + 1)) - 1;
				counts[measure][bin] = (counts[measure][bin] as number) + 1;
			}
		}
		for (const measure of ["purity", "similarity"] as const) {
			// Pearson's chi-square with 19 degrees of freedom: above 43.8 with probability 0.001.
			const chi = counts[measure].reduce((sum, n) => sum + (n - seeds / 20) ** 2 / (seeds / 20), 0);
			expect(chi).toBeLessThan(43.8);
		}
	});

	it("comes out at its floor for planted pure units", async () => {
		const random = Random.stream(5, "planted");
		const [units, count] = [8, 200];
		const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES);
		// High on the images of one class, negative by chance on all others: a direction that mixes units mixes classes.
		const values = Float32Array.from({ length: count * units }, (_, at) => {
			const isOwn = labels[Math.floor(at / units)] === (at % units) % CLASSES;
			return isOwn ? 1 + random.uniform() : -3 * Math.abs(random.normal());
		});
		// Half of the units' directions mix two pure ones; the axes don't.
		const outcome = await rotate(tested(values, units, labels, values), 5, 99);
		expect(outcome.frame.purity).toBe(1);
		expect(rankP(outcome.frame.purity, outcome.rotated.purity, random)).toBe(1 / 100);
		expect(outcome.frame.purity).toBeGreaterThan(chancePurity([50, 50, 50, 50], 0, TOP));
		expect(outcome.singles.purity).toHaveLength(99 * units);
	});

	it("says of each rotated direction what plain loops say, ties and pictures that are black among them", async () => {
		const random = Random.stream(11, "loops");
		const [units, count, rotations] = [6, 50, 4];
		const { values, labels } = clustered(count, units, random);
		const pixels = values.map((value, at) => (Math.floor(at / units) % 7 === 0 ? 0 : value));
		// Every image twice: the earlier one of two equal scores comes first.
		const twice = (array: Float32Array) => Float32Array.from([...array, ...array]);
		const images = tested(twice(values), units, Int32Array.from([...labels, ...labels]), twice(pixels));
		const outcome = await rotate({ ...images, features: images.activations }, 11, rotations);
		const again = Random.stream(11, "rotations");
		const cosine = (of: Float32Array, a: number, b: number) => {
			let dot = 0;
			for (let i = 0; i < units; i++) dot += (of[a * units + i] as number) * (of[b * units + i] as number);
			return dot;
		};
		for (let rotation = 0; rotation < rotations; rotation++) {
			const frame = haarFrame(units, units, again);
			for (let row = 0; row < units; row++) {
				const direction = Float32Array.from(frame.subarray(row * units, (row + 1) * units));
				const scores = Array.from({ length: count }, (_, image) =>
					direction.reduce((sum, weight, unit) => sum + weight * (values[image * units + unit] as number), 0),
				);
				const order = scores.map((_, image) => image).sort((a, b) => (scores[b] as number) - (scores[a] as number));
				const top = order.flatMap((image) => [image, image + count]).slice(0, TOP);
				const at = rotation * units + row;
				const most = Math.max(...top.map((one) => top.filter((b) => images.labels[b] === images.labels[one]).length));
				expect(outcome.singles.purity[at]).toBeCloseTo(most / TOP, 12);
				for (const [measure, vectors] of [
					["similarity", images.pixels],
					["featureSimilarity", images.activations],
				] as const) {
					const pairs = top.flatMap((a, i) => top.slice(0, i).map((b) => cosine(vectors, a, b)));
					// Float32 sums of some tens of squares.
					expect(outcome.singles[measure][at]).toBeCloseTo(
						pairs.reduce((sum, value) => sum + value, 0) / pairs.length,
						4,
					);
				}
			}
		}
	});

	it("leaves inactive units out", async () => {
		const random = Random.stream(6, "inactive");
		const { values, labels } = clustered(60, 4, random);
		// Unit 2 is above its floor on 4 images, fewer than 5.
		const few = values.map((value, at) => (at % 4 !== 2 ? value : Math.floor(at / 4) < 4 ? 1 : 0));
		const outcome = await rotate(tested(few, 4, labels, values), 6, 5);
		expect(outcome.units.purity[2]).toBeNaN();
		const others = [0, 1, 3].map((unit) => outcome.units.purity[unit] as number);
		expect(outcome.frame.purity).toBeCloseTo(others.reduce((sum, value) => sum + value, 0) / 3, 12);
	});

	it("counts a unit as active that is above its floor on just as many images as are ranked", async () => {
		const { values, labels } = clustered(60, 4, Random.stream(6, "inactive"));
		for (const images of [TOP - 1, TOP, TOP + 1]) {
			const some = values.map((value, at) => (at % 4 !== 2 ? value : Math.floor(at / 4) < images ? 1 : 0));
			const { units } = await rotate(tested(some, 4, labels, values), 6, 1);
			for (const measure of ["purity", "similarity"] as const)
				expect(Number.isNaN(units[measure][2])).toBe(images < TOP);
		}
	});

	it("keeps the rotations that were done when it is stopped", async () => {
		const { values, labels } = clustered(30, 4, Random.stream(7, "stopped"));
		let done = 0;
		const outcome = await rotateFrames(tested(values, 4, labels, values), {
			top: TOP,
			frame: [0, 1, 2],
			rotations: 50,
			random: Random.stream(1, "rotations"),
			slices: new Slices(new AbortController().signal),
			stopped: () => done === 7,
			onRotation: (count) => {
				done = count;
			},
		});
		expect(outcome.rotations).toBe(7);
		expect(outcome.rotated.similarity).toHaveLength(7);
		expect(outcome.singles.similarity).toHaveLength(21);
	});
});

describe("re-drawn weights", () => {
	it("tell an untrained ReLU layer apart: its units are favoured, and those of the re-drawn one as much", async () => {
		const random = Random.stream(8, "untrained");
		const [inputs, units, count] = [8, 32, 800];
		const values = Float32Array.from({ length: count * inputs }, () => random.normal());
		const labels = new Int32Array(count).fill(-1);
		const network = reluLayer(inputs, units, random);
		const pictures = tf.tensor4d(values, [count, 1, inputs, 1]);
		const other = redrawn(network, "relu", 3, pictures);
		const outcomes: RotationOutcome[] = [];
		for (const own of [network, other]) {
			const executor = new Executor(own);
			const activations = tf.tidy(() => executor.run(pictures).dataSync()) as Float32Array;
			executor.dispose();
			outcomes.push(await rotate(tested(activations, units, labels, values), 8, 199));
		}
		pictures.dispose();
		const advantages = outcomes.map((outcome) => {
			const mean =
				outcome.rotated.similarity.reduce((sum, value) => sum + value, 0) / outcome.rotated.similarity.length;
			return outcome.frame.similarity - mean;
		});
		const p = outcomes.map((outcome) => rankP(outcome.frame.similarity, outcome.rotated.similarity, random));
		// Nonnegative activations alone favour the axes ...
		expect(p[0]).toBeLessThan(0.05);
		expect(p[1]).toBeLessThan(0.05);
		// ... so the re-drawn layer has most of the advantage, too.
		expect(advantages[1]).toBeGreaterThan((advantages[0] as number) / 2);
	});

	it("keep each kernel's mean and spread, biases in another order, and are the same for the same seed", () => {
		const network = reluLayer(40, 50, Random.stream(9, "kernel"));
		const pictures = tf.zeros([1, 1, 40, 1]) as tf.Tensor4D;
		const [once, again, other] = [1, 1, 2].map((seed) => redrawn(network, "relu", seed, pictures)) as [
			Network,
			Network,
			Network,
		];
		pictures.dispose();
		const kernelOf = (of: Network) =>
			of.nodes.find(({ name }) => name === "dense")?.weights.kernel?.data as Float32Array;
		const biasOf = (of: Network) => of.nodes.find(({ name }) => name === "dense")?.weights.bias?.data as Float32Array;
		const spread = (values: Float32Array) => {
			const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
			return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
		};
		// 2,000 values: a standard deviation is off by 1.6%, 4 of that.
		expect(spread(kernelOf(once)) / spread(kernelOf(network))).toBeGreaterThan(0.93);
		expect(spread(kernelOf(once)) / spread(kernelOf(network))).toBeLessThan(1.07);
		expect(kernelOf(once)).toEqual(kernelOf(again));
		expect(kernelOf(once)).not.toEqual(kernelOf(other));
		expect(biasOf(once)).not.toEqual(biasOf(network));
		expect(Float32Array.from(biasOf(once)).sort()).toEqual(Float32Array.from(biasOf(network)).sort());
	});

	it("give batch normalisations the statistics of their inputs", () => {
		const random = Random.stream(10, "normalised");
		const builder = new NetworkBuilder("keras-v3");
		builder.input("picture", [4, 4, 1]);
		const weight = (name: string, shape: readonly number[], value: () => number) => ({
			name,
			shape,
			data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, value),
		});
		const specification = (name: string, from: string) => ({ name, layer: name, layerType: name, inputs: [from] });
		builder.add({
			...specification("conv", "picture"),
			operation: {
				op: "Conv2D",
				strides: [1, 1],
				dilations: [1, 1],
				padding: { top: 0, bottom: 0, left: 0, right: 0 },
				groups: 1,
			},
			weights: { kernel: weight("k", [2, 2, 1, 3], () => random.normal()) },
		});
		builder.add({
			...specification("bn", "conv"),
			operation: { op: "BatchNormalization", epsilon: 1e-6 },
			weights: { mean: weight("m", [3], () => 9), variance: weight("v", [3], () => 4) },
		});
		const pictures = tf.tensor4d(
			Float32Array.from({ length: 20 * 16 }, () => random.uniform()),
			[20, 4, 4, 1],
		);
		const executor = new Executor(redrawn(builder.build("bn"), "bn", 1, pictures));
		const moments = tf.tidy(() => {
			const { mean, variance } = tf.moments(executor.run(pictures, "bn"), [0, 1, 2]);
			return [...mean.dataSync(), ...variance.dataSync()];
		});
		executor.dispose();
		pictures.dispose();
		for (const [i, value] of moments.entries()) expect(value).toBeCloseTo(i < 3 ? 0 : 1, 3);
	});
});

function reluLayer(inputs: number, units: number, random: Random): Network {
	const builder = new NetworkBuilder("keras-v3");
	builder.input("picture", [1, inputs, 1]);
	const specification = (name: string, from: string) => ({ name, layer: name, layerType: name, inputs: [from] });
	builder.add({ ...specification("flatten", "picture"), operation: { op: "Flatten" } });
	const kernel = Float32Array.from({ length: inputs * units }, () => random.normal() / Math.sqrt(inputs));
	builder.add({
		...specification("dense", "flatten"),
		operation: { op: "Dense" },
		weights: {
			kernel: { name: "kernel", shape: [inputs, units], data: kernel },
			bias: {
				name: "bias",
				shape: [units],
				data: Float32Array.from({ length: units }, () => 0.1 * random.normal() - 1),
			},
		},
	});
	builder.add({ ...specification("relu", "dense"), operation: { op: "Pointwise", function: { fn: "relu" } } });
	return builder.build("relu");
}
