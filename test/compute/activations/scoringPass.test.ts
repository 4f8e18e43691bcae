import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import type { IndexedImage } from "../../../src/compute/activations/layerReader.js";
import { LayerReader, seededOrder } from "../../../src/compute/activations/layerReader.js";
import { highestPlaces } from "../../../src/compute/activations/places.js";
import type { ProbedLayer, ProbeReduction } from "../../../src/compute/activations/probe/report.js";
import { Scorer } from "../../../src/compute/activations/scorer.js";
import { ScoringPass } from "../../../src/compute/activations/scoringPass.js";
import { Slices } from "../../../src/compute/backend/slices.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { fileEntries } from "../../../src/compute/data/entries.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { Executor } from "../../../src/compute/network/execute.js";

const UNITS = 3;
const SIDE = 4;
const layer: ProbedLayer = {
	node: "same",
	layer: "same",
	layerType: "Identity",
	shape: [SIDE, SIDE, UNITS],
	units: UNITS,
	places: SIDE * SIDE,
};

/** A network whose activations are the pictures themselves. */
function identity(): Executor {
	const builder = new NetworkBuilder("keras-v3");
	builder.input("picture", [SIDE, SIDE, UNITS]);
	builder.add({
		name: "same",
		layer: "same",
		layerType: "Identity",
		operation: { op: "Identity" },
		inputs: ["picture"],
	});
	return new Executor(builder.build("same"));
}

function pictures(count: number, first: number, random: Random): IndexedImage[] {
	return Array.from({ length: count }, (_, i) => ({
		kind: "loaded",
		index: first + i,
		source: `#${first + i}`,
		label: (first + i) % 2,
		fileSize: { width: SIDE, height: SIDE },
		pixels: {
			width: SIDE,
			height: SIDE,
			channels: 3,
			data: Float32Array.from({ length: SIDE * SIDE * UNITS }, () => random.normal()),
		},
	}));
}

function passOf(scorer: Scorer): ScoringPass {
	return new ScoringPass(scorer, { top: 12, bottom: true, classes: 2, units: UNITS, tested: 10, withFeatures: false });
}

const DIRECTIONS = Float32Array.of(1, -1, 0, 0.5, 0.5, -2);

beforeAll(async () => {
	await startBackend("auto", null);
});

describe.each(["max", "mean"] as const)("scores by the %s over places", (reduce: ProbeReduction) => {
	it("are those of a plain loop; a value that is no finite number leaves only its unit out", () => {
		const random = Random.stream(1, "pictures");
		const images = pictures(37, 0, random);
		const at = (image: number, place: number, unit: number) => place * UNITS + unit + 0 * image;
		(images[5] as IndexedImage).pixels.data[at(5, 7, 1)] = Number.NaN;
		(images[8] as IndexedImage).pixels.data[at(8, 0, 2)] = Number.POSITIVE_INFINITY;
		const executor = identity();
		const reader = new LayerReader(executor, layer, null, [SIDE, SIDE, UNITS], 37);
		const scorer = new Scorer(layer, null, DIRECTIONS, reduce);
		const tensors = tf.memory().numTensors;
		const batch = reader.read(images);
		const scores = scorer.scores(batch);
		batch.activations.dispose();
		expect(tf.memory().numTensors).toBe(tensors);
		const vectors = [
			[1, 0, 0],
			[0, 1, 0],
			[0, 0, 1],
			[1, -1, 0],
			[0.5, 0.5, -2],
		];
		images.forEach(({ pixels }, image) => {
			vectors.forEach((vector, row) => {
				const values = Array.from({ length: SIDE * SIDE }, (_, place) =>
					vector.reduce((sum, weight, unit) => {
						const value = pixels.data[place * UNITS + unit] as number;
						return sum + weight * (Number.isFinite(value) ? value : 0);
					}, 0),
				);
				const expected = reduce === "max" ? Math.max(...values) : values.reduce((sum, value) => sum + value, 0) / 16;
				const isLeftOut = (image === 5 && row === 1) || (image === 8 && row === 2);
				const score = scores[image * vectors.length + row] as number;
				if (isLeftOut) expect(score).toBeNaN();
				else expect(score).toBeCloseTo(expected, 5);
			});
		});
		scorer.dispose();
		executor.dispose();
	});
});

describe("the place of the highest score", () => {
	it("is that of a plain loop, of equal ones the first", () => {
		const random = Random.stream(3, "places");
		const [images, places, units, rows] = [3, 20, 5, 7];
		// Eighths, whose products and sums are exact: equal ones stay equal, however the backend adds them up.
		const eighths = (length: number) => Float32Array.from({ length }, () => Math.round(8 * random.normal()) / 8);
		const values = eighths(images * places * units);
		// The second half of an image's places repeats the first.
		const step = places * units;
		for (let image = 0; image < images; image++)
			values.copyWithin(image * step + step / 2, image * step, image * step + step / 2);
		const directions = Array.from({ length: rows }, () => eighths(units));
		const activations = tf.tensor3d(values, [images, places, units]);
		const tensors = tf.memory().numTensors;
		for (let image = 0; image < images; image++) {
			const expected = directions.map((direction) => {
				const scores = Array.from({ length: places / 2 }, (_, place) =>
					direction.reduce(
						(sum, weight, unit) => sum + weight * (values[image * step + place * units + unit] as number),
						0,
					),
				);
				return scores.indexOf(Math.max(...scores));
			});
			expect(Array.from(highestPlaces(activations, image, directions))).toEqual(expected);
		}
		expect(tf.memory().numTensors).toBe(tensors);
		activations.dispose();
	});
});

describe("a pass over the data", () => {
	it("holds of 60,000 images little more than what is ranked: memory stays as it is after the first", async () => {
		const random = Random.stream(2, "many");
		const directions = Float32Array.from({ length: 200 * UNITS }, () => random.normal());
		const scorer = new Scorer(layer, null, directions, "max");
		const pass = passOf(scorer);
		const executor = identity();
		const reader = new LayerReader(executor, layer, null, [SIDE, SIDE, UNITS], 500);
		const size = { width: SIDE, height: SIDE };
		const data = fileEntries({
			path: "drawn",
			count: 60_000,
			label: (index) => index % 2,
			load: async () => ({ fileSize: size, pixels: (pictures(1, 0, random)[0] as IndexedImage).pixels }),
		}).map((entry, index) => ({ entry, label: index % 2 }));
		const wanted = { ...size, channels: 3, fit: "resize" } as const;
		const slices = new Slices(new AbortController().signal);
		let most = 0;
		let before = 0;
		for await (const batch of reader.stream(data, seededOrder(data.length, 1), wanted, slices)) {
			pass.add(batch);
			most = Math.max(most, pass.held);
			if (pass.images === 3000) before = await bytesHeld();
		}
		const after = await bytesHeld();
		scorer.dispose();
		executor.dispose();
		expect(pass.images).toBe(60_000);
		expect(pass.tested.images().count).toBe(10);
		// A thousand that were ranked before, and one batch.
		expect(most).toBeLessThanOrEqual(pass.ranked().size + 1000 + 500);
		// All pictures would take some 30 MB, all that were ever ranked 2 MB.
		expect(after - before).toBeLessThan(2 ** 20);
	});
});

/** Bytes of objects, buffers and tensors that are still in use. */
async function bytesHeld(): Promise<number> {
	setFlagsFromString("--expose-gc");
	const collect = runInNewContext("gc") as () => void;
	// Buffers are let go in the background.
	for (let i = 0; i < 3; i++) {
		collect();
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers + tf.memory().numBytes;
}
