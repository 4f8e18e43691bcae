import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Slices } from "../../../src/compute/backend/slices.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { DEFAULT_OPTIONS } from "../../../src/compute/lipschitz/convolution.js";
import { boundedSingularValue } from "../../../src/compute/lipschitz/largestSingularValue.js";
import { lowerEstimate } from "../../../src/compute/lipschitz/lowerEstimate.js";
import { operationNorm } from "../../../src/compute/lipschitz/operationNorm.js";
import { provedNorm } from "../../../src/compute/lipschitz/proof.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { Executor } from "../../../src/compute/network/execute.js";
import { samePadding, sizeOf } from "../../../src/compute/network/shapes.js";
import type { Network, NetworkNode, Operation, Pair, Shape, Weight } from "../../../src/compute/network/types.js";
import { largestSingularValue64 } from "../../reference/singularValue64.js";

const CASES = 2000;
const slices = new Slices(new AbortController().signal);

interface Case {
	readonly what: string;
	readonly network: Network;
	readonly node: NetworkNode;
	/** Input size over reach of the kernel, the smaller of the axes that have a window. */
	readonly ratio: number;
}

/** A layer with random weights and geometry. */
function randomCase(seed: number): Case {
	const random = Random.stream(seed, "bruteForce.test");
	const pick = <T>(...choices: readonly T[]): T => choices[random.integer(choices.length)] as T;
	const weight = (...shape: number[]): Weight => ({
		name: "w",
		shape,
		data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
	});
	// A third are long and thin, so that some have many windows side by side and yet a small matrix.
	const isThin = random.uniform() < 1 / 3;
	const kernel: Pair = isThin ? [1, pick(1, 2, 3)] : [pick(1, 2, 3, 4), pick(1, 2, 3, 4)];
	const dilations: Pair = isThin || random.uniform() < 0.8 ? [1, 1] : [pick(1, 2), pick(1, 2)];
	const reach = [(kernel[0] - 1) * dilations[0] + 1, (kernel[1] - 1) * dilations[1] + 1] as const;
	const strides: Pair = isThin ? [1, pick(1, 1, 2)] : [pick(1, 1, 2, 3), pick(1, 1, 2, 3)];
	const groups = pick(1, 1, 2);
	const channels = groups * pick(1, 2);
	const size: Pair = isThin
		? [1, reach[1] * pick(8, 10, 12)]
		: [reach[0] + random.integer(4), reach[1] + random.integer(4)];
	const most = [reach[0] - 1, reach[1] - 1] as const;
	const own = { top: random.integer(most[0] + 1), bottom: random.integer(most[0] + 1) };
	const sides = { left: random.integer(most[1] + 1), right: random.integer(most[1] + 1) };
	const same = samePadding(size, kernel, strides, dilations);
	const none = { top: 0, bottom: 0, left: 0, right: 0 };
	const padding = pick(same, none, { ...own, ...sides });
	const filters = groups * pick(1, 2, 3);
	const poolPadding = pick(same, none, {
		top: Math.min(own.top, kernel[0] - 1),
		bottom: 0,
		left: Math.min(sides.left, kernel[1] - 1),
		right: 0,
	});
	const makers: (() => readonly [Operation, NetworkNode["weights"]])[] = [
		() => [
			{ op: "Conv2D", strides, dilations, padding, groups },
			{ kernel: weight(...kernel, channels / groups, filters) },
		],
		() => [{ op: "DepthwiseConv2D", strides, dilations, padding }, { kernel: weight(...kernel, channels, pick(1, 2)) }],
		() => [
			{
				op: "ConvTranspose2D",
				strides,
				dilations,
				padding: pick(none, { ...none, top: Math.min(1, most[0]), right: Math.min(1, most[1]) }),
				outputPadding: [random.integer(strides[0]), random.integer(strides[1])],
				groups,
			},
			{ kernel: weight(...kernel, filters / groups, channels) },
		],
		() => [
			{ op: "AveragePool2D", size: kernel, strides, padding: poolPadding, countPadding: random.uniform() < 0.5 },
			{},
		],
		() => {
			const axis = (from: number) => {
				const rows = from + random.integer(5);
				const data = Float32Array.from({ length: rows * from }, (_, i) => {
					const at = (Math.floor(i / from) * (from - 1)) / Math.max(1, rows - 1);
					return Math.max(0, 1 - Math.abs(at - (i % from)));
				});
				return { rows, columns: from, data };
			};
			return [{ op: "Resample2D", rows: axis(size[0]), columns: axis(size[1]) }, {}];
		},
	];
	const [operation, weights] = (seed % 10 < 4 ? makers[0] : (makers[1 + (seed % 4)] as (typeof makers)[number]))!();
	const builder = new NetworkBuilder("onnx");
	builder.input("x", [...size, channels]);
	const node = builder.add({ name: "y", layer: "y", layerType: operation.op, operation, inputs: ["x"], weights });
	const ratios = ([0, 1] as const).flatMap((axis) => (reach[axis] > 1 ? [size[axis] / reach[axis]] : []));
	return { what: `${seed}: ${operation.op}`, network: builder.build("y"), node, ratio: Math.min(...ratios) };
}

