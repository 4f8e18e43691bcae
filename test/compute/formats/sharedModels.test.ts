import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import type { ModelFormat } from "../../../src/compute/formats/formats.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { Executor } from "../../../src/compute/network/execute.js";
import type { Network } from "../../../src/compute/network/types.js";
import { availableBackends } from "../../backends.js";
import { isAbsent, readFloat32Npy, sharedPath } from "../../sharedData.js";

interface Expected {
	readonly folder: string;
	readonly file: string;
	readonly format: ModelFormat;
	readonly input: readonly number[];
	/** `count_params()` of Keras, non-trainable ones included; what the tensors in the file add up to. */
	readonly parameters: number;
	/** Keras' `len(model.layers)`, with one for the input where a Sequential has no InputLayer. */
	readonly layers: number;
	readonly files: number;
	/** How many of the eight reference inputs plain JavaScript runs, which takes a second for each. */
	readonly picturesInJavaScript: number;
}

const MODELS: readonly Expected[] = [
	{
		folder: "h5-resnet8-cifar10",
		file: "model.h5",
		format: "keras-h5",
		input: [32, 32, 3],
		parameters: 78_666,
		layers: 30,
		files: 1,
		picturesInJavaScript: 2,
	},
	{
		folder: "h5-vww96",
		file: "model.h5",
		format: "keras-h5",
		input: [96, 96, 3],
		parameters: 221_794,
		layers: 85,
		files: 1,
		picturesInJavaScript: 2,
	},
	{
		folder: "keras3-mobilenet_v1_025_224",
		file: "model.keras",
		format: "keras-v3",
		input: [224, 224, 3],
		parameters: 467_336,
		layers: 57,
		files: 1,
		picturesInJavaScript: 1,
	},
	{
		folder: "tfjs-layers-darknet-tiny",
		file: "model.json",
		format: "tfjs-layers",
		input: [224, 224, 3],
		parameters: 1_046_488,
		layers: 52,
		files: 32,
		picturesInJavaScript: 1,
	},
	{
		folder: "tfjs-layers-doodlenet",
		file: "model.json",
		format: "tfjs-layers",
		input: [28, 28, 1],
		parameters: 544_201,
		layers: 14,
		files: 2,
		picturesInJavaScript: 2,
	},
];

const REFERENCE_INPUTS = 8;
const backends = await availableBackends();

describe.each(MODELS)("$folder", (expected) => {
	const path = sharedPath("models", expected.folder, expected.file);

	it.skipIf(isAbsent(path))("has the layers and parameters that Keras counts", async () => {
		const { network, files, sha256 } = await readModel(path, { inputSize: null });
		expect(network.format).toBe(expected.format);
		expect(network.nodes[0]?.outputShape).toEqual(expected.input);
		expect(network.warnings).toEqual([]);
		expect(new Set(network.nodes.map((node) => node.layer)).size).toBe(expected.layers);
		expect(parametersOf(network)).toBe(expected.parameters);
		expect(files).toHaveLength(expected.files);
		expect(sha256).toMatch(/^[0-9a-f]{64}$/);
	});
});

describe.each(backends)("on %s", (backend) => {
	beforeAll(async () => {
		await startBackend(backend, null);
	});

	describe.each(MODELS)("$folder", (model) => {
		const path = sharedPath("models", model.folder, model.file);
		it.skipIf(isAbsent(path))("computes the reference runtime's output", { timeout: 120_000 }, async () => {
			const meta = JSON.parse(readFileSync(join(dirname(path), "meta.json"), "utf8")) as { ref_input: string };
			const input = readFloat32Npy(sharedPath(meta.ref_input));
			const output = readFloat32Npy(join(dirname(path), "ref_output.npy"));
			const { network } = await readModel(path, { inputSize: null });
			const pictures = backend === "js" ? model.picturesInJavaScript : REFERENCE_INPUTS;
			const pixels = pictures * model.input.reduce((product, size) => product * size, 1);
			const executor = new Executor(network);
			const found = tf.tidy(() =>
				executor.run(tf.tensor(input.data.slice(0, pixels), [pictures, ...model.input])).dataSync(),
			);
			executor.dispose();
			const wanted = output.data.slice(0, found.length);
			// Float32 sums in another order than the reference's; where outputs are logits in the hundreds, 2e-3.
			const tolerance = wanted.some((value) => Math.abs(value) > 100) ? 2e-3 : 1e-4;
			const worst = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] as number))), 0);
			expect(found.length).toBe((pictures * output.data.length) / REFERENCE_INPUTS);
			expect(worst).toBeLessThan(tolerance);
		});
	});
});

function parametersOf(network: Network): number {
	const weights = new Set(network.nodes.flatMap((node) => Object.values(node.weights)));
	return [...weights].reduce((sum, weight) => sum + weight.data.length, 0);
}
