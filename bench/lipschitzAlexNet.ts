/**
 * Bounds of an untrained network with AlexNet's shapes, for docs/lipschitz.md:
 *
 *   node scripts/run.mjs bench/lipschitzAlexNet.ts
 *
 * Weights are normal with variance 2 / inputs (He et al., "Delving deep into rectifiers", 2015).
 */

import { Slices } from "../src/compute/backend/slices.js";
import { startBackend } from "../src/compute/backend/startBackend.js";
import { boundLayers, RunningNetwork } from "../src/compute/lipschitz/layers.js";
import { Random } from "../src/compute/math/random.js";
import { NetworkBuilder } from "../src/compute/network/build.js";
import { NO_PADDING } from "../src/compute/network/shapes.js";
import type { NetworkNode, Operation, Weight } from "../src/compute/network/types.js";

const random = Random.stream(0, "AlexNet");
const builder = new NetworkBuilder("keras-v3");
let last = builder.input("picture", [227, 227, 3]).name;

function add(name: string, operation: Operation, weights: NetworkNode["weights"] = {}): void {
	last = builder.add({ name, layer: name, layerType: operation.op, operation, inputs: [last], weights }).name;
}

function drawn(...shape: number[]): Weight {
	const inputs = shape.slice(0, -1).reduce((a, b) => a * b, 1);
	const scale = Math.sqrt(2 / inputs);
	const data = Float32Array.from({ length: inputs * (shape.at(-1) as number) }, () => scale * random.normal());
	return { name: "kernel", shape, data };
}

function convolution(name: string, k: number, into: number, out: number, stride: number, p: number): void {
	const padding = { top: p, bottom: p, left: p, right: p };
	const operation = { op: "Conv2D", strides: [stride, stride], dilations: [1, 1], padding, groups: 1 } as const;
	add(name, operation, { kernel: drawn(k, k, into, out) });
	add(`${name}/relu`, { op: "Pointwise", function: { fn: "relu" } });
}

function pooling(name: string): void {
	add(name, { op: "MaxPool2D", size: [3, 3], strides: [2, 2], padding: NO_PADDING });
}

convolution("conv1", 11, 3, 96, 4, 0);
pooling("pool1");
convolution("conv2", 5, 96, 256, 1, 2);
pooling("pool2");
convolution("conv3", 3, 256, 384, 1, 1);
convolution("conv4", 3, 384, 384, 1, 1);
convolution("conv5", 3, 384, 256, 1, 1);
pooling("pool5");
add("flatten", { op: "Flatten" });
add("fc1", { op: "Dense" }, { kernel: drawn(9216, 4096) });
add("fc1/relu", { op: "Pointwise", function: { fn: "relu" } });
add("fc2", { op: "Dense" }, { kernel: drawn(4096, 4096) });
add("fc2/relu", { op: "Pointwise", function: { fn: "relu" } });
add("fc3", { op: "Dense" }, { kernel: drawn(4096, 1000) });

async function main(): Promise<void> {
	await startBackend("auto", null);
	const slices = new Slices(new AbortController().signal);
	await boundLayers(new RunningNetwork(builder.build(last), last), 0, slices, (_, layer) => {
		const { name, kind, upper, lower, circular, product } = layer;
		if (upper === 1) return;
		const figures = [upper, lower, circular, product].map((value) => value?.toPrecision(4) ?? "-");
		console.log([name, kind, ...figures].join("  "));
	});
}

void main();
