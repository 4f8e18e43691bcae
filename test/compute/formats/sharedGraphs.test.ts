/** Real ONNX files, TensorFlow.js GraphModels and SavedModels against what their own runtimes gave. */
import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import type { ModelFormat } from "../../../src/compute/formats/formats.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { Random } from "../../../src/compute/math/random.js";
import { Executor } from "../../../src/compute/network/execute.js";
import { findHead } from "../../../src/compute/network/head.js";
import type { Network, OperationName } from "../../../src/compute/network/types.js";
import { availableBackends } from "../../backends.js";
import { directionalDerivative64 } from "../../reference/execute64.js";
import { isAbsent, readFloat32Npy, sharedPath } from "../../sharedData.js";

/** The files' own runtimes computed the references in float32 too, over up to half a million terms. */
const TOLERANCE = 1e-4;
/** Where values are beyond 100: relative. */
const LARGE_TOLERANCE = 2e-3;
/**
 * The half-precision file: its runtime rounded every activation to 11 bits (each of its outputs is a half-precision
 * number, whose step below 1 is this), Blindspot computes with the file's weights in float32. That is what the file's
 * float32 twin gives, to whose reference it is held to 1e-4 too.
 */
const HALF_TOLERANCE = 2 ** -11;
const HALF = "onnx-squeezenet1.1-fp16";
const ITS_TWIN = "onnx-squeezenet1.1";

interface SharedModel {
	readonly folder: string;
	readonly file: string;
	readonly format: ModelFormat;
	readonly classes: number;
	/** The node whose values the reference has, where that isn't the file's own output. */
	readonly output?: string;
	/** Classes of ours before the reference's first. */
	readonly background?: number;
}

const onnx = (folder: string, classes: number): SharedModel => ({
	folder,
	file: "model.onnx",
	format: "onnx",
	classes,
});

const MODELS: readonly SharedModel[] = [
	onnx("onnx-mnist-8", 10),
	onnx("onnx-cifar10-winml", 10),
	onnx("onnx-resnet8-cifar10", 10),
	onnx("onnx-squeezenet1.1", 1000),
	onnx("onnx-squeezenet1.1-fp16", 1000),
	{ folder: "tfjs-graph-resnet8-cifar10", file: "model.json", format: "tfjs-graph", classes: 10 },
	{
		folder: "tfjs-graph-mobilenet_v1_025_224",
		file: "model.json",
		format: "tfjs-graph",
		classes: 1001,
		output: "MobilenetV1/Predictions/Reshape",
		background: 1,
	},
	{
		folder: "savedmodel-mobilenet_v1_025_224",
		file: "saved_model",
		format: "tensorflow-savedmodel",
		classes: 1000,
	},
];

interface Meta {
	readonly layout: "NCHW" | "NHWC";
	readonly ref_input: string;
}

const pathOf = ({ folder }: SharedModel, ...file: readonly string[]) => sharedPath("models", folder, ...file);
const twin = sharedPath("models", ITS_TWIN, "ref_output.npy");
const isMissing = (model: SharedModel) => isAbsent(pathOf(model, model.file), ...(model.folder === HALF ? [twin] : []));

async function read(model: SharedModel): Promise<Network> {
	const options = { inputSize: null, output: model.output ?? null };
	return (await readModel(pathOf(model, model.file), options)).network;
}

/** The reference inputs as the network takes them. */
function referenceInput(model: SharedModel): tf.Tensor {
	const meta = JSON.parse(readFileSync(pathOf(model, "meta.json"), "utf8")) as Meta;
	const { shape, data } = readFloat32Npy(sharedPath(meta.ref_input));
	const tensor = tf.tensor(data, [...shape]);
	return meta.layout === "NCHW" ? tf.transpose(tensor, [0, 2, 3, 1]) : tensor;
}

function largestDifference(a: Float32Array, b: ArrayLike<number>): number {
	return a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] as number))), 0);
}

