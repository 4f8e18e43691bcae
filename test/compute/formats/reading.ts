/** Shortcuts for tests: a configuration and weights in, a network or an error out. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { BlindspotError, type ErrorReason } from "../../../src/compute/errors.js";
import { type ReadOptions, readModel } from "../../../src/compute/formats/read.js";
import type { Network, NetworkNode } from "../../../src/compute/network/types.js";
import { input, type NamedValues, type Serialised, sequential, withFolder, writeTfjs } from "./writers.js";

const NO_SIZE: ReadOptions = { inputSize: null };

/** Reads a TensorFlow.js model written for the occasion. */
export function readTfjs(topology: Serialised, weights: NamedValues = {}, options = NO_SIZE): Promise<Network> {
	return withFolder(async (folder) => (await readModel(await writeTfjs(folder, topology, weights), options)).network);
}

/** Reads bytes as a file of the given name. */
export function readBytes(bytes: Uint8Array, name: string, options = NO_SIZE): Promise<Network> {
	return withFolder(async (folder) => {
		const path = join(folder, name);
		await writeFile(path, bytes);
		return (await readModel(path, options)).network;
	});
}

/** The nodes that one layer becomes, reading pictures of `shape`. */
export async function nodesOf(
	layers: Serialised | readonly Serialised[],
	shape: readonly number[],
	weights: NamedValues = {},
): Promise<readonly NetworkNode[]> {
	const list = Array.isArray(layers) ? (layers as readonly Serialised[]) : [layers as Serialised];
	const network = await readTfjs(sequential([input(shape), ...list]), weights);
	return network.nodes.slice(1);
}

/** Awaits a refusal and checks that it is typed and that its message says this. */
export async function expectRefusal(work: Promise<unknown>, reason: ErrorReason, says: string | RegExp): Promise<void> {
	const thrown = await work.then(
		() => null,
		(error: unknown) => error,
	);
	expect(thrown).toBeInstanceOf(BlindspotError);
	const error = thrown as BlindspotError;
	if (typeof says === "string") expect(error.message).toContain(says);
	else expect(error.message).toMatch(says);
	expect(error.reason).toBe(reason);
}
