import { describe, expect, it } from "vitest";
import type { WritableArray } from "../../../src/compute/data/npy.js";
import { encodeNpz } from "../../../src/compute/data/npz.js";
import { openNpzDataset } from "../../../src/compute/data/npzDataset.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();
const bytes = (...shape: readonly number[]): WritableArray => ({
	shape,
	data: new Uint8Array(shape.reduce((product, size) => product * size, 1)),
});
const open = (arrays: Readonly<Record<string, WritableArray>>) =>
	openNpzDataset(folder.write("data.npz", encodeNpz(arrays)));

describe("the pictures of an archive", () => {
	it.each([
		[[2, 3, 4], 1],
		[[2, 3, 4, 1], 1],
		[[2, 3, 4, 2], 2],
		[[2, 3, 4, 3], 3],
		[[2, 3, 4, 12], 12],
	])("may have the shape %j", async (shape, channels) => {
		const { entries } = await open({ x: bytes(...shape) });
		expect(entries).toHaveLength(2);
		const picture = await entries[1]?.load({ width: 4, height: 3, channels, fit: "resize" });
		expect(picture?.fileSize).toEqual({ width: 4, height: 3 });
		expect(picture?.pixels.data).toHaveLength(12 * channels);
	});

	it.each([[[6]], [[1, 2, 3, 4, 1]]])("don't have the shape %j", async (shape) => {
		await expect(open({ x: bytes(...shape) })).rejects.toThrow(`'x' has shape (${shape.join(", ")})`);
	});

	it.each([[[0, 3, 4]], [[2, 0, 4]], [[2, 3, 0]], [[2, 3, 4, 0]]])(
		"are there: not with the shape %j",
		async (shape) => {
			await expect(open({ x: bytes(...shape) })).rejects.toThrow("'x' holds no pictures");
		},
	);

	it("are bytes, or floats from 0 to 1 with both ends", async () => {
		const floats = (...values: readonly number[]) => ({
			x: { shape: [1, 1, values.length], data: Float32Array.from(values) },
		});
		expect((await open(floats(0, 0.5, 1))).entries).toHaveLength(1);
		for (const value of [-0.01, 255.5, Number.NaN, Number.POSITIVE_INFINITY])
			await expect(open(floats(0.5, value))).rejects.toThrow(/'x' holds /);
		expect((await open({ x: { shape: [1, 1, 2], data: Int32Array.of(0, 255) } })).entries).toHaveLength(1);
		await expect(open({ x: { shape: [1, 1, 2], data: Int32Array.of(0, 256) } })).rejects.toThrow(/'x' holds /);
		expect((await open({ unknown: bytes(1, 1, 1) })).entries).toHaveLength(1);
		await expect(open({ one: bytes(1, 1, 1), two: bytes(1, 1, 1) })).rejects.toThrow(/one, two/);
	});
});

describe("the labels of an archive", () => {
	const labelled = (y: WritableArray) => open({ x: bytes(3, 1, 1), y });

	it.each([[[3]], [[3, 1]]])("may have the shape %j, and -1 for unknown", async (shape) => {
		const { entries, labels } = await labelled({ shape, data: Int32Array.of(0, -1, 7) });
		const [zero, unknown, seven] = entries.map(({ hint }) => hint);
		expect([zero, seven]).toEqual([0, 7].map((index) => ({ kind: "index", index })));
		expect(unknown).toEqual({ kind: "none" });
		expect(labels).toBe("array 'y'");
	});

	it("are one whole number for each picture", async () => {
		const ints = (...values: readonly number[]) => ({ shape: [values.length], data: Int32Array.from(values) });
		await expect(labelled({ shape: [3, 2], data: new Int32Array(6) })).rejects.toThrow(
			"row 0 of 'y' (3, 2) is not one-hot",
		);
		await expect(labelled({ shape: [3, 1, 1], data: new Int32Array(3) })).rejects.toThrow("'y' has shape (3, 1, 1)");
		await expect(labelled(ints(0, 1))).rejects.toThrow("3 labels expected in 'y', 2 found");
		await expect(labelled(ints(0, 1, 2, 3))).rejects.toThrow("3 labels expected in 'y', 4 found");
		await expect(labelled(ints(0, -2, 1))).rejects.toThrow("'y' holds -2");
		await expect(labelled({ shape: [3], data: Float32Array.of(0, 1.5, 1) })).rejects.toThrow("'y' holds 1.5");
	});
});
