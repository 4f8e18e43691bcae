/** What probing a layer costs beside the forward pass alone: ratios within one run, batch by batch in turn. */
import { drawDirections } from "../src/compute/activations/directions.js";
import { chooseLayer } from "../src/compute/activations/layerChoice.js";
import { type IndexedImage, LayerReader } from "../src/compute/activations/layerReader.js";
import { penultimateNode } from "../src/compute/activations/penultimate.js";
import { Scorer } from "../src/compute/activations/scorer.js";
import { ScoringPass } from "../src/compute/activations/scoringPass.js";
import { Slices } from "../src/compute/backend/slices.js";
import { Random } from "../src/compute/math/random.js";
import { NetworkBuilder } from "../src/compute/network/build.js";
import { TensorClassifier } from "../src/compute/network/tensorClassifier.js";
import type { Network } from "../src/compute/network/types.js";

const DIRECTIONS = 1000;
const SIDE = 32;

/** Seconds that passed, and those of all processors together: the latter hardly change while others use the machine. */
interface Seconds {
	readonly wall: number;
	readonly processor: number;
}

/** The forward pass to the logits alone, and the same with all units and 1,000 Gaussian directions scored and ranked. */
export interface ProbingMeasurement {
	readonly layer: string;
	readonly shape: readonly number[];
	readonly images: number;
	readonly forward: Seconds;
	readonly probing: Seconds;
}

/** Measures one layer on the present backend, over so many random pictures. */
export async function measureProbing(network: Network, name: string, total: number): Promise<ProbingMeasurement> {
	const classifier = new TensorClassifier(network);
	const { layer } = chooseLayer(network, name, false);
	const slices = new Slices(new AbortController().signal);
	const directions = await drawDirections("gaussian", layer.units, DIRECTIONS, 1, null, [], slices);
	const penultimate = penultimateNode(network, classifier.head.logits).name;
	const reader = new LayerReader(classifier.executor, layer, penultimate, classifier.pixelShape, classifier.batchSize);
	const scorer = new Scorer(layer, null, directions.values, "max");
	const settings = { top: 9, bottom: false, classes: 10, units: layer.units, tested: 0, withFeatures: true };
	const pass = new ScoringPass(scorer, settings);
	let images = 0;
	const [forward, probing] = [new Stopwatch(), new Stopwatch()];
	const random = Random.stream(1, "bench");
	const warm = pictures(classifier.batchSize, 0, classifier.pixelShape, random);
	for (let round = 0; round < 2; round++) {
		const activations = reader.read(warm);
		scorer.scores(activations);
		activations.activations.dispose();
	}
	while (images < total) {
		const batch = pictures(classifier.batchSize, images, classifier.pixelShape, random);
		const pixels = Float32Array.from(batch.flatMap(({ pixels }) => [...pixels.data]));
		forward.time(() => classifier.logits(pixels, batch.length));
		probing.time(() => {
			const activations = reader.read(batch);
			pass.add(activations);
			activations.activations.dispose();
		});
		images += batch.length;
	}
	scorer.dispose();
	classifier.dispose();
	return { layer: name, shape: layer.shape, images, forward: forward.seconds, probing: probing.seconds };
}

class Stopwatch {
	#wall = 0;
	#processor = 0;

	time(work: () => void): void {
		const [start, before] = [performance.now(), process.cpuUsage()];
		work();
		const { user, system } = process.cpuUsage(before);
		this.#wall += performance.now() - start;
		this.#processor += user + system;
	}

	get seconds(): Seconds {
		return { wall: this.#wall / 1e3, processor: this.#processor / 1e6 };
	}
}

function pictures(
	count: number,
	first: number,
	[height, width, channels]: readonly [number, number, number],
	random: Random,
): IndexedImage[] {
	return Array.from({ length: count }, (_, i) => ({
		kind: "loaded",
		index: first + i,
		source: "",
		label: random.integer(10),
		fileSize: { width, height },
		pixels: {
			width,
			height,
			channels,
			data: Float32Array.from({ length: height * width * channels }, () => random.uniform()),
		},
	}));
}

/** A convolutional network of the usual size for 32×32 pictures, with random weights: 153 million multiply-adds. */
export function benchmarkCnn(): Network {
	const random = Random.stream(1, "bench", "cnn");
	const builder = new NetworkBuilder("keras-v3");
	let last = builder.input("picture", [SIDE, SIDE, 3]).name;
	let into = 3;
	const weight = (shape: readonly number[], scale: number) => ({
		name: "kernel",
		shape,
		data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * random.normal()),
	});
	const add = (name: string, rest: Pick<Parameters<NetworkBuilder["add"]>[0], "operation" | "weights">) => {
		last = builder.add({ name, layer: name, layerType: rest.operation.op, inputs: [last], ...rest }).name;
	};
	const padding = { top: 1, bottom: 1, left: 1, right: 1 };
	for (const [block, filters] of [64, 128, 256].entries()) {
		for (const half of ["a", "b"]) {
			add(`conv${block + 1}${half}`, {
				operation: { op: "Conv2D", strides: [1, 1], dilations: [1, 1], padding, groups: 1 },
				weights: { kernel: weight([3, 3, into, filters], Math.sqrt(2 / (9 * into))) },
			});
			add(`relu${block + 1}${half}`, { operation: { op: "Pointwise", function: { fn: "relu" } } });
			into = filters;
		}
		add(`pool${block + 1}`, {
			operation: { op: "MaxPool2D", size: [2, 2], strides: [2, 2], padding: { top: 0, bottom: 0, left: 0, right: 0 } },
		});
	}
	add("flatten", { operation: { op: "Flatten" } });
	add("dense", { operation: { op: "Dense" }, weights: { kernel: weight([4096, 10], 1 / 64) } });
	return builder.build("dense");
}

/** "relu3b 8×8×256: 1.12 times the forward pass alone, 1.11 in processor time (…)". */
export function probingLine({ layer, shape, images, forward, probing }: ProbingMeasurement): string {
	const rate = (images / probing.wall).toFixed(0);
	const times = (probing.wall / forward.wall).toFixed(2);
	const processor = (probing.processor / forward.processor).toFixed(2);
	return `${layer} ${shape.join("×")}: ${times} times the forward pass alone, ${processor} in processor time (${rate} images/s, ${images} images)`;
}
