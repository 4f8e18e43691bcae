/** Compares the executor with the float64 reference: values for a batch, and gradients. */
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { Executor } from "../../../src/compute/network/execute.js";
import { sizeOf } from "../../../src/compute/network/shapes.js";
import type { Network, Operation, Shape, Weight, WeightRole } from "../../../src/compute/network/types.js";
import { availableBackends } from "../../backends.js";
import { directionalDerivative64, execute64 } from "../../reference/execute64.js";

/** float32 arithmetic over the few hundred terms of these nets, relative to the largest value. */
const TOLERANCE = 2e-5;

const random = Random.stream(1, "execute.test");
export const normals = (count: number, scale = 1) =>
	Float32Array.from({ length: count }, () => scale * random.normal());

/** Normal values; scaled so that chains of operations stay near 1. */
export function weight(name: string, shape: Shape, scale = 0.5): Weight {
	return { name, shape, data: normals(sizeOf(shape), scale) };
}

export type Weights = Partial<Record<WeightRole, Weight>>;

/** A network of one operation on one input. */
export function single(input: Shape, operation: Operation, weights: Weights = {}): Network {
	const builder = new NetworkBuilder("keras-v3");
	builder.input("x", input);
	builder.add({ name: "y", layer: "y", layerType: operation.op, operation, inputs: ["x"], weights });
	return builder.build("y");
}

export interface Case {
	readonly name: string;
	readonly network: Network;
	/** Maps normal inputs into the operation's domain. */
	readonly domain?: (v: number) => number;
}

const backends = await availableBackends();

/** Adds the tests of these networks, on each backend that this machine has. */
export function describeAgreement(cases: readonly Case[]): void {
	describe.each(backends)("%s", (backend) => {
		beforeAll(async () => {
			await startBackend(backend, null);
		});

		describe.each(cases)("$name", ({ network, domain = (v) => v }) => {
			const shape = (network.nodes[0] as { outputShape: Shape }).outputShape;
			const size = sizeOf(shape);
			const batch = 3;
			const input = normals(batch * size).map(domain);

			it("gives what the float64 reference gives, for each image of a batch", () => {
				const executor = new Executor(network);
				const before = tf.memory().numTensors;
				const found = tf.tidy(() => executor.run(tf.tensor(input, [batch, ...shape])).dataSync());
				executor.dispose();
				const expected = Array.from({ length: batch }, (_, i) =>
					Array.from(execute64(network, input.subarray(i * size, (i + 1) * size))),
				).flat();
				expectNear(found, expected, TOLERANCE);
				expect(tf.memory().numTensors).toBe(before);
			});

			it("has the gradient of the tape and of the float64 reference, for each image of a batch", () => {
				const executor = new Executor(network);
				const outputs = sizeOf((network.nodes.at(-1) as { outputShape: Shape }).outputShape);
				const cotangent = normals(batch * outputs);
				const weights = (value: tf.Tensor) => tf.tensor(cotangent, value.shape);
				const points = tf.tensor(input, [batch, ...shape]);
				const before = tf.memory().numTensors;
				const gradient = tf.tidy(() =>
					executor.differentiate(points, network.output, weights).gradient.dataSync(),
				) as Float32Array;
				const taped = tf.tidy(() =>
					tf
						.grad((x: tf.Tensor) => {
							const value = executor.run(x);
							return tf.sum(tf.mul(value, weights(value)));
						})(points)
						.dataSync(),
				) as Float32Array;
				executor.dispose();
				expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
				points.dispose();
				expectNear(gradient, taped, TOLERANCE);
				for (let k = 0; k < batch; k++) {
					const direction = normals(size);
					const [point, weighing] = [input.subarray(k * size, (k + 1) * size), cotangent.subarray(k * outputs)];
					const expected = directionalDerivative64(network, point, direction, weighing);
					const found = direction.reduce((sum, d, i) => sum + d * (gradient[k * size + i] as number), 0);
					const scale = Math.hypot(...direction.map((d, i) => d * (gradient[k * size + i] as number)));
					expect(Math.abs(found - expected)).toBeLessThan(1e-4 * Math.max(1, scale));
				}
			});
		});
	});
}

function expectNear(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
	expect(found.length).toBe(expected.length);
	const scale = Math.max(1, ...Array.from(expected, Math.abs));
	const worst = Math.max(...Array.from(expected, (v, i) => Math.abs(v - (found[i] as number))));
	expect(worst).toBeLessThan(tolerance * scale);
}
