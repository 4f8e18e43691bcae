/**
 * Pairs of pictures, random, along the steepest direction and adversarial, never go beyond a real network's bound.
 * BLINDSPOT_LIPSCHITZ_PAIRS=10000 takes so many pairs in all, of every model.
 */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Slices } from "../../../src/compute/backend/slices.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { boundLayers, RunningNetwork } from "../../../src/compute/lipschitz/layers.js";
import { observe, observePair } from "../../../src/compute/lipschitz/observedLipschitz.js";
import { Random } from "../../../src/compute/math/random.js";
import { withPictureInput } from "../../../src/compute/network/entrance.js";
import { TensorClassifier } from "../../../src/compute/network/tensorClassifier.js";
import { isAbsent, sharedPath } from "../../sharedData.js";
import { closestAdversarials } from "./adversarials.js";

const SMALL = ["onnx-mnist-8/model.onnx", "h5-resnet8-cifar10/model.h5"] as const;
const LARGE = [
	"h5-vww96/model.h5",
	"keras3-mobilenet_v1_025_224/model.keras",
	"onnx-cifar10-winml/model.onnx",
	"onnx-resnet8-cifar10/model.onnx",
	"onnx-squeezenet1.1/model.onnx",
	"tfjs-layers-darknet-tiny/model.json",
	"tfjs-layers-doodlenet/model.json",
] as const;
const asked = Number(process.env.BLINDSPOT_LIPSCHITZ_PAIRS ?? 0);
const models = asked > 0 ? [...SMALL, ...LARGE] : SMALL;
const pairs = Math.ceil((asked || 80) / models.length);
const plain = { range: [0, 1], bgr: false, mean: null, std: null, fit: "resize" } as const;

beforeAll(async () => {
	await startBackend("auto", null);
});

describe("bounds of real models", () => {
	const pathOf = (name: string) => sharedPath("models", ...name.split("/"));
	for (const name of models)
		it.skipIf(isAbsent(pathOf(name)))(name, { timeout: 60_000 + 5000 * pairs }, async () => {
			const path = pathOf(name);
			const tensors = tf.memory().numTensors;
			const { network } = await readModel(path, { inputSize: null });
			const classifier = new TensorClassifier(withPictureInput(network, plain));
			const running = new RunningNetwork(classifier.network, classifier.head.logits);
			const slices = new Slices(new AbortController().signal);
			const layers = await boundLayers(running, 0, slices, () => undefined);
			for (const { name, kind, upper, lower } of layers)
				if (kind !== "unbounded" && lower !== null)
					expect(lower * (1 - 1e-4), name).toBeLessThanOrEqual(upper as number);
			const bound = layers.at(-1)?.product ?? Number.POSITIVE_INFINITY;
			const size = classifier.pixelShape.reduce((a, b) => a * b, 1);
			const random = Random.stream(1, "lipschitz sharedModels", name);
			const seen = { gradient: 0, quotient: 0 };
			let done = 0;
			while (done < pairs) {
				const a = Float32Array.from({ length: 8 * size }, () => random.uniform());
				// Four steps along the steepest direction from each.
				observe(classifier, a, 8, seen);
				done += 8 * 4;
				const move = 10 ** (-3 * random.uniform());
				const b = a.map((v) => Math.min(1, Math.max(0, v + move * random.normal())));
				const [za, zb] = [classifier.logits(a, 8), classifier.logits(b, 8)];
				for (let i = 0; i < 8; i++) {
					const pixels = (x: Float32Array) => x.subarray(i * size, (i + 1) * size);
					const logits = (z: Float32Array) => z.subarray(i * classifier.classes, (i + 1) * classifier.classes);
					observePair([pixels(a), pixels(b)], [logits(za), logits(zb)], seen);
				}
				done += 8;
			}
			const images = Array.from({ length: 4 }, (_, position) => ({
				position,
				pixels: Float32Array.from({ length: size }, () => random.uniform()),
			}));
			const outcomes = await closestAdversarials(classifier, images, 4);
			outcomes.forEach(({ adversarial, logits }, i) => {
				const original = images[i]?.pixels as Float32Array;
				if (!adversarial) return;
				observePair([original, adversarial.pixels], [logits, adversarial.logits], seen);
				done++;
			});
			const share = (seen.quotient / bound).toExponential(2);
			console.log(
				`${name}: bound ${bound.toPrecision(4)}, largest stretch of ${done} pairs ${seen.quotient.toPrecision(4)}, ${share} of it`,
			);
			expect(seen.gradient).toBeGreaterThan(0);
			expect(Math.max(seen.gradient, seen.quotient)).toBeLessThanOrEqual(bound);
			classifier.dispose();
			expect(tf.memory().numTensors).toBe(tensors);
		});
});
