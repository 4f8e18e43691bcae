import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { gapRounding } from "../../../src/compute/adversarial/rounding.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { TensorClassifier } from "../../../src/compute/network/tensorClassifier.js";
import type { Network } from "../../../src/compute/network/types.js";
import { isAbsent, readFloat32Npy, sharedPath } from "../../sharedData.js";

/** What `gapRounding` makes of a classifier's answers. */
function roundingOf(classifier: TensorClassifier, pixels: Float32Array): number {
	const steps = gapRounding(pixels, classifier.logits(pixels, 1));
	steps.next();
	const disturbed = [classifier.disturbedLogits(pixels, 1)];
	const result = steps.next({ logits: [], gradients: [], spreads: [], disturbed });
	if (!result.done) throw new Error("one request is expected");
	return result.value;
}

const CLASSES = 400;

/** One picture of one pixel, times 1 or -1: every logit's rounding is that of one product. */
function products(unitRoundoff: number | null): { network: Network; kernel: Float32Array } {
	const builder = new NetworkBuilder("onnx");
	builder.input("picture", [1, 1, 1]);
	builder.add({
		...{ name: "flat", layer: "flat", layerType: "Flatten" },
		inputs: ["picture"],
		operation: { op: "Flatten" },
		weights: {},
	});
	const kernel = Float32Array.from({ length: CLASSES }, (_, j) => (j % 2 === 0 ? 1 : -1));
	builder.add({
		...{ name: "logits", layer: "logits", layerType: "Dense" },
		inputs: ["flat"],
		operation: { op: "Dense" },
		weights: { kernel: { name: "kernel", shape: [1, CLASSES], data: kernel } },
	});
	if (unitRoundoff !== null) builder.computesWith(unitRoundoff);
	return { network: builder.build("logits"), kernel };
}

const REAL = [
	["h5-resnet8-cifar10", "model.h5"],
	["onnx-cifar10-winml", "model.onnx"],
	["onnx-squeezenet1.1", "model.onnx"],
	["tfjs-layers-darknet-tiny", "model.json"],
] as const;

describe("the rounding of a network", () => {
	it("is that of its last operation, where there is only one, and leaves no tensors", async () => {
		await startBackend("js", null);
		const { network, kernel } = products(null);
		const classifier = new TensorClassifier(network);
		const before = tf.memory().numTensors;
		const moved = classifier.disturbedLogits(Float32Array.of(1), 1);
		// Uploads the kernel, once.
		expect(tf.memory().numTensors).toBe(before + 1);
		// Every logit is moved by a normal number of standard deviation 2^-24 · 1 (their root mean square), and the values flattened too.
		const change = [...moved].map((z, j) => z - (kernel[j % CLASSES] as number));
		const deviation = Math.sqrt(change.reduce((sum, d) => sum + d * d, 0) / change.length);
		// Float32 can hold steps of 2^-23 or 2^-24 around 1 only, which adds its own rounding: within a factor of two.
		expect(deviation).toBeGreaterThan(2 ** -24 / 2);
		expect(deviation).toBeLessThan(2 ** -24 * 2.5);
		expect(classifier.disturbedLogits(Float32Array.of(1), 1)).toEqual(moved);
		classifier.dispose();
	});

	it("is that of halves, where the file computes with these", async () => {
		await startBackend("js", null);
		const { network, kernel } = products(2 ** -11);
		const classifier = new TensorClassifier(network);
		const moved = classifier.disturbedLogits(Float32Array.of(1), 1);
		const change = [...moved].map((z, j) => z - (kernel[j % CLASSES] as number));
		const deviation = Math.sqrt(change.reduce((sum, d) => sum + d * d, 0) / change.length);
		// A product of one disturbed value, disturbed again, and all alike by the first: within a factor of two.
		expect(deviation).toBeGreaterThan(2 ** -11 / 2);
		expect(deviation).toBeLessThan(2 ** -11 * 2.5);
		classifier.dispose();
	});

	// A file's own runtime rounds in another order: its gaps between the leading logits differ by what was measured.
	describe.each(REAL)("%s", (folder, file) => {
		const path = sharedPath("models", folder, file);
		it.skipIf(isAbsent(path))("lies within ten roundings of its own runtime", { timeout: 60_000 }, async () => {
			await startBackend("auto", null);
			const network: Network = (await readModel(path, { inputSize: null })).network;
			const classifier = new TensorClassifier(network);
			const { ref_input, layout } = JSON.parse(readFileSync(sharedPath("models", folder, "meta.json"), "utf8"));
			const input = readFloat32Npy(sharedPath(ref_input));
			const reference = readFloat32Npy(sharedPath("models", folder, referenceOf(folder)));
			const all = tf.tidy(() => {
				const given = tf.tensor(input.data, [...input.shape]);
				return (layout === "NCHW" ? tf.transpose(given, [0, 2, 3, 1]) : given).dataSync();
			}) as Float32Array;
			const size = all.length / 8;
			for (let i = 0; i < 8; i++) {
				const pixels = all.slice(i * size, (i + 1) * size);
				const logits = classifier.logits(pixels, 1);
				const theirs = reference.data.subarray(i * logits.length, (i + 1) * logits.length);
				const rounding = roundingOf(classifier, pixels);
				const [first = 0, ...others] = [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number));
				for (const j of others.slice(0, 5)) {
					const ours = (logits[first] as number) - (logits[j] as number);
					const gap = (theirs[first] as number) - (theirs[j] as number);
					expect(Math.abs(ours - gap)).toBeLessThan(10 * rounding);
				}
			}
			classifier.dispose();
		});
	});
});

function referenceOf(folder: string): string {
	return folder === "onnx-cifar10-winml" || folder === "tfjs-layers-darknet-tiny" ? "ref_output.npy" : "ref_logits.npy";
}
