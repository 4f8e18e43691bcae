import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { comparedValues, ImageMarks, reduced } from "../../../src/compute/activations/imageMarks.js";
import { chooseLayer } from "../../../src/compute/activations/layerChoice.js";
import { penultimateNode } from "../../../src/compute/activations/penultimate.js";
import { ascend } from "../../../src/compute/activations/unit/ascent.js";
import { FiringComparison, firingLayers } from "../../../src/compute/activations/unit/firing.js";
import { histogramOf, scoresByClass } from "../../../src/compute/activations/unit/scoreDistribution.js";
import { incomingWeights, logitWeights } from "../../../src/compute/activations/unit/unitWeights.js";
import { Slices } from "../../../src/compute/backend/slices.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { withPictureInput } from "../../../src/compute/network/entrance.js";
import { Executor } from "../../../src/compute/network/execute.js";
import { findHead } from "../../../src/compute/network/head.js";
import type { Network, Weight } from "../../../src/compute/network/types.js";
import { example } from "../../examples/paths.js";

let mlp: Network;
let cnn: Network;

beforeAll(async () => {
	await startBackend("auto", null);
	const preprocessing = { fit: "resize", range: [0, 1], bgr: false, mean: null, std: null } as const;
	const at = async (...path: readonly string[]) =>
		withPictureInput((await readModel(example("models", ...path), { inputSize: null })).network, preprocessing);
	mlp = await at("mlp", "model.json");
	cnn = await at("cnn.keras");
});

function weightOf(network: Network, node: string): Weight {
	return network.nodes.find(({ name }) => name === node)?.weights.kernel as Weight;
}

describe("the choice of a layer", () => {
	it("is the layer's output, its pre-activation, or a node by its own name", () => {
		expect(chooseLayer(cnn, "conv2d_1", false).layer).toMatchObject({ node: "conv2d_1/relu", units: 16, places: 196 });
		expect(chooseLayer(cnn, "conv2d_1", true).layer).toMatchObject({ node: "conv2d_1", layer: "conv2d_1" });
		expect(chooseLayer(cnn, "conv2d_1/relu", false).layer.node).toBe("conv2d_1/relu");
		expect(chooseLayer(mlp, "dense_1", false).layer).toMatchObject({ shape: [100], units: 100, places: 1 });
	});

	it("says where there is no activation function to go before", () => {
		const { layer, warnings } = chooseLayer(cnn, "max_pooling2d", true);
		expect(layer.node).toBe("max_pooling2d");
		expect(warnings[0]).toContain("'max_pooling2d' has no activation function");
		expect(chooseLayer(cnn, "conv2d", true).warnings).toEqual([]);
	});
});

describe("the penultimate layer", () => {
	it("is what goes into the last kernel", () => {
		expect(penultimateNode(mlp, findHead(mlp).logits).name).toBe("dense_1/sigmoid");
		expect(penultimateNode(cnn, findHead(cnn).logits).name).toBe("flatten");
	});

	it("is the logits themselves where these are linear in the pixels", () => {
		const builder = new NetworkBuilder("keras-v3");
		builder.input("in", [2, 2, 1]);
		const layer = (name: string, from: string) => ({ name, layer: name, layerType: name, inputs: [from] });
		builder.add({ ...layer("flat", "in"), operation: { op: "Flatten" } });
		const kernel = { name: "k", shape: [4, 3], data: new Float32Array(12) };
		builder.add({ ...layer("dense", "flat"), operation: { op: "Dense" }, weights: { kernel } });
		expect(penultimateNode(builder.build("dense"), "dense").name).toBe("dense");
	});
});

describe("weights of a unit", () => {
	it("come from the layer before, the largest first, with the pictures that those see", () => {
		const incoming = incomingWeights(mlp, "dense_1/sigmoid", 7);
		const kernel = weightOf(mlp, "dense_1");
		const column = Array.from({ length: 100 }, (_, from) => ({ from, weight: kernel.data[from * 100 + 7] as number }));
		column.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
		expect(incoming?.layer).toBe("dense");
		expect(incoming?.weights.map(({ from, weight }) => ({ from, weight }))).toEqual(column.slice(0, 16));
		expect(incoming?.picture).toBeNull();
		const below = weightOf(mlp, "dense");
		const first = incoming?.weights[0];
		expect(first?.picture?.values[28 * 5 + 9]).toBe(below.data[(28 * 5 + 9) * 100 + (first?.from as number)]);
		expect(incomingWeights(mlp, "dense/sigmoid", 3)?.picture).toMatchObject({ width: 28, height: 28, channels: 1 });
		expect(incomingWeights(mlp, "flatten", 3)).toBeNull();
	});

	it("of a convolution are its largest of each channel; on pixels, its kernel", () => {
		const kernel = weightOf(cnn, "conv2d_1");
		const incoming = incomingWeights(cnn, "conv2d_1/relu", 2);
		for (const { from, weight } of incoming?.weights ?? []) {
			const all = Array.from({ length: 9 }, (_, at) => kernel.data[(at * 8 + from) * 16 + 2] as number);
			expect(Math.abs(weight)).toBe(Math.max(...all.map(Math.abs)));
			expect(all).toContain(weight);
		}
		expect(incoming?.weights).toHaveLength(8);
		expect(incomingWeights(cnn, "conv2d/relu", 1)?.picture).toMatchObject({ width: 5, height: 5, channels: 1 });
	});

	it("go to the logits where these are one linear layer above", () => {
		const kernel = weightOf(mlp, "dense_2");
		const head = findHead(mlp);
		const unit = logitWeights(mlp, head, "dense_1/sigmoid", { kind: "unit", index: 4 });
		expect(unit).toEqual(Array.from(kernel.data.subarray(40, 50)));
		const values = new Array<number>(100).fill(0);
		values[4] = 2;
		expect(logitWeights(mlp, head, "dense_1/sigmoid", { kind: "direction", name: "twice", values })).toEqual(
			unit?.map((weight) => 2 * weight),
		);
		expect(logitWeights(mlp, head, "dense/sigmoid", { kind: "unit", index: 4 })).toBeNull();
	});
});

