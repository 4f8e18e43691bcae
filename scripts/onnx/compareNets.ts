/**
 * Compares ONNX files of a folder with onnxruntime-node: outputs for four random pictures, and how long reading
 * takes beside the runtime's session creation.
 *
 *   node scripts/run.mjs scripts/onnx/compareNets.ts RUNTIME_FOLDER FILE...
 */
import { createRequire } from "node:module";
import path from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { asBlindspotError } from "../../src/compute/errors.js";
import { readModel } from "../../src/compute/formats/read.js";
import { Random } from "../../src/compute/math/random.js";
import { Executor } from "../../src/compute/network/execute.js";
import { sizeOf } from "../../src/compute/network/shapes.js";
import type { Network, Shape } from "../../src/compute/network/types.js";

const PICTURES = 4;
/** Both compute in float32, in different orders. */
const TOLERANCE = 1e-4;
const READINGS = 5;

/** As much of onnxruntime-node's interface as is used. */
interface Runtime {
	readonly InferenceSession: { create(path: string): Promise<Session> };
	readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => RuntimeTensor;
}
interface Session {
	readonly inputNames: readonly string[];
	readonly outputNames: readonly string[];
	readonly inputMetadata: readonly { readonly shape: readonly (number | string)[] }[];
	run(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
	release(): Promise<void>;
}
interface RuntimeTensor {
	readonly data: Float32Array;
}

async function main(): Promise<boolean> {
	const [folder = "", ...files] = process.argv.slice(2);
	const load = createRequire(path.join(path.resolve(folder), "package.json"));
	const runtime = load("onnxruntime-node") as Runtime;
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

/** Largest difference over pictures, relative to the largest output. */
async function difference(runtime: Runtime, session: Session, network: Network, random: Random): Promise<number> {
	const shape = (network.nodes[0] as { outputShape: Shape }).outputShape;
	const [input, output] = [session.inputNames[0] as string, session.outputNames[0] as string];
	const declared = session.inputMetadata[0]?.shape ?? [];
	const channelsLast = declared.length === 4 && declared[3] === shape[2] && declared[1] !== shape[2];
	const batch = typeof declared[0] === "number" && declared[0] > 0 ? declared[0] : PICTURES;
	const executor = new Executor(network);
	let [worst, largest] = [0, 1e-3];
	for (let done = 0; done < PICTURES; done += batch) {
		const data = Float32Array.from({ length: batch * sizeOf(shape) }, () => random.normal());
		const ours = tf.tidy(() => executor.run(tf.tensor(data, [batch, ...shape])).dataSync());
		const theirs = tf.tidy(() => {
			const pictures = tf.tensor(data, [batch, ...shape]);
			return (channelsLast ? pictures : tf.transpose(pictures, [0, 3, 1, 2])).dataSync() as Float32Array;
		});
		const [h, w, c] = shape as [number, number, number];
		const dims = channelsLast ? [batch, h, w, c] : [batch, c, h, w];
		const results = await session.run({ [input]: new runtime.Tensor("float32", theirs, dims) });
		const expected = (results[output] as RuntimeTensor).data;
		if (expected.length !== ours.length)
			throw new Error(`${ours.length} outputs, the runtime gives ${expected.length}`);
		expected.forEach((v, i) => {
			largest = Math.max(largest, Math.abs(v));
			worst = Math.max(worst, Math.abs(v - (ours[i] as number)));
		});
	}
	executor.dispose();
	return worst / largest;
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
