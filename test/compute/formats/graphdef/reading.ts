/** Shortcuts for tests: a graph in, a network or its values out. */
import { readModel } from "../../../../src/compute/formats/read.js";
import type { Network } from "../../../../src/compute/network/types.js";
import { execute64 } from "../../../reference/execute64.js";
import { withFolder } from "../writers.js";
import { type GraphSpec, type NodeSpec, node, placeholder, writeGraphModel, writeSavedModel } from "./writer.js";

/** As both formats that hold such a graph are read. */
export type Container = "GraphModel" | "SavedModel";

export function read(
	spec: GraphSpec,
	container: Container = "SavedModel",
	output: string | null = null,
): Promise<Network> {
	return withFolder(async (folder) => {
		const path = await (container === "GraphModel" ? writeGraphModel : writeSavedModel)(folder, spec);
		return (await readModel(path, { inputSize: null, output })).network;
	});
}

/** The network of a placeholder `x` and these nodes, the last of which is called `y`. */
export function readNodes(shape: readonly number[], nodes: readonly NodeSpec[]): Promise<Network> {
	return read({ nodes: [placeholder("x", shape), ...nodes] });
}

/** What comes out of such a network for one input, by the float64 reference. */
export async function valuesOf(
	shape: readonly number[],
	nodes: readonly NodeSpec[],
	input: readonly number[],
): Promise<readonly number[]> {
	return Array.from(execute64(await readNodes(shape, nodes), input));
}

export function relu(name: string, input: string): NodeSpec {
	return node(name, "Relu", input);
}
