import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { openDataset } from "../../../src/compute/data/dataset.js";
import type { Dataset } from "../../../src/compute/data/entries.js";
import { encodeNpz } from "../../../src/compute/data/npz.js";
import type { WantedPixels } from "../../../src/compute/data/raster.js";
import { isAbsent, sharedPath } from "../../sharedData.js";
import { idx } from "./idxFile.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();
const png = await sharp(Uint8Array.of(0, 51, 102, 255), { raw: { width: 2, height: 2, channels: 1 } })
	.toColourspace("b-w")
	.png()
	.toBuffer();
const small: WantedPixels = { width: 2, height: 2, channels: 1, fit: "resize" };

function hints(dataset: Dataset): string[] {
	return dataset.entries.map(({ source, hint }) => {
		const label = hint.kind === "folder" ? hint.name : hint.kind === "index" ? String(hint.index) : "-";
		return `${source.slice(dataset.path.length)} ${label}`;
	});
}

describe("folders", () => {
	it("of class folders: classes by code point, pictures naturally, others skipped", async () => {
		const path = join(folder.path, "classes");
		for (const name of ["cat/10.png", "cat/2.png", "cat/deep/1.PNG", "Zebra/a.jpg", "cat/.hidden.png"]) {
			folder.write(`classes/${name}`, png);
		}
		folder.write("classes/cat/notes.txt", "x");
		folder.write("classes/readme.md", "x");
		mkdirSync(join(path, "empty"));
		const dataset = await openDataset(path);
		expect(dataset.kind).toBe("class-folders");
		expect(hints(dataset)).toEqual(["/Zebra/a.jpg Zebra", "/cat/2.png cat", "/cat/10.png cat", "/cat/deep/1.PNG cat"]);
		expect(dataset.skipped).toEqual([join(path, "readme.md"), join(path, "cat/notes.txt")]);
		expect(dataset.labels).toBe("names of 2 class folders");
		expect(dataset.entries[0]?.hint).toEqual({ kind: "folder", name: "Zebra", among: ["Zebra", "cat"] });
		const picture = await dataset.entries[1]?.load(small);
		expect(picture?.pixels.data).toEqual(Float32Array.from([0, 0.2, 0.4, 1]));
	});

	it("of pictures: those below are left alone", async () => {
		folder.write("flat/b.png", png);
		folder.write("flat/a.png", png);
		folder.write("flat/adversarial/a.png", png);
		const dataset = await openDataset(join(folder.path, "flat"));
		expect(dataset).toMatchObject({ kind: "flat-folder", labels: null });
		expect(hints(dataset)).toEqual(["/a.png -", "/b.png -"]);
		expect(dataset.skipped).toEqual([join(folder.path, "flat/adversarial")]);
	});

	it("with symbolic links that go round in a circle", async () => {
		folder.write("circle/cat/a.png", png);
		symlinkSync("..", join(folder.path, "circle/cat/up"));
		symlinkSync("nowhere", join(folder.path, "circle/cat/dangling.png"));
		const dataset = await openDataset(join(folder.path, "circle"));
		expect(hints(dataset)).toEqual(["/cat/a.png cat"]);
	});

	it("that are no data set say what to do", async () => {
		mkdirSync(join(folder.path, "nothing"));
		await expect(openDataset(join(folder.path, "nothing"))).rejects.toThrow("nothing: no pictures in this folder");
		folder.write("mnist/t10k-images-idx3-ubyte.gz", "");
		await expect(openDataset(join(folder.path, "mnist"))).rejects.toThrow(
			"give the file itself: t10k-images-idx3-ubyte.gz",
		);
		folder.write("split/test/cat/a.png", png);
		folder.write("split/train/cat/a.png", png);
		await expect(openDataset(join(folder.path, "split"))).rejects.toThrow(
			"two folders deep; give one of 'test', 'train'",
		);
		const missing = join(folder.path, "missing");
		await expect(openDataset(missing)).rejects.toThrow(`${missing}: there is no such file`);
		await expect(openDataset(folder.write("text.txt", "hello"))).rejects.toThrow("text.txt: not a data set");
		await expect(openDataset("/dev/null")).rejects.toThrow("/dev/null: not a regular file");
	});
});