const backends = await availableBackends(["native", "wasm"]);

describe.each(backends)("%s", (backend) => {
	beforeAll(async () => {
		await startBackend(backend, null);
	});

	for (const model of MODELS)
		it.skipIf(isMissing(model))(`${model.folder} gives what its own runtime gives`, { timeout: 60_000 }, async () => {
			const executor = new Executor(await read(model));
			const expected = readFloat32Npy(pathOf(model, "ref_output.npy"));
			const found = tf.tidy(() => {
				const output = executor.run(referenceInput(model));
				const from = output.shape.map((_, axis) => (axis === 1 ? (model.background ?? 0) : 0));
				return tf.slice(output, from).dataSync();
			});
			executor.dispose();
			expect(found.length).toBe(expected.data.length);
			const tolerance = model.folder === HALF ? HALF_TOLERANCE : TOLERANCE;
			const largest = expected.data.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
			const worst = largestDifference(expected.data, found);
			expect(worst).toBeLessThan(largest > 100 ? LARGE_TOLERANCE * largest : tolerance * Math.max(1, largest));
			if (model.folder !== HALF) return;
			expect(largestDifference(readFloat32Npy(twin).data, found)).toBeLessThan(TOLERANCE);
		});
});

/**
 * Those that the float64 reference, which is plain loops, runs within seconds; BLINDSPOT_LONG=1 takes the others too,
 * minutes each. Among a million ReLUs some lie within float32 rounding of their corner and are on one side here, on
 * the other there: each changes the derivative a little.
 */
const isLarge = ({ folder }: SharedModel) => /squeezenet|mobilenet/.test(folder);
const differentiated = process.env.BLINDSPOT_LONG ? MODELS : MODELS.filter((model) => !isLarge(model));
/** Relative to what a random direction gives: float32 through a dozen layers, and through many. */
const DERIVATIVE_TOLERANCE = { small: 2e-4, large: 1e-2 };
/** Short enough that the step itself crosses next to no corner. */
const STEP = { small: 1e-6, large: 1e-8 };

describe.each(backends.slice(0, 1))("gradients on %s", (backend) => {
	beforeAll(async () => {
		await startBackend(backend, null);
	});

	for (const model of differentiated)
		it.skipIf(isMissing(model))(`${model.folder}: those of the float64 reference`, { timeout: 900_000 }, async () => {
			const size = isLarge(model) ? "large" : "small";
			const network = await read(model);
			const { logits, classes } = findHead(network);
			const executor = new Executor(network);
			const random = Random.stream(13, model.folder);
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
				const expected = directionalDerivative64(network, picture, direction, cotangent, logits, STEP[size]);
				const found = direction.reduce((sum, d, i) => sum + d * (gradient[i] as number), 0);
				const scale = Math.sqrt(direction.reduce((sum, d, i) => sum + (d * (gradient[i] as number)) ** 2, 0));
				expect(Math.abs(found - expected)).toBeLessThan(DERIVATIVE_TOLERANCE[size] * scale);
			}
		});
});

describe("the graph of a real file", () => {
	for (const model of MODELS)
		it.skipIf(isMissing(model))(`${model.folder} comes out as clean as a Keras one`, async () => {
			const network = await read(model);
			const moving: readonly OperationName[] = ["Transpose", "Reshape", "Constant", "Slice", "Gather", "Broadcast"];
			expect(network.nodes.filter(({ operation }) => moving.includes(operation.op)).map(({ name }) => name)).toEqual(
				[],
			);
			expect(network.format).toBe(model.format);
			expect(network.warnings.filter((warning) => !warning.includes("rounds to float16"))).toEqual([]);
		});

	for (const model of MODELS)
		it.skipIf(isMissing(model))(`${model.folder} has logits under its head`, async () => {
			expect(findHead(await read(model)).classes).toBe(model.classes);
		});
});
