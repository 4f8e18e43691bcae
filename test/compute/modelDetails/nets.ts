/** Small networks with given weights. */

import { Slices } from "../../../src/compute/backend/slices.js";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { sizeOf } from "../../../src/compute/network/shapes.js";
import type { Network, NetworkNode, Operation, Shape, Weight } from "../../../src/compute/network/types.js";

export const unhurried = () => new Slices(new AbortController().signal);

export const CONV: Extract<Operation, { op: "Conv2D" }> = {
	op: "Conv2D",
	strides: [1, 1],
	dilations: [1, 1],
	padding: { top: 1, bottom: 1, left: 1, right: 1 },
	groups: 1,
};

export function weight(shape: Shape, data: ArrayLike<number>, name = "w"): Weight {
	return { name, shape, data: Float32Array.from(data) };
}

export function randomWeight(shape: Shape, seed: number): Weight {
	const random = Random.stream(seed, "modelDetails");
	return weight(
		shape,
		Array.from({ length: sizeOf(shape) }, () => random.normal()),
	);
}

export interface Step {
	readonly name: string;
	readonly operation: Operation;
	readonly weights?: NetworkNode["weights"];
	readonly inputs?: readonly string[];
}

/** A chain of layers, each a node, unless a step says what it reads. */
export function network(input: Shape, ...steps: readonly Step[]): Network {
	const builder = new NetworkBuilder("keras-v3");
	let last = builder.input("picture", input).name;
	for (const { name, operation, weights = {}, inputs = [last] } of steps)
		last = builder.add({ name, layer: name, layerType: operation.op, operation, inputs, weights }).name;
	return builder.build(last);
}
