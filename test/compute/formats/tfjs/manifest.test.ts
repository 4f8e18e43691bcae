import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readModel } from "../../../../src/compute/formats/read.js";
import { expectRefusal } from "../reading.js";
import {
	float32Bytes,
	input,
	layer,
	type Serialised,
	sequential,
	values,
	withFolder,
	writeModelJson,
	writeTfjs,
} from "../writers.js";

const topology = sequential([input([2]), layer("Dense", "d", { units: 2, use_bias: false })]);

/** The kernel that is read from a manifest of these weights and bytes. */
async function kernelOf(weight: Serialised, bytes: Uint8Array): Promise<readonly number[]> {
	return withFolder(async (folder) => {
		await writeFile(join(folder, "w"), bytes);
		const weightsManifest = [
			{ paths: ["./w"], weights: [{ name: "d/kernel", shape: [2, 2], dtype: "float32", ...weight }] },
		];
		const path = await writeModelJson(folder, { modelTopology: topology, weightsManifest });
		const { network } = await readModel(path, { inputSize: null });
		return [...(network.nodes[1]?.weights.kernel?.data ?? [])];
	});
}

describe("quantised weights", () => {
	it("reads uint8 and uint16 as w·scale + min", async () => {
		const quantization = { dtype: "uint8", scale: 0.5, min: -1, original_dtype: "float32" };
		expect(await kernelOf({ quantization }, Uint8Array.of(0, 1, 2, 255))).toEqual([-1, -0.5, 0, 126.5]);
		const wide = { ...quantization, dtype: "uint16", scale: 0.25 };
		expect(await kernelOf({ quantization: wide }, Buffer.from(Uint16Array.of(0, 1, 4, 65535).buffer))).toEqual([
			-1, -0.75, 0, 16382.75,
		]);
	});

	it("reads float16, with subnormal numbers, infinity and NaN", async () => {
		const quantization = { dtype: "float16", original_dtype: "float32" };
		const read = (bits: readonly number[]) => kernelOf({ quantization }, Buffer.from(Uint16Array.from(bits).buffer));
		// 1, -2, the largest number below 65536, the smallest above 0: IEEE 754 binary16.
		expect(await read([0x3c00, 0xc000, 0x7bff, 0x0001])).toEqual([1, -2, 65504, 2 ** -24]);
		expect(await read([0x7c00, 0xfc00, 0x7e00, 0x8000])).toEqual([
			Number.POSITIVE_INFINITY,
			Number.NEGATIVE_INFINITY,
			Number.NaN,
			-0,
		]);
	});

	it("refuses a quantization without scale", async () => {
		const work = kernelOf({ quantization: { dtype: "uint8" } }, Uint8Array.of(0, 1, 2, 3));
		await expectRefusal(work, "unreadable-model", "the quantization of weight 'd/kernel'");
	});
});

describe("groups and files", () => {
	it("reads several groups, and weights that cross from one file to the next", () =>
		withFolder(async (folder) => {
			const bytes = float32Bytes(values([2, 2]));
			await writeFile(join(folder, "a"), bytes.subarray(0, 7));
			await writeFile(join(folder, "b"), bytes.subarray(7));
			await writeFile(join(folder, "c"), float32Bytes(values([2], 9)));
			const path = await writeModelJson(folder, {
				modelTopology: sequential([input([2]), layer("Dense", "d", { units: 2 })]),
				weightsManifest: [
					{ paths: ["c"], weights: [{ name: "d/bias", shape: [2], dtype: "float32" }] },
					{ paths: ["a", "b"], weights: [{ name: "d/kernel", shape: [2, 2], dtype: "float32" }] },
				],
			});
			const { network, files, sha256 } = await readModel(path, { inputSize: null });
			expect([...(network.nodes[1]?.weights.kernel?.data ?? [])]).toEqual(values([2, 2]).data);
			expect(files.map((file) => file.slice(-1))).toEqual(["n", "c", "a", "b"]);
			await writeFile(join(folder, "b"), Buffer.alloc(9));
			expect((await readModel(path, { inputSize: null })).sha256).not.toBe(sha256);
		}));

	it("reads a model with 'format', without, and wrapped in model_config", () =>
		withFolder(async (folder) => {
			const weights = { "d/kernel": values([2, 2]) };
			const wrapped = { keras_version: "2.1.6", model_config: topology };
			for (const [content, extra] of [
				[topology, { format: "layers-model" }],
				[topology, {}],
				[wrapped, {}],
				[{ ...wrapped, model_config: JSON.stringify(topology) }, {}],
			] as const) {
				const path = await writeTfjs(folder, content, weights, extra);
				expect((await readModel(path, { inputSize: null })).network.format).toBe("tfjs-layers");
			}
		}));

	it("refuses two weights of one name", () =>
		withFolder(async (folder) => {
			await writeFile(join(folder, "w"), Buffer.alloc(8));
			const weight = { name: "x", shape: [1], dtype: "float32" };
			const path = await writeModelJson(folder, {
				modelTopology: topology,
				weightsManifest: [{ paths: ["w"], weights: [weight, weight] }],
			});
			await expectRefusal(readModel(path, { inputSize: null }), "unreadable-model", "Two weights are called 'x'");
		}));
});
