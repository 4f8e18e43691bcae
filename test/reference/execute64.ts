/**
 * A second executor of `Network`, written as plain loops in float64 straight from the operations' definitions.
 * Slow and independent of TensorFlow.js: the truth that the real executor is tested against.
 */
import { sizeOf } from "../../src/compute/network/shapes.js";
import type { Network, NetworkNode, Operation, Shape, Weight } from "../../src/compute/network/types.js";
import { computeImage, isImageOperation } from "./images64.js";
import { pointwise64 } from "./pointwise64.js";
import { computeTensor, isTensorOperation } from "./tensors64.js";
import { at, broadcastIndex, combine, type Value } from "./values64.js";

/** Value of `name` for one example. */
export function execute64(network: Network, input: ArrayLike<number>, name: string = network.output): Float64Array {
	const values = new Map<string, Value>();
	for (const node of network.nodes) {
		const inputs = node.inputs.map((from) => values.get(from) as Value);
		const data = node.operation.op === "Input" ? Float64Array.from(input) : compute(node, node.operation, inputs);
		if (data.length !== sizeOf(node.outputShape))
			throw new Error(`${node.name}: ${data.length} values, shape ${node.outputShape}`);
		values.set(node.name, { shape: node.outputShape, data });
		if (node.name === name) return data;
	}
	throw new Error(`no node ${name}`);
}

/** Directional derivative of `sum(cotangent · value)` along `direction`, by central differences in float64. */
export function directionalDerivative64(
	network: Network,
	input: ArrayLike<number>,
	direction: ArrayLike<number>,
	cotangent: ArrayLike<number>,
	name: string = network.output,
	step = 1e-6,
): number {
	const at = (t: number): number => {
		const moved = Float64Array.from(input, (v, i) => v + t * (direction[i] as number));
		return execute64(network, moved, name).reduce((sum, v, i) => sum + v * (cotangent[i] as number), 0);
	};
	return (at(step) - at(-step)) / (2 * step);
}

function compute(
	node: NetworkNode,
	operation: Exclude<Operation, { op: "Input" }>,
	inputs: readonly Value[],
): Float64Array {
	const x = inputs[0] as Value;
	const { kernel, bias, gamma, beta, mean, variance, scale, offset, alpha } = node.weights;
	if (isImageOperation(operation)) return computeImage(node, operation, x);
	if (isTensorOperation(operation)) return computeTensor(node, operation, inputs);
	const channels = x.shape.at(-1) as number;
	switch (operation.op) {
		case "Dense": {
			const [into, out] = (kernel as Weight).shape as [number, number];
			const y = new Float64Array((x.data.length / into) * out);
			for (let row = 0; row < x.data.length / into; row++)
				for (let o = 0; o < out; o++) {
					let sum = bias ? at(bias, o) : 0;
					for (let i = 0; i < into; i++) sum += at(x, row * into + i) * at(kernel as Weight, i * out + o);
					y[row * out + o] = sum;
				}
			return y;
		}
		case "BatchNormalization":
			return x.data.map((v, i) => {
				const c = i % channels;
				const normal = (v - at(mean as Weight, c)) / Math.sqrt(at(variance as Weight, c) + operation.epsilon);
				return normal * (gamma ? at(gamma, c) : 1) + (beta ? at(beta, c) : 0);
			});
		case "Affine": {
			const per = (w: Weight | undefined, otherwise: number) => {
				const pick = broadcastIndex(w?.shape ?? [], x.shape);
				return (i: number) => (w ? at(w, pick(i)) : otherwise);
			};
			const [grow, shift] = [per(scale, 1), per(offset, 0)];
			return x.data.map((v, i) => v * grow(i) + shift(i));
		}
		case "Flatten":
		case "Reshape":
		case "Identity":
			return x.data;
		case "Pointwise":
			return x.data.map((v) => pointwise64(operation.function, v));
		case "PReLU": {
			const w = alpha as Weight;
			const pick = broadcastIndex(w.shape, x.shape);
			return x.data.map((v, i) => (v >= 0 ? v : at(w, pick(i)) * v));
		}
		case "Softmax":
		case "LogSoftmax": {
			const y = new Float64Array(x.data.length);
			for (let start = 0; start < y.length; start += channels) {
				const row = x.data.subarray(start, start + channels);
				const top = Math.max(...row);
				const total = row.reduce((sum, v) => sum + Math.exp(v - top), 0);
				row.forEach((v, i) => {
					y[start + i] = operation.op === "Softmax" ? Math.exp(v - top) / total : v - top - Math.log(total);
				});
			}
			return y;
		}
		case "Add":
			return combine(node.outputShape, inputs, (a, b) => a + b);
		case "Multiply":
			return combine(node.outputShape, inputs, (a, b) => a * b);
		case "Concatenate": {
			const inner = (shape: Shape) => sizeOf(shape.slice(operation.axis));
			const total = inner(node.outputShape);
			const y = new Float64Array(sizeOf(node.outputShape));
			let before = 0;
			for (const { shape, data } of inputs) {
				const own = inner(shape);
				data.forEach((v, i) => {
					y[Math.floor(i / own) * total + before + (i % own)] = v;
				});
				before += own;
			}
			return y;
		}
	}
}
