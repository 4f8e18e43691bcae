/** As much of onnxruntime-node as comparisons use, and how far Blindspot's outputs are from its. */
import { createRequire } from "node:module";
import path from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../src/compute/math/random.js";
import { Executor } from "../../src/compute/network/execute.js";
import { sizeOf } from "../../src/compute/network/shapes.js";
import type { Network, Shape } from "../../src/compute/network/types.js";

const PICTURES = 4;

export interface Runtime {
	readonly InferenceSession: { create(path: string): Promise<Session> };
	readonly Tensor: new (
		type: "float32" | "float16",
		data: Float32Array | Uint16Array,
		dims: readonly number[],
	) => RuntimeTensor;
}
export interface Session {
	readonly inputNames: readonly string[];
	readonly outputNames: readonly string[];
	readonly inputMetadata: readonly { readonly type: string; readonly shape: readonly (number | string)[] }[];
	run(feeds: Record<string, RuntimeTensor>): Promise<Record<string, RuntimeTensor>>;
	release(): Promise<void>;
}
interface RuntimeTensor {
	readonly data: Float32Array;
}

/** onnxruntime-node as it is installed in a folder. */
export function loadRuntime(folder: string): Runtime {
	const load = createRequire(path.join(path.resolve(folder), "package.json"));
	return load("onnxruntime-node") as Runtime;
}

/** Largest difference of the outputs for four random pictures, relative to the largest output. */
export async function difference(
	runtime: Runtime,
	session: Session,
	network: Network,
	random: Random,
): Promise<number> {
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
