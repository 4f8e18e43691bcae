import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Slices } from "../../../src/compute/backend/slices.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { Certifier } from "../../../src/compute/lipschitz/certificates.js";
import { DEFAULT_OPTIONS } from "../../../src/compute/lipschitz/convolution.js";
import { boundLayers, RunningNetwork } from "../../../src/compute/lipschitz/layers.js";
import { observe } from "../../../src/compute/lipschitz/observedLipschitz.js";
import { operationNorm } from "../../../src/compute/lipschitz/operationNorm.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { withPictureInput } from "../../../src/compute/network/entrance.js";
import { sizeOf } from "../../../src/compute/network/shapes.js";
import { TensorClassifier } from "../../../src/compute/network/tensorClassifier.js";
import type { Network, NetworkNode, Operation, Weight } from "../../../src/compute/network/types.js";
import { digit, mnistDigits, trainDigitCnn, trainDigits } from "../../mnistNetworks.js";
import { execute64 } from "../../reference/execute64.js";
import { largestSingularValue64 } from "../../reference/singularValue64.js";
import { closestAdversarials } from "./adversarials.js";

const random = Random.stream(7, "lipschitz network.test");
const slices = () => new Slices(new AbortController().signal);

function weight(...shape: number[]): Weight {
	return { name: "w", shape, data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()) };
}

type Step = readonly [operation: Operation, inputs?: readonly string[] | undefined, weights?: NetworkNode["weights"]];

/** Nodes n0, n1, ... after the input x of 6×6×2. */
function networkOf(steps: readonly Step[]): Network {
	const builder = new NetworkBuilder("onnx");
	let last = builder.input("x", [6, 6, 2]).name;
	steps.forEach(([operation, inputs, weights], i) => {
		const name = `n${i}`;
		const specification = { name, layer: name, layerType: operation.op, operation, inputs: inputs ?? [last] };
		last = builder.add({ ...specification, weights: weights ?? {} }).name;
	});
	return builder.build(last);
}

const same = { top: 1, bottom: 1, left: 1, right: 1 };
const convolution = (filters: number, into: number): Step => [
	{ op: "Conv2D", strides: [1, 1], dilations: [1, 1], padding: same, groups: 1 },
	undefined,
	{ kernel: weight(3, 3, into, filters), bias: weight(filters) },
];
const relu: Step = [{ op: "Pointwise", function: { fn: "relu" } }];

async function bounded(network: Network) {
	const running = new RunningNetwork(network, network.output);
	const layers = await boundLayers(running, 0, slices(), () => undefined);
	return { running, layers, upper: layers.at(-1)?.product ?? null };
}

beforeAll(async () => {
	await startBackend("auto", null);
});