describe("a picture that drives a unit", () => {
	it("raises its value step by step within [0, 1], and is null where nothing depends on the pixels", async () => {
		const executor = new Executor(mlp);
		const slices = new Slices(new AbortController().signal);
		const tensors = tf.memory().numTensors;
		const weights = Float32Array.from({ length: 100 }, (_, unit) => Number(unit === 3));
		const pixels = (await ascend(executor, "dense_1", [28, 28, 1], weights, slices)) as Float32Array;
		const value = (picture: Float32Array) =>
			tf.tidy(() => executor.run(tf.tensor4d(picture, [1, 28, 28, 1]), "dense_1").dataSync()[3]) as number;
		expect(value(pixels)).toBeGreaterThan(value(new Float32Array(784).fill(0.5)) + 1);
		expect(Math.min(...pixels)).toBeGreaterThanOrEqual(0);
		expect(Math.max(...pixels)).toBeLessThanOrEqual(1);
		expect(await ascend(executor, "dense_1", [28, 28, 1], new Float32Array(100), slices)).toBeNull();
		// The weights that were uploaded stay; nothing else does.
		executor.dispose();
		expect(tf.memory().numTensors).toBeLessThanOrEqual(tensors);
	});
});

describe("what is kept of a picture", () => {
	it("is as it stands where it is small, else the mean of what each pixel covers", () => {
		const random = Random.stream(1, "picture");
		const data = Float32Array.from({ length: 96 * 64 * 3 }, () => random.uniform());
		const picture = { width: 96, height: 64, channels: 3, data } as const;
		const small = reduced(picture, 32);
		expect([small.width, small.height]).toEqual([32, 21]);
		const third = reduced({ ...picture, width: 64, height: 96 }, 32);
		expect([third.width, third.height]).toEqual([21, 32]);
		const exact = reduced({ width: 96, height: 96, channels: 1, data: data.subarray(0, 96 * 96) }, 32);
		let sum = 0;
		for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) sum += data[(3 * 7 + i) * 96 + 3 * 5 + j] as number;
		expect(exact.data[7 * 32 + 5]).toBeCloseTo(sum / 9, 6);
		const tiny = { width: 28, height: 28, channels: 1, data: data.subarray(0, 784) } as const;
		expect(reduced(tiny, 32)).toBe(tiny);
		const marks = new ImageMarks(
			{ kind: "loaded", index: 1, source: "a", label: null, fileSize: tiny, pixels: tiny },
			Float32Array.of(3, 4),
		);
		expect(marks.pixels).toHaveLength(comparedValues(28, 28, 1));
		expect(Array.from(marks.features ?? [])).toEqual([Math.fround(0.6), Math.fround(0.8)]);
		expect(marks.label).toBe(-1);
		expect(tiny.data[0]).toBe(data[0]);
	});
});

describe("distributions", () => {
	it("count every score once, by class too", () => {
		const scores = Float64Array.of(0, 1, 2, 3, 4, 10);
		const histogram = histogramOf(scores);
		expect(histogram).toMatchObject({ low: 0, high: 10 });
		expect(histogram?.counts.reduce((sum, count) => sum + count, 0)).toBe(6);
		expect(histogram?.counts[5]).toBe(1);
		expect(histogram?.counts.at(-1)).toBe(1);
		expect(histogramOf(Float64Array.of(2, 2))?.counts[0]).toBe(2);
		expect(histogramOf(new Float64Array(0))).toBeNull();
		expect(scoresByClass(scores, Int32Array.of(1, 0, 1, -1, 1, 0))).toEqual([
			{ label: 0, images: 2, mean: 5.5, low: expect.closeTo(1.45, 9), high: expect.closeTo(9.55, 9) },
			{ label: 1, images: 3, mean: 2, low: expect.closeTo(0.2, 9), high: expect.closeTo(3.8, 9) },
		]);
	});

	it("place a picture's activations: deviations, percentiles, units that never change left out", () => {
		const layers = firingLayers(mlp);
		expect(layers.map(({ layer }) => layer)).toEqual(["dense", "dense_1", "dense_2"]);
		const layer = { ...(layers[0] as (typeof layers)[number]), units: 3 };
		const comparison = new FiringComparison(Float32Array.of(5, 1, 7));
		comparison.add(Float32Array.of(1, 1, 9, 3, 1, 8));
		comparison.add(Float32Array.of(5, 1, 4, 7, 1, 7));
		const [found] = comparison.layers([layer], 2);
		// Unit 0: mean 4, variance 5. Unit 2: mean 7, variance 3.5.
		expect(found?.units).toEqual([
			{ unit: 0, activation: 5, deviations: expect.closeTo(1 / Math.sqrt(5), 9), percentile: 0.5 },
			{ unit: 2, activation: 7, deviations: expect.closeTo(0, 9), percentile: 0.25 },
		]);
		expect(found?.deviation).toBeCloseTo(Math.sqrt(1 / 5 / 2), 9);
	});
});
