/**
 * Compares ONNX files of a folder with onnxruntime-node: outputs for four random pictures, and how long reading
 * takes beside the runtime's session creation.
 *
 *   node scripts/run.mjs scripts/onnx/compareNets.ts RUNTIME_FOLDER FILE...
 */
import path from "node:path";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { asBlindspotError } from "../../src/compute/errors.js";
import { readModel } from "../../src/compute/formats/read.js";
import { Random } from "../../src/compute/math/random.js";
import type { Network } from "../../src/compute/network/types.js";
import { difference, loadRuntime, type Runtime } from "./runtime.js";

/** Both compute in float32, in different orders. */
const TOLERANCE = 1e-4;
const READINGS = 5;

async function main(): Promise<boolean> {
	const [folder = "", ...files] = process.argv.slice(2);
	const runtime = loadRuntime(folder);
	await startBackend("auto", null);
	const random = Random.stream(7, "compareNets");
	let isFine = true;
	const ratios: number[] = [];
	for (const file of files) {
		const name = path.basename(path.dirname(file)) + path.sep + path.basename(file);
		try {
			const session = await runtime.InferenceSession.create(file);
			const network = (await readModel(file, { inputSize: null })).network;
			const worst = await difference(runtime, session, network, random);
			await session.release();
			const [reading, creating] = await times(runtime, file);
			ratios.push(reading / creating);
			const steps = network.nodes.length;
			console.log(
				`${worst < TOLERANCE ? "same" : "DIFFERENT"}  ${name}: ${worst.toExponential(1)} of the largest output, ${steps} nodes; ` +
					`reading ${reading.toFixed(1)} ms, session ${creating.toFixed(1)} ms`,
			);
			if (process.env.SHOW_OPERATIONS) console.log(`    ${histogram(network)}`);
			if (!(worst < TOLERANCE)) isFine = false;
		} catch (error) {
			console.log(`FAILED  ${name}: ${asBlindspotError(error).message}`);
			isFine = false;
		}
	}
	ratios.sort((a, b) => a - b);
	const median = ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
	console.log(`Reading takes ${median.toFixed(2)} times the session's creation (median of ${ratios.length} files).`);
	return isFine;
}

/** Milliseconds of reading and of creating a session: the fastest of several. */
async function times(runtime: Runtime, file: string): Promise<readonly [reading: number, creating: number]> {
	let [reading, creating] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
	for (let i = 0; i < READINGS; i++) {
		let start = performance.now();
		await readModel(file, { inputSize: null });
		reading = Math.min(reading, performance.now() - start);
		start = performance.now();
		const session = await runtime.InferenceSession.create(file);
		creating = Math.min(creating, performance.now() - start);
		await session.release();
	}
	return [reading, creating];
}

function histogram({ nodes }: Network): string {
	const counts = new Map<string, number>();
	for (const { operation } of nodes) counts.set(operation.op, (counts.get(operation.op) ?? 0) + 1);
	return [...counts].map(([op, count]) => `${op} ${count}`).join(", ");
}

void main().then((isFine) => {
	process.exitCode = isFine ? 0 : 1;
});
