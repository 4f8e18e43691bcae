/** Files of kinds that people were seen to be stuck with, beside the checkout where they are; pixels as each net takes them. */
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../../src/compute/backend/startBackend.js";
import { readNpz } from "../../../../src/compute/data/npz.js";
import { readModel } from "../../../../src/compute/formats/read.js";
import { Executor } from "../../../../src/compute/network/execute.js";
import { readFloat32Npy, sharedCase } from "../../../sharedData.js";

beforeAll(async () => {
	await startBackend("auto", null);
});

describe("Keras files as people have them give what Keras gives", () => {
	it.each([
		"03-keras-resizing-rescaling",
		"05-keras-preprocess-tf",
		"07-keras-preprocess-torch",
		"08-keras-ops-relu-expanddims",
		"10-keras-mobilenetv3-add3",
	])("%s", async (name) => {
		const folder = sharedCase(name);
		if (!folder) return;
		const { network } = await readModel(join(folder, "model.keras"), { inputSize: null });
		const { arrays } = await readNpz(join(folder, "x.npz"), ["x"]);
		const x = arrays.get("x");
		if (!x) throw new Error(`${name} has no x`);
		const expected = readFloat32Npy(join(folder, "expected.npy"));
		const executor = new Executor(network);
		const pixels = tf.tensor(Float32Array.from(x.data), [...x.shape]);
		const found = tf.tidy(() => executor.run(pixels).dataSync());
		executor.dispose();
		const largest = Math.max(...expected.data.map(Math.abs));
		const differences = Array.from(expected.data, (value, i) => Math.abs(value - (found[i] ?? Number.NaN)));
		expect(found).toHaveLength(expected.data.length);
		// Both compute in float32, in different orders.
		expect(Math.max(...differences) / largest).toBeLessThan(1e-4);
	});

	it.each([
		["15-keras2-tfoplambda", "tfop_caffe.h5", ["Slice", "Affine", "Conv2D"]],
		["15-keras2-tfoplambda", "tfop_mnv2.h5", ["Affine", "Affine", "Conv2D"]],
		["17-keras-channels-first", "cf.keras", ["Conv2D", "Pointwise", "GlobalAveragePool2D"]],
	])("%s: %s begins with plain operations on a picture with channels last", async (name, file, operations) => {
		const folder = sharedCase(name);
		if (!folder) return;
		const { network } = await readModel(join(folder, file), { inputSize: null });
		expect(network.nodes[0]?.outputShape.at(-1)).toBe(3);
		expect(network.nodes.slice(1, 1 + operations.length).map((node) => node.operation.op)).toEqual(operations);
	});
});
