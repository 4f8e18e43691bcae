import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { MODELS, SEED } from "../../scripts/examples/collection.js";
import { drawDigits } from "../../scripts/examples/drawing.js";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { readModel } from "../../src/compute/formats/read.js";
import { withPictureInput } from "../../src/compute/network/entrance.js";
import { TensorClassifier } from "../../src/compute/network/tensorClassifier.js";

const examples = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "examples");
const heldOut = drawDigits(SEED + 1, "held-out", 500);

beforeAll(async () => {
	await startBackend("auto", null);
});

describe.each(MODELS)("$path", ({ plan, path, format }) => {
	it("gets 97% of held-out drawings right, without being saturated", async () => {
		const { network } = await readModel(join(examples, path), { inputSize: null });
		expect(network.format).toBe(format);
		const preprocessing = { fit: "resize", range: plan.range, bgr: false, mean: null, std: null } as const;
		const before = tf.memory().numTensors;
		const classifier = new TensorClassifier(withPictureInput(network, preprocessing));
		let right = 0;
		let margins = 0;
		for (let start = 0; start < heldOut.length; start += 50) {
			const batch = heldOut.slice(start, start + 50);
			const pixels = Float32Array.from(
				batch.flatMap((drawing) => [...drawing.pixels]),
				(value) => value / 255,
			);
			const logits = classifier.logits(pixels, batch.length);
			batch.forEach(({ digit }, i) => {
				const row = [...logits.subarray(10 * i, 10 * (i + 1))];
				const [first, second] = [...row].sort((a, b) => b - a) as [number, number];
				right += Number(row[digit] === first);
				margins += first - second;
			});
		}
		classifier.dispose();
		expect(tf.memory().numTensors).toBe(before);
		expect(right / heldOut.length).toBeGreaterThanOrEqual(0.97);
		// Probabilities of e^-20 would leave the closest adversarial no gradient to follow.
		expect(margins / heldOut.length).toBeLessThan(20);
	}, 120_000);
});