describe("IDX", () => {
	it("with labels, pixel for pixel, resized where the size differs", async () => {
		const path = folder.write("i/x-images-idx3-ubyte", idx([2, 2, 2], [0, 51, 102, 255, 7, 7, 7, 7]));
		const labels = folder.write("i/x-labels-idx1-ubyte", idx([2], [4, 0]));
		const dataset = await openDataset(path);
		expect(dataset).toMatchObject({ kind: "idx", labels: `labels in ${labels}` });
		expect(hints(dataset)).toEqual(["#0 4", "#1 0"]);
		expect((await dataset.entries[0]?.load(small))?.pixels.data).toEqual(Float32Array.from([0, 0.2, 0.4, 1]));
		const large = await dataset.entries[1]?.load({ width: 5, height: 4, channels: 3, fit: "crop" });
		expect(large?.fileSize).toEqual({ width: 2, height: 2 });
		expect(large?.pixels.data).toEqual(new Float32Array(60).fill(7 / 255));
	});

	it("without labels", async () => {
		const path = folder.write("j/x-images-idx3-ubyte", idx([1, 1, 1], [9]));
		expect(await openDataset(path)).toMatchObject({ kind: "idx", labels: null });
	});

	const mnist = sharedPath("mnist", "t10k-images-idx3-ubyte.gz");
	it.skipIf(isAbsent(mnist))("real MNIST: count, labels and first digit", async () => {
		const dataset = await openDataset(mnist);
		expect(dataset.entries.length).toBe(10_000);
		// The published first labels of the test set.
		expect(dataset.entries.slice(0, 10).map(({ hint }) => (hint.kind === "index" ? hint.index : null))).toEqual([
			7, 2, 1, 0, 4, 1, 4, 9, 5, 9,
		]);
		const first = await dataset.entries[0]?.load({ width: 28, height: 28, channels: 1, fit: "resize" });
		expect(first?.pixels.data.filter((value) => value > 0).length).toBe(116);
	});
});