/** The layer's own matrix, its rows what becomes of each basis vector. */
function layerMatrix({ network, node }: Case): readonly [Float32Array, number, number] {
	const shape = network.nodes[0]?.outputShape as Shape;
	const inputs = sizeOf(shape);
	const outputs = sizeOf(node.outputShape);
	const executor = new Executor(network);
	const rows = tf.tidy(() => {
		const nothing = executor.run(tf.zeros([1, ...shape]), "y");
		const basis = tf.reshape(tf.eye(inputs), [inputs, ...shape]);
		return tf.sub(executor.run(basis, "y"), nothing).dataSync() as Float32Array;
	});
	executor.dispose();
	return [rows, inputs, outputs];
}

describe("norms of random small layers", () => {
	beforeAll(async () => {
		// Tiny tensors: plain JavaScript has the least overhead.
		await startBackend("js", null);
	});

	it(`lie above the largest singular value of each of ${CASES} layers' own matrices, lower estimates below`, {
		timeout: 300_000,
	}, async () => {
		const gaps = new Map<string, number[]>();
		const before = tf.memory().numTensors;
		for (let seed = 0; seed < CASES; seed++) {
			const one = randomCase(seed);
			const { node, what, ratio } = one;
			const shape = one.network.nodes[0]?.outputShape as Shape;
			const [matrix, inputs, outputs] = layerMatrix(one);
			const truth = largestSingularValue64(matrix, inputs, outputs);
			const { norm } = await operationNorm(node, [{ shape, constant: null }], slices, {
				alwaysCircular: true,
				withOwnGrid: false,
				// Small matrices as these are swept; every fourth is bounded as large ones are.
				bound: seed % 4 === 0 ? provedNorm : boundedSingularValue,
			});
			if (norm.kind === "unbounded") throw new Error(`${what}: ${norm.because}`);
			const lower = await lowerEstimate(node, shape, Random.stream(seed, "stretch"), slices);
			expect(norm.upper, what).toBeGreaterThanOrEqual(truth);
			expect((lower as number) * (1 - 1e-4), what).toBeLessThanOrEqual(truth);
			// What is called exact is so to the margin of the proof.
			if (norm.kind === "exact") expect(norm.upper, what).toBeLessThanOrEqual(truth * 1.001);
			if (norm.kind === "upper" && truth > 0) {
				const from = [8, 4, 2, 1].find((bound) => ratio >= bound) ?? 0;
				const list = gaps.get(`n/k >= ${from}`) ?? [];
				gaps.set(`n/k >= ${from}`, [...list, norm.upper / truth - 1]);
			}
		}
		expect(tf.memory().numTensors).toBe(before);
		for (const [range, list] of [...gaps].sort()) {
			const sorted = list.sort((a, b) => a - b);
			const at = (share: number) =>
				`${(100 * (sorted[Math.floor(share * (sorted.length - 1))] as number)).toFixed(2)}%`;
			console.log(`${range}: ${list.length} layers, gap to the truth: median ${at(0.5)}, largest ${at(1)}`);
		}
		const wide = (gaps.get("n/k >= 8") as number[]).sort((a, b) => a - b);
		expect(wide.length).toBeGreaterThan(100);
		expect(wide[Math.floor(wide.length / 2)]).toBeLessThan(0.02);
	});

	it("are exact where the layer's own matrix is taken", { timeout: 60_000 }, async () => {
		for (let seed = 0; seed < 100; seed++) {
			const one = randomCase(seed);
			const shape = one.network.nodes[0]?.outputShape as Shape;
			const truth = largestSingularValue64(...layerMatrix(one));
			const { norm } = await operationNorm(one.node, [{ shape, constant: null }], slices, {
				...DEFAULT_OPTIONS,
				withOwnGrid: false,
			});
			if (norm.kind === "unbounded") throw new Error(`${one.what}: ${norm.because}`);
			expect(norm.upper, one.what).toBeGreaterThanOrEqual(truth);
			if (norm.kind === "exact") expect(norm.upper, one.what).toBeLessThanOrEqual(truth * 1.001);
		}
	});
});
