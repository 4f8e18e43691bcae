import { copyFile, mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import type { Preprocessing } from "../../../src/compute/data/types.js";
import { type LoadedModel, ModelStore } from "../../../src/compute/prepare/modelStore.js";
import { example } from "../../examples/paths.js";

const plain: Preprocessing = { fit: "resize", range: [0, 1], bgr: false, mean: null, std: null };
const choices = { inputSize: null, output: null };
const never = new AbortController().signal;

let folder: string;
let paths: readonly [string, string];

beforeAll(async () => {
	await startBackend("js", null);
	folder = await mkdtemp(join(tmpdir(), "blindspot-store-"));
	paths = [join(folder, "a.keras"), join(folder, "b.keras")];
	for (const path of paths) await copyFile(example("models", "cnn.keras"), path);
});

afterAll(() => rm(folder, { recursive: true }));

function store(cacheMiB: number): ModelStore {
	return new ModelStore({ loadTimeoutSeconds: 60, readerMemoryMiB: 1024, cacheMiB });
}

const itself = async (model: LoadedModel) => model.read;

describe("ModelStore", () => {
	it("keeps a model until its file changes", async () => {
		const models = store(64);
		const first = await models.use(paths[0], choices, never, itself);
		expect(await models.use(paths[0], choices, never, itself)).toBe(first);
		await utimes(paths[0], new Date(), new Date(2_000_000_000_000));
		const second = await models.use(paths[0], choices, never, itself);
		expect(second).not.toBe(first);
		expect(second.sha256).toBe(first.sha256);
		expect(models.size).toBe(1);
	});

	it("lets the least recently used go, with its weights on the backend, but none that is used", async () => {
		const models = store(0);
		const before = tf.memory().numTensors;
		const use = async (model: LoadedModel) => {
			model.classifier(plain).logits(new Float32Array(784), 1);
		};
		await models.use(paths[0], choices, never, async (model) => {
			await use(model);
			await models.use(paths[1], choices, never, use);
			expect(models.size).toBe(2);
			// Still there: its weights are on the backend.
			await use(model);
		});
		expect(models.size).toBe(1);
		await models.use(paths[0], choices, never, use);
		const weightsOfOne = tf.memory().numTensors - before;
		await models.use(paths[1], choices, never, use);
		expect(tf.memory().numTensors - before).toBe(weightsOfOne);
	});

	it("takes another layer as the output", async () => {
		const output = await store(64).use(paths[0], { inputSize: null, output: "conv2d" }, never, async (model) => {
			return model.network.nodes.at(-1)?.outputShape;
		});
		expect(output).toEqual([28, 28, 8]);
	});
});
