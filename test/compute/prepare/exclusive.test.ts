/** A model that ends in a sigmoid for each label. */
// The core first: its gradients, which the backend registers, take its operations for granted.
import "@tensorflow/tfjs-core";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { encodeNpz } from "../../../src/compute/data/npz.js";
import { predict } from "../../../src/compute/predict/handler.js";
import { ModelStore } from "../../../src/compute/prepare/modelStore.js";
import { input, layer, sequential, values, withFolder, writeTfjs } from "../formats/writers.js";

it("is refused, until it is said that each image has exactly one label", { timeout: 120_000 }, () =>
	withFolder(async (folder) => {
		const context = {
			backend: await startBackend("js", null),
			store: new ModelStore({ loadTimeoutSeconds: 120, readerMemoryMiB: 1024, cacheMiB: 64 }),
		};
		const dense = layer("Dense", "out", { units: 3, use_bias: false, activation: "sigmoid" });
		const topology = sequential([input([2, 2, 1]), layer("Flatten", "flat"), dense]);
		const path = await writeTfjs(folder, topology, { "out/kernel": values([4, 3]) });
		const data = join(folder, "x.npz");
		await writeFile(data, encodeNpz({ x: { shape: [1, 2, 2, 1], data: Uint8Array.from([0, 255, 51, 102]) } }));
		const ask = async (exclusive: boolean) => {
			const model = { path, configuration: null, preprocessing: {}, classesFile: null, exclusive };
			const request = { kind: "dataset", path: data, take: null, skip: 0 } as const;
			return predict(context, { model, data: request, top: 3, npz: null }, new AbortController().signal);
		};
		await expect(ask(false)).rejects.toThrow(/3 independent sigmoids.*--exclusive/);
		const { images, warnings } = await ask(true);
		// Weights (3i + 1 .. 3i + 3)/16 on the values 0, 1, .2, .4: neighbouring logits differ by 1.6/16.
		const odds = [0, 1, 2].map((c) => Math.exp((1.6 * c) / 16));
		const total = odds.reduce((sum, value) => sum + value, 0);
		expect(images[0]?.top.map(({ index }) => index)).toEqual([2, 1, 0]);
		for (const { index, probability } of images[0]?.top ?? [])
			expect(probability).toBeCloseTo((odds[index] as number) / total, 5);
		expect(warnings).toContainEqual(expect.stringContaining("exactly one label"));
	}),
);
