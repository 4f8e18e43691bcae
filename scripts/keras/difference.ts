/** How far what Blindspot computes is from what Keras computed. */
import * as tf from "@tensorflow/tfjs-core";
import { readNpz } from "../../src/compute/data/npz.js";
import { readModel } from "../../src/compute/formats/read.js";
import { Executor } from "../../src/compute/network/execute.js";

/** Both compute in float32, in different orders; relative to the largest output. */
export const TOLERANCE = 1e-4;

/** Largest difference of the model's output to `y` for `x` of a `.npz` file, relative to the largest of `y`. */
export async function differenceOf(file: string, reference: string): Promise<number> {
	const { arrays } = await readNpz(reference, ["x", "y"]);
	const [x, y] = [arrays.get("x"), arrays.get("y")];
	if (!x || !y) throw new Error(`${reference} has no x and y`);
	const { network } = await readModel(file, { inputSize: null });
	const executor = new Executor(network);
	const found = tf.tidy(() => executor.run(tf.tensor(Float32Array.from(x.data), [...x.shape])).dataSync());
	executor.dispose();
	if (found.length !== y.data.length) throw new Error(`${found.length} values, Keras gives ${y.data.length}`);
	const scale = Math.max(1e-3, ...Array.from(y.data, Math.abs));
	return Math.max(...Array.from(y.data, (v, i) => Math.abs(v - (found[i] as number)))) / scale;
}
