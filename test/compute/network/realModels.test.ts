import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { Random } from "../../../src/compute/math/random.js";
import { Executor } from "../../../src/compute/network/execute.js";
import type { Network, Shape } from "../../../src/compute/network/types.js";
import type { BackendName } from "../../../src/compute/reports/report.js";
import { availableBackends } from "../../backends.js";
import { isAbsent, readFloat32Npy, sharedPath } from "../../sharedData.js";

interface RealModel {
	readonly folder: string;
	readonly file: string;
	readonly backends: readonly BackendName[];
}

/** Plain JavaScript takes seconds for one gradient of the larger one. */
const MODELS: readonly RealModel[] = [
	{ folder: "h5-resnet8-cifar10", file: "model.h5", backends: ["native", "wasm", "js"] },
	{ folder: "keras3-mobilenet_v1_025_224", file: "model.keras", backends: ["native", "wasm"] },
];

const PICTURES = 2;
const available = await availableBackends();

describe.each(MODELS)("$folder", ({ folder, file, backends }) => {
	const path = sharedPath("models", folder, file);
	const gradients = new Map<BackendName, Float32Array>();
	let network: Network;
	let shape: Shape;
	let pixels: Float32Array;
	let output: Float32Array;

	beforeAll(async () => {
		network = (await readModel(path, { inputSize: null })).network;
		shape = (network.nodes[0] as { outputShape: Shape }).outputShape;
		const meta = JSON.parse(readFileSync(join(dirname(path), "meta.json"), "utf8")) as { ref_input: string };
		const input = readFloat32Npy(sharedPath(meta.ref_input));
		pixels = input.data.slice(0, (PICTURES * input.data.length) / (input.shape[0] as number));
		const reference = readFloat32Npy(join(dirname(path), "ref_output.npy"));
		output = reference.data.slice(0, (PICTURES * reference.data.length) / (reference.shape[0] as number));
	});

	afterAll(() => gradients.clear());

	const run = backends.filter((name) => available.includes(name));
	describe.skipIf(isAbsent(path)).each(run)("on %s", (backend) => {
		it("computes the reference runtime's output, and leaves no tensors", { timeout: 60_000 }, async () => {
			await startBackend(backend, null);
			const before = tf.memory().numTensors;
			const executor = new Executor(network);
			const found = tf.tidy(() => executor.run(tf.tensor(pixels, [PICTURES, ...shape])).dataSync() as Float32Array);
			executor.dispose();
			expect(tf.memory().numTensors).toBe(before);
			expect(found).toHaveLength(output.length);
			// Float32 sums in another order than the reference's.
			expect(largest(difference(found, output))).toBeLessThan(1e-4);
		});

		it("has the gradient that the other backends have, and leaves no tensors", { timeout: 60_000 }, async () => {
			await startBackend(backend, null);
			const before = tf.memory().numTensors;
			const executor = new Executor(network);
			const random = Random.stream(1, "realModels.test");
			const weights = Float32Array.from(output, () => random.normal());
			const weighted = (x: tf.Tensor) => {
				const value = executor.run(x);
				return tf.sum(tf.mul(value, tf.tensor(weights, value.shape)));
			};
			const found = tf.tidy(
				() =>
					tf
						.grad(weighted)(tf.tensor(pixels, [PICTURES, ...shape]))
						.dataSync() as Float32Array,
			);
			executor.dispose();
			expect(tf.memory().numTensors).toBe(before);
			gradients.set(backend, found);
			for (const other of gradients.values()) {
				// A unit within rounding of its corner may switch from one backend to another: it changes its patch of one picture,
				// a little. All else agrees but for rounding.
				const size = largest(found);
				const apart = difference(found, other).filter((value) => Math.abs(value) > 1e-4 * size);
				expect(size).toBeGreaterThan(0);
				expect(apart.length).toBeLessThan(0.01 * found.length);
				expect(length(difference(found, other))).toBeLessThan(0.01 * length(found));
			}
		});
	});
});

function length(v: Float32Array): number {
	return Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
}

function difference(a: Float32Array, b: Float32Array): Float32Array {
	return a.map((value, i) => value - (b[i] as number));
}

function largest(v: Float32Array): number {
	return v.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
