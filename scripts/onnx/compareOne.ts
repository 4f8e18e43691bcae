/**
 * Reads one ONNX file, runs it, and compares it with onnxruntime-node. Prints one line of JSON.
 *
 *   node scripts/run.mjs scripts/onnx/compareOne.ts RUNTIME_FOLDER FILE...
 *
 * Several files are compared one after the other; the memory said is the process's largest until then.
 */
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { asBlindspotError } from "../../src/compute/errors.js";
import { readModel } from "../../src/compute/formats/read.js";
import { Random } from "../../src/compute/math/random.js";
import { Executor } from "../../src/compute/network/execute.js";
import type { Shape } from "../../src/compute/network/types.js";
import { difference, loadRuntime } from "./runtime.js";

async function main(): Promise<void> {
	const [folder = "", ...files] = process.argv.slice(2);
	await startBackend("auto", null);
	for (const file of files) console.log(JSON.stringify({ file, ...(await compared(folder, file)) }));
}

async function compared(folder: string, file: string): Promise<Record<string, unknown>> {
	try {
		const started = performance.now();
		const { network } = await readModel(file, { inputSize: null });
		const seconds = (performance.now() - started) / 1000;
		const executor = new Executor(network);
		tf.tidy(() => executor.run(tf.zeros([1, ...(network.nodes[0] as { outputShape: Shape }).outputShape])).dataSync());
		executor.dispose();
		const mebibytes = process.resourceUsage().maxRSS / 1024;
		const runtime = loadRuntime(folder);
		const session = await runtime.InferenceSession.create(file);
		const worst = await difference(runtime, session, network, Random.stream(7, "compareOne"));
		await session.release();
		return { nodes: network.nodes.length, worst, seconds, mebibytes };
	} catch (error) {
		return { failed: asBlindspotError(error).message };
	}
}

void main();
