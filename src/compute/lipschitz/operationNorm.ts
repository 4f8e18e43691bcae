/** The norm of every operation, and how it composes with the bounds of what goes in. */

import type { Slices } from "../backend/slices.js";
import type { NetworkNode } from "../network/types.js";
import type { ConvolutionOptions } from "./convolution.js";
import { type InputFacts, multiInputNorm, type OperationNorm, unary } from "./multiInputNorms.js";
import { unbounded } from "./norm.js";
import { unaryNorm } from "./unaryNorms.js";

/**
 * The L2 operator norm of a node as it runs, for inputs of the given shapes. Throws `cancelled` when the signal of
 * `slices` is raised.
 */
export async function operationNorm(
	node: NetworkNode,
	inputs: readonly InputFacts[],
	slices: Slices,
	options: ConvolutionOptions,
): Promise<OperationNorm> {
	const spoiled = spoiledWeight(node) ?? inputs.map(({ constant }) => constant && spoiledIn(constant)).find(Boolean);
	if (spoiled) return unary(unbounded(spoiled));
	const found = await boundedNorm(node, inputs, slices, options);
	const { norm } = found;
	if (norm.kind === "unbounded" || Number.isFinite(norm.upper)) return found;
	return unary(unbounded("its weights are too large, or no numbers once they are combined"));
}

async function boundedNorm(
	node: NetworkNode,
	inputs: readonly InputFacts[],
	slices: Slices,
	options: ConvolutionOptions,
): Promise<OperationNorm> {
	const { operation } = node;
	switch (operation.op) {
		case "Add":
		case "Concatenate":
		case "Multiply":
		case "Binary":
		case "Select":
		case "MatMul":
			return multiInputNorm(node, operation, inputs, slices);
		default:
			return unary(await unaryNorm(node, operation, inputs[0]?.shape ?? [], slices, options));
	}
}

/** Says which of the weights have values that are no numbers. */
function spoiledWeight({ weights }: NetworkNode): string | null {
	for (const { name, data } of Object.values(weights)) {
		const spoiled = spoiledIn(data);
		if (spoiled) return `${spoiled} in the weight '${name}'`;
	}
	return null;
}

function spoiledIn(data: Float32Array): string | null {
	let count = 0;
	for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i] as number)) count++;
	return count > 0 ? `${count} value${count === 1 ? "" : "s"} that ${count === 1 ? "is" : "are"} no number` : null;
}
