/** Which channels the values of a kernel lie between. */
import type { Without } from "./operationTraits.js";
import type { NetworkNode, Weight } from "./types.js";

/** Which output channel a kernel's value goes to; null for operations without such a kernel. */
export function outputChannel({ operation, weights, outputShape }: NetworkNode): ((i: number) => number) | null {
	const outputs = outputShape.at(-1) as number;
	switch (operation.op) {
		case "Dense":
		case "Conv2D":
		case "DepthwiseConv2D":
			return (i) => i % outputs;
		case "ConvTranspose2D": {
			const [, , perGroup, into] = (weights.kernel as Weight).shape as [number, number, number, number];
			const inputsPerGroup = into / operation.groups;
			return (i) => Math.floor((i % into) / inputsPerGroup) * perGroup + (Math.floor(i / into) % perGroup);
		}
		default:
			operation satisfies Without<"kernel">;
			return null;
	}
}

/** Which input channel a kernel's value takes from. */
export function inputChannel(
	{ operation, weights, outputShape }: NetworkNode,
	channels: number,
): (i: number) => number {
	const outputs = outputShape.at(-1) as number;
	if (operation.op === "DepthwiseConv2D") {
		const multiplier = outputs / channels;
		return (i) => Math.floor((i % outputs) / multiplier);
	}
	const groups = operation.op === "Conv2D" ? operation.groups : 1;
	const perGroup = (weights.kernel as Weight).shape.at(-2) as number;
	return (i) => Math.floor((i % outputs) / (outputs / groups)) * perGroup + (Math.floor(i / outputs) % perGroup);
}

/** The values that lead to one output channel, in the kernel's order; null for operations without such a kernel. */
export function kernelColumn({ operation, weights, outputShape }: NetworkNode, channel: number): Float32Array | null {
	const { kernel } = weights;
	if (!kernel) return null;
	switch (operation.op) {
		case "Dense":
		case "Conv2D":
		case "DepthwiseConv2D": {
			const outputs = outputShape.at(-1) as number;
			const column = new Float32Array(kernel.data.length / outputs);
			for (let k = 0, i = channel; k < column.length; k++, i += outputs) column[k] = kernel.data[i] as number;
			return column;
		}
		case "ConvTranspose2D": {
			const [kh, kw, perGroup, into] = kernel.shape as [number, number, number, number];
			const inputs = into / operation.groups;
			const [group, within] = [Math.floor(channel / perGroup), channel % perGroup];
			return Float32Array.from({ length: kh * kw * inputs }, (_, k) => {
				const row = Math.floor(k / inputs) * perGroup + within;
				return kernel.data[row * into + group * inputs + (k % inputs)] as number;
			});
		}
		default:
			operation satisfies Without<"kernel">;
			return null;
	}
}

/** Which outputs read the same inputs: a number that two output channels share exactly then. */
export function inputsOfChannel({ operation, weights, outputShape }: NetworkNode, channel: number): number {
	const outputs = outputShape.at(-1) as number;
	switch (operation.op) {
		case "Conv2D":
		case "ConvTranspose2D":
			return Math.floor(channel / (outputs / operation.groups));
		case "DepthwiseConv2D":
			return Math.floor(channel / ((weights.kernel as Weight).shape[3] as number));
		case "Dense":
			return 0;
		default:
			operation satisfies Without<"kernel">;
			return 0;
	}
}
