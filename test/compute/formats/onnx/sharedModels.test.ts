import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../../src/compute/backend.js";
import { readModel } from "../../../../src/compute/formats/read.js";
import { Executor } from "../../../../src/compute/network/execute.js";
import { findHead } from "../../../../src/compute/network/head.js";
import type { Network, OperationName } from "../../../../src/compute/network/types.js";
import { Random } from "../../../../src/compute/random.js";
import { availableBackends } from "../../../backends.js";
import { directionalDerivative64 } from "../../../reference/execute64.js";
import { readFloat32Npy, sharedData } from "../../../sharedData.js";

/** The files' own runtime computed the references in float32 too, over up to half a million terms. */
const TOLERANCE = 1e-4;
/** Where values are beyond 100: relative. */
const LARGE_TOLERANCE = 2e-3;
/** The half-precision file: the reference runtime rounds every activation to 11 bits, Blindspot only the weights. */
const HALF_TOLERANCE = 1e-3;

const MODELS = [
	"onnx-mnist-8",
	"onnx-cifar10-winml",
	"onnx-resnet8-cifar10",
	"onnx-squeezenet1.1",
	"onnx-squeezenet1.1-fp16",
] as const;

interface Meta {
	readonly layout: "NCHW" | "NHWC";
	readonly ref_input: string;
}

const path = (model: string, ...file: readonly string[]) => sharedData("models", model, ...file);
const present = MODELS.filter((model) => path(model, "model.onnx") !== null);

async function read(model: string): Promise<Network> {
	return (await readModel(path(model, "model.onnx") as string, { inputSize: null })).network;
}

/** The reference inputs as the network takes them. */
function referenceInput(model: string): tf.Tensor {
	const file = path(model, "meta.json") as string;
	const meta = JSON.parse(readFileSync(file, "utf8")) as Meta;
	const { shape, data } = readFloat32Npy(join(dirname(file), "..", "..", meta.ref_input));
	const tensor = tf.tensor(data, [...shape]);
	return meta.layout === "NCHW" ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor;
}

const backends = await availableBackends(["native"]);

describe.each(backends)("%s", (backend) => {
	beforeAll(async () => {
		await startBackend(backend, null);
	});

	it.each(present)("%s gives what its own runtime gives", async (model) => {
		const executor = new Executor(await read(model));
		const expected = readFloat32Npy(path(model, "ref_output.npy") as string);
		const found = tf.tidy(() => executor.run(referenceInput(model)).dataSync());
		executor.dispose();
		expect(found.length).toBe(expected.data.length);
		const tolerance = model.endsWith("fp16") ? HALF_TOLERANCE : TOLERANCE;
		const largest = expected.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
		const worst = expected.data.reduce((most, v, i) => Math.max(most, Math.abs(v - (found[i] as number))), 0);
		expect(worst).toBeLessThan(largest > 100 ? LARGE_TOLERANCE * largest : tolerance * Math.max(1, largest));
	});
});

/** Those that the float64 reference, which is plain loops, runs within seconds. */
const SMALL = present.filter((model) => !model.includes("squeezenet"));

describe.each(backends)("gradients on %s", (backend) => {
	beforeAll(async () => {
		await startBackend(backend, null);
	});

	it.each(SMALL)("%s: those of the float64 reference", { timeout: 60_000 }, async (model) => {
		const network = await read(model);
		const { logits, classes } = findHead(network);
		const executor = new Executor(network);
		const random = Random.stream(13, model);
		const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
		const cotangent = normals(classes);
		const clean = tf.tidy(() => tf.slice(referenceInput(model), 0, 1).dataSync()) as Float32Array;
		// Noise, since a plain background ties the values under a max pooling, where there is no derivative.
		const picture = clean.map((v) => v + 0.1 * random.normal());
		const shape = network.nodes[0]?.outputShape as number[];
		const gradient = tf.tidy(() => {
			const weighted = (x: tf.Tensor) =>
				tf.sum(tf.mul(tf.reshape(executor.run(x, logits), [classes]), tf.tensor1d(cotangent)));
			return tf
				.grad(weighted)(tf.tensor(picture, [1, ...shape]))
				.dataSync();
		});
		executor.dispose();
		for (let k = 0; k < 2; k++) {
			const direction = normals(picture.length);
			const expected = directionalDerivative64(network, picture, direction, cotangent, logits);
			const found = direction.reduce((sum, d, i) => sum + d * (gradient[i] as number), 0);
			const scale = Math.sqrt(direction.reduce((sum, d, i) => sum + (d * (gradient[i] as number)) ** 2, 0));
			// Relative to what a random direction gives: float32 through a dozen layers.
			expect(Math.abs(found - expected)).toBeLessThan(2e-4 * scale);
		}
	});
});

describe("the graph of a real file", () => {
	it.each(present)("%s comes out as clean as a Keras one", async (model) => {
		const network = await read(model);
		const moving: readonly OperationName[] = ["Transpose", "Reshape", "Constant", "Slice", "Gather", "Broadcast"];
		expect(network.nodes.filter(({ operation }) => moving.includes(operation.op)).map(({ name }) => name)).toEqual([]);
		expect(network.format).toBe("onnx");
	});

	it.each(present)("%s has logits under its head", async (model) => {
		const head = findHead(await read(model));
		expect(head.classes).toBe(model.includes("squeezenet") ? 1000 : 10);
	});
});