describe("bounds over the graph", () => {
	const graphs: Readonly<Record<string, readonly Step[]>> = {
		"a chain": [convolution(3, 2), relu, convolution(2, 3)],
		"a residual block": [convolution(2, 2), relu, [{ op: "Add" }, ["x", "n1"]]],
		"a concatenation": [convolution(2, 2), [{ op: "Concatenate", axis: 2 }, ["x", "n0"]]],
		"a maximum": [convolution(2, 2), [{ op: "Binary", function: "maximum" }, ["x", "n0"]]],
		"a difference from a mean over rows": [
			[{ op: "Reduce", kind: "mean", axes: [0], keepDims: true }],
			[{ op: "Binary", function: "subtract" }, ["x", "n0"]],
		],
		"a product with a constant": [
			[{ op: "Constant" }, [], { value: weight(2) }],
			[{ op: "Multiply" }, ["x", "n0"]],
		],
		"a matrix product with a constant": [
			[{ op: "Constant" }, [], { value: weight(2, 3) }],
			[{ op: "MatMul" }, ["x", "n0"]],
		],
		"a batch normalisation before a padded convolution": [
			[
				{ op: "BatchNormalization", epsilon: 1e-3 },
				undefined,
				{ mean: weight(2), variance: { ...weight(2), data: Float32Array.of(0.2, 0.9) }, gamma: weight(2) },
			],
			convolution(3, 2),
		],
	};

	it.each(Object.entries(graphs))("%s: no pair of inputs goes beyond, however near or far", async (_, steps) => {
		const network = networkOf(steps);
		const { upper } = await bounded(network);
		let largest = 0;
		for (let pair = 0; pair < 60; pair++) {
			const scale = 10 ** (2 * random.uniform() - 1);
			const a = Float64Array.from({ length: 72 }, () => scale * random.normal());
			const b = pair % 2 === 0 ? a.map((v) => v + 1e-3 * random.normal()) : a.map(() => scale * random.normal());
			const [ya, yb] = [execute64(network, a), execute64(network, b)];
			const rise = Math.hypot(...ya.map((v, i) => v - (yb[i] as number)));
			largest = Math.max(largest, rise / Math.hypot(...a.map((v, i) => v - (b[i] as number))));
		}
		expect(largest).toBeGreaterThan(0);
		expect(largest).toBeLessThanOrEqual(upper as number);
	});

	it("folds a batch normalisation into the convolution before it and bounds what runs", async () => {
		const scale = Float32Array.of(5, 0.1);
		const network = networkOf([
			convolution(2, 2),
			[
				{ op: "BatchNormalization", epsilon: 0 },
				undefined,
				{
					mean: { name: "m", shape: [2], data: Float32Array.of(0, 0) },
					variance: { name: "v", shape: [2], data: Float32Array.of(1, 1) },
					gamma: { name: "g", shape: [2], data: scale },
				},
			],
		]);
		const { layers } = await bounded(network);
		expect(layers.map(({ name, folded }) => [name, folded])).toEqual([
			["x", []],
			["n0", ["n1"]],
		]);
		const rows: number[] = [];
		const zero = execute64(network, new Float64Array(72));
		for (let i = 0; i < 72; i++) {
			const x = new Float64Array(72);
			x[i] = 1;
			rows.push(...execute64(network, x).map((v, k) => v - (zero[k] as number)));
		}
		const truth = largestSingularValue64(rows, 72, 72);
		expect(layers[1]?.upper).toBeGreaterThanOrEqual(truth);
		expect(layers[1]?.upper).toBeLessThan(1.001 * truth);
	});

	it("names the operation without a bound, and leaves what follows unbounded", async () => {
		const { layers, upper } = await bounded(networkOf([relu, [{ op: "Multiply" }, ["x", "n0"]], relu]));
		expect(upper).toBeNull();
		expect(layers[2]).toMatchObject({ kind: "unbounded", upper: null, because: "a product of two activations" });
		expect(layers[3]).toMatchObject({ kind: "exact", upper: 1, product: null, before: null });
	});

	it("says which weight has values that are no numbers; zeros give zero", async () => {
		const [operation] = convolution(2, 2);
		const kernel = weight(3, 3, 2, 2);
		const spoiled = {
			...kernel,
			data: kernel.data.map((v, i) => (i === 3 ? Number.NaN : v)),
		};
		const nan = await bounded(networkOf([[operation, undefined, { kernel: spoiled }]]));
		expect(nan.layers[1]).toMatchObject({ kind: "unbounded", because: "1 value that is no number in the weight 'w'" });
		const zeros = { ...spoiled, data: spoiled.data.map(() => 0) };
		const zero = await bounded(networkOf([[operation, undefined, { kernel: zeros }], relu]));
		expect(zero.upper).toBe(0);
		expect(zero.layers[1]).toMatchObject({ kind: "exact", upper: 0, lower: 0 });
		expect(new Certifier(zero.running, zero.layers, false).radius(Float32Array.of(1, 0)).radius).toBeCloseTo(
			Math.sqrt(72),
		);
	});

	it("bounds a dense layer that is too large for singular values by sums, in bounded memory", async () => {
		const builder = new NetworkBuilder("onnx");
		builder.input("x", [8200]);
		const data = new Float32Array(8200 * 8200).fill(1e-4);
		const kernel = { name: "w", shape: [8200, 8200], data };
		builder.add({
			name: "y",
			layer: "y",
			layerType: "Dense",
			operation: { op: "Dense" },
			inputs: ["x"],
			weights: { kernel },
		});
		const running = new RunningNetwork(builder.build("y"), "y");
		const node = running.nodes[1] as NetworkNode;
		const { norm } = await operationNorm(node, [{ shape: [8200], constant: null }], slices(), DEFAULT_OPTIONS);
		// All values alike: the matrix has rank one, and the sums are its norm.
		expect(norm).toMatchObject({ kind: "upper", because: "too large for singular values: sums of rows and columns" });
		expect(norm.kind === "unbounded" ? 0 : norm.upper).toBeCloseTo(0.82, 4);
	});

	it("is cancelled between slices and leaves no tensors", async () => {
		const network = networkOf([convolution(3, 2), relu, convolution(2, 3)]);
		const before = tf.memory().numTensors;
		await bounded(network);
		expect(tf.memory().numTensors).toBe(before);
		const controller = new AbortController();
		const cancelled = new Slices(controller.signal);
		controller.abort();
		const long = networkOf(Array.from({ length: 40 }, () => convolution(2, 2)));
		const work = boundLayers(new RunningNetwork(long, long.output), 0, cancelled, () => undefined);
		await expect(work).rejects.toMatchObject({ reason: "cancelled" });
		expect(tf.memory().numTensors).toBe(before);
	});
});