describe(".npz", () => {
	const open = (arrays: Parameters<typeof encodeNpz>[0]) => openDataset(folder.write("data.npz", encodeNpz(arrays)));
	const bytes = { shape: [2, 1, 2], data: Uint8Array.of(0, 51, 102, 255) };

	it("uint8 or float, with or without labels and channels", async () => {
		const labelled = await open({ x: bytes, y: { shape: [2], data: Int32Array.of(3, -1) } });
		expect(labelled).toMatchObject({ kind: "npz", labels: "array 'y'" });
		expect(hints(labelled)).toEqual(["#0 3", "#1 -"]);
		const wanted: WantedPixels = { width: 2, height: 1, channels: 1, fit: "resize" };
		expect((await labelled.entries[1]?.load(wanted))?.pixels.data).toEqual(Float32Array.of(0.4, 1));
		const x = { shape: [1, 1, 2, 3], data: Float32Array.of(0.1, 0.2, 0.3, 1, 0, 0.123456) };
		const floats = await open({ x });
		const exact = await floats.entries[0]?.load({ ...wanted, channels: 3 });
		expect(exact?.pixels.data).toEqual(x.data);
		expect(floats.labels).toBeNull();
		const flat = await open({ x: { shape: [1, 4, 4], data: new Float32Array(16).fill(0.3) } });
		const resized = await flat.entries[0]?.load({ ...wanted, width: 3, height: 3 });
		// Resized with 16 bits, whose filter weights are off by up to .2 %.
		for (const value of resized?.pixels.data ?? []) expect(Math.abs(value - 0.3)).toBeLessThan(0.001);
		expect(resized?.pixels.data.length).toBe(9);
	});

	const grey: WantedPixels = { width: 2, height: 1, channels: 1, fit: "resize" };
	const pixelsOf = async (dataset: Awaited<ReturnType<typeof open>>, index: number, wanted = grey) => {
		return Array.from((await dataset.entries[index]?.load(wanted))?.pixels.data ?? []);
	};
	const label = { shape: [2], data: Int32Array.of(3, 1) };

	it.each([
		["x", "y"],
		["X", "Y"],
		["X", "y"],
		["images", "labels"],
		["arr_0", "arr_1"],
		["x_test", "y_test"],
		["X_test", "Y_test"],
		["test_images", "test_labels"],
		["trainX", "trainY"],
		["val_images", "val_labels"],
		["data", "target"],
	])("images '%s', labels '%s'", async (images, labels) => {
		const dataset = await open({ [labels]: label, [images]: bytes, else: bytes });
		expect(dataset.labels).toBe(`array '${labels}'`);
		expect(hints(dataset)).toEqual(["#0 3", "#1 1"]);
		expect(dataset.notes).toBeUndefined();
		expect(await pixelsOf(dataset, 1)).toEqual([Math.fround(0.4), 1]);
	});

	it("of several parts what was held out, and says so", async () => {
		const other = { shape: [1, 1, 2], data: Uint8Array.of(9, 9) };
		const dataset = await open({
			x_train: other,
			y_train: { shape: [1], data: Int32Array.of(0) },
			x_test: bytes,
			y_test: label,
		});
		expect(hints(dataset)).toEqual(["#0 3", "#1 1"]);
		expect(dataset.notes?.[0]).toMatch(/'x_test' is used, 'x_train' left out/);
		const validated = await open({ train_images: other, val_images: bytes, val_labels: label });
		expect(validated.labels).toBe("array 'val_labels'");
	});

	it("is refused where several arrays could be meant", async () => {
		await expect(open({ x: bytes, images: bytes })).rejects.toThrow("'x' and 'images' could both be meant");
		await expect(open({ x: bytes, x_test: bytes })).rejects.toThrow("could both be meant");
		await expect(open({ x: bytes, y: label, Y: label })).rejects.toThrow("'y' and 'Y' could both be meant");
	});

	it("has an array of any name where it has one only", async () => {
		expect((await open({ digits: bytes })).entries).toHaveLength(2);
	});

	it("one-hot rows and names as labels", async () => {
		const rows = (values: readonly number[]) => ({ shape: [2, 3], data: Float32Array.from(values) });
		expect(hints(await open({ x: bytes, y: rows([0, 0, 1, 1, 0, 0]) }))).toEqual(["#0 2", "#1 0"]);
		await expect(open({ x: bytes, y: rows([0, 1, 1, 1, 0, 0]) })).rejects.toThrow("row 0 of 'y' (2, 3) is not one-hot");
		await expect(open({ x: bytes, y: rows([0, 0.5, 0.5, 1, 0, 0]) })).rejects.toThrow("is not one-hot");
		const shape = { shape: [2, 1], data: Int32Array.of(3, 1) };
		expect(hints(await open({ x: bytes, y: shape }))).toEqual(["#0 3", "#1 1"]);
	});

	it("channels first, wherever that can be told", async () => {
		const first = { shape: [1, 3, 2, 2], data: Uint8Array.from({ length: 12 }, (_, i) => i) };
		const wanted: WantedPixels = { width: 2, height: 2, channels: 3, fit: "resize" };
		const found = (await pixelsOf(await open({ x: first }), 0, wanted)).map((value) => Math.round(255 * value));
		expect(found).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
		// Twelve channels, which only the model tells.
		const many = { shape: [1, 12, 3, 2], data: Uint8Array.from({ length: 72 }, (_, i) => i) };
		const dozen = await pixelsOf(await open({ x: many }), 0, { ...wanted, height: 3, channels: 12 });
		expect(dozen.slice(0, 3).map((value) => Math.round(255 * value))).toEqual([0, 6, 12]);
		const last = await pixelsOf(await open({ x: { ...many, shape: [1, 3, 2, 12] } }), 0, {
			...wanted,
			height: 3,
			channels: 12,
		});
		expect(last.slice(0, 3).map((value) => Math.round(255 * value))).toEqual([0, 1, 2]);
	});

	it("flat images where they are what the model wants, or a gray square", async () => {
		const flat = { shape: [2, 4], data: Uint8Array.of(0, 51, 102, 255, 1, 2, 3, 4) };
		const wanted: WantedPixels = { width: 4, height: 1, channels: 1, fit: "resize" };
		expect(await pixelsOf(await open({ x: flat }), 0, wanted)).toEqual([0, 0.2, 0.4, 1].map(Math.fround));
		const square = await (await open({ x: flat })).entries[0]?.load({ ...wanted, width: 2, height: 2 });
		expect(square?.fileSize).toEqual({ width: 2, height: 2 });
		const odd = await open({ x: { shape: [1, 6], data: new Uint8Array(6) } });
		await expect(odd.entries[0]?.load({ ...wanted, width: 2, height: 2 })).rejects.toThrow("6 values for each image");
	});

	it("resizes each of many channels by itself", async () => {
		const data = Uint8Array.from({ length: 4 * 4 * 5 }, (_, i) => 50 * (i % 5));
		const wanted: WantedPixels = { width: 2, height: 2, channels: 5, fit: "resize" };
		const found = await pixelsOf(await open({ x: { shape: [1, 4, 4, 5], data } }), 0, wanted);
		expect(found.map((value) => Math.round(255 * value))).toEqual(Array.from({ length: 20 }, (_, i) => 50 * (i % 5)));
		const rgb = { ...wanted, channels: 3 };
		await expect(pixelsOf(await open({ x: { shape: [1, 4, 4, 5], data } }), 0, rgb)).rejects.toThrow(
			"image 0 has 5 channels, the model takes 3 channels",
		);
	});

	it("values that can mean one thing only", async () => {
		const of = async (...values: readonly number[]) =>
			pixelsOf(await open({ x: { shape: [1, 1, 2], data: Float32Array.from(values) } }), 0);
		expect(await of(0, 0.25)).toEqual([0, 0.25]);
		expect(await of(0, 1.0000001)).toEqual([0, 1]);
		expect(await of(0, 255)).toEqual([0, 1]);
		expect((await of(0.5, 254.9))[1]).toBeCloseTo(254.9 / 255, 6);
		expect(await of(-1, 1)).toEqual([0, 1]);
		expect((await of(127 / 127.5 - 1, -1))[0]).toBeCloseTo(127 / 255, 6);
		expect(await of(-0.99, 0.98)).toEqual([0.005, 0.99].map((v) => expect.closeTo(v, 6)));
		for (const values of [
			[-0.3, 0.512345],
			[0, 1.5],
			[-2, 1],
			[0, 256],
		] as const)
			await expect(of(...values)).rejects.toThrow(/values must be 0..1, -1..1 or 0..255/);
		await expect(of(0, Number.NaN)).rejects.toThrow("'x' holds NaN");
		const whole = async (...values: readonly number[]) =>
			pixelsOf(await open({ x: { shape: [1, 1, 2], data: Int32Array.from(values) } }), 0);
		expect(await whole(0, 255)).toEqual([0, 1]);
		expect(await whole(0, 1)).toEqual([0, 1]);
		await expect(whole(0, 256)).rejects.toThrow("integers must be 0..255");
		await expect(whole(-1, 200)).rejects.toThrow("integers must be 0..255");
	});

	it("that doesn't fit says what is wanted", async () => {
		await expect(open({ a: bytes, b: bytes })).rejects.toThrow(
			"no array of images; it holds a, b. Known names are 'x'",
		);
		await expect(open({ x: { ...bytes, shape: [4] } })).rejects.toThrow("'x' has shape (4); (count, height, width)");
		await expect(open({ x: { shape: [0, 1, 1], data: new Uint8Array(0) } })).rejects.toThrow("holds no pictures");
		const y = (data: Int32Array | Float32Array, shape = [data.length]) => open({ x: bytes, y: { shape, data } });
		await expect(y(Int32Array.of(1))).rejects.toThrow("2 labels expected in 'y', 1 found");
		await expect(y(Float32Array.of(1, 0.5))).rejects.toThrow("'y' holds 0.5");
		await expect(y(Int32Array.of(1, -2))).rejects.toThrow("'y' holds -2");
		await expect(y(new Int32Array(8), [2, 2, 2])).rejects.toThrow("'y' has shape (2, 2, 2)");
	});
});