describe("certificates of digits", async () => {
	const train = await mnistDigits("train", 4000);
	const test = await mnistDigits("t10k", 200);
	const none = { range: [0, 1], bgr: false, mean: null, std: null, fit: "resize" } as const;

	it.skipIf(!train || !test).each(["MLP", "CNN"] as const)(
		"of the %s lie below every adversarial found and above zero",
		{ timeout: 120_000 },
		async (kind) => {
			if (!train || !test) return;
			const trained = kind === "MLP" ? trainDigits(train, [32], 3, 1) : trainDigitCnn(train, 2, 1);
			const classifier = new TensorClassifier(withPictureInput(trained, none));
			const { head } = classifier;
			const running = new RunningNetwork(classifier.network, head.logits);
			const layers = await boundLayers(running, 0, slices(), () => undefined);
			const certifier = new Certifier(running, layers, head.single);
			const images = Array.from({ length: test.count }, (_, position) => ({ position, pixels: digit(test, position) }));
			const outcomes = await closestAdversarials(classifier, images, 100);
			const upper = layers.at(-1)?.product as number;
			let [right, above, nearer] = [0, 0, 0];
			const shares: number[] = [];
			outcomes.forEach(({ adversarial, logits }, i) => {
				const x = digit(test, i);
				const { radius, predicted } = certifier.radius(logits);
				if (predicted === test.labels[i]) {
					right++;
					if ((radius as number) > 0) above++;
				}
				if (!adversarial) return;
				const distance = Math.hypot(...x.map((v, k) => v - (adversarial.pixels[k] as number)));
				const rise = Math.hypot(...logits.map((z, j) => z - (adversarial.logits[j] as number)));
				if (distance < (radius as number)) nearer++;
				shares.push((radius as number) / distance);
				expect(rise / distance).toBeLessThanOrEqual(upper);
			});
			shares.sort((a, b) => a - b);
			const share = (at: number) => (shares[Math.floor(at * (shares.length - 1))] as number).toFixed(3);
			console.log(
				`${kind}: ${right} of ${test.count} right, ${above} with a radius above zero; of ${shares.length} adversarials ${nearer} nearer, radius / distance median ${share(0.5)}, largest ${share(1)}`,
			);
			expect(nearer).toBe(0);
			expect(right).toBeGreaterThan(150);
			expect(above).toBeGreaterThanOrEqual(0.95 * right);
			const seen = { gradient: 0, quotient: 0 };
			observe(classifier, test.pixels.subarray(0, 50 * 784), 50, seen);
			expect(seen.gradient).toBeGreaterThan(0);
			expect(Math.max(seen.gradient, seen.quotient)).toBeLessThanOrEqual(upper);
			if (kind === "MLP")
				byHand(
					trained,
					outcomes.map(({ logits }) => logits),
					(logits) => certifier.radius(logits).radius as number,
				);
			classifier.dispose();
		},
	);
});

/** The radius of 784-h-10 with sigmoid units: margin over the product of the first norm, 1/4, and a difference of rows. */
function byHand(network: Network, all: readonly Float32Array[], radius: (logits: Float32Array) => number): void {
	const [first, second] = network.nodes.flatMap(({ weights }) => weights.kernel ?? []) as [Weight, Weight];
	const [into, hidden] = first.shape as [number, number];
	const norm = largestSingularValue64(first.data, into, hidden);
	for (const logits of all) {
		const order = [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number));
		const y = order[0] as number;
		const radii = order.slice(1).map((j) => {
			const difference = Array.from(
				{ length: hidden },
				(_, i) => (second.data[i * 10 + y] as number) - (second.data[i * 10 + j] as number),
			);
			return ((logits[y] as number) - (logits[j] as number)) / (norm * 0.25 * Math.hypot(...difference));
		});
		expect(radius(logits)).toBeGreaterThan(0.99 * Math.min(...radii));
		expect(radius(logits)).toBeLessThanOrEqual(Math.min(...radii));
	}
}
