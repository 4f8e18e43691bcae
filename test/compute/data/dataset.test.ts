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

	it("that doesn't fit says what is wanted", async () => {
		await expect(open({ a: bytes, b: bytes })).rejects.toThrow("no array 'x'; it holds a, b");
		await expect(open({ x: { ...bytes, shape: [4] } })).rejects.toThrow("'x' has shape (4); (count, height, width)");
		await expect(open({ x: { ...bytes, shape: [1, 1, 1, 4] } })).rejects.toThrow("'x' has shape (1, 1, 1, 4)");
		await expect(open({ x: { shape: [1, 1, 1], data: Int32Array.of(1) } })).rejects.toThrow("'x' is of type i4");
		await expect(open({ x: { shape: [1, 1, 1], data: Float32Array.of(255) } })).rejects.toThrow(
			"'x' holds 255; floats must be in [0, 1]",
		);
		await expect(open({ x: { shape: [1, 1, 1], data: Float32Array.of(Number.NaN) } })).rejects.toThrow("'x' holds NaN");
		await expect(open({ x: { shape: [0, 1, 1], data: new Uint8Array(0) } })).rejects.toThrow("holds no pictures");
		const y = (data: Int32Array | Float32Array, shape = [data.length]) => open({ x: bytes, y: { shape, data } });
		await expect(y(Int32Array.of(1))).rejects.toThrow("2 labels expected in 'y', 1 found");
		await expect(y(Float32Array.of(1, 0.5))).rejects.toThrow("'y' holds 0.5");
		await expect(y(Int32Array.of(1, -2))).rejects.toThrow("'y' holds -2");
		await expect(y(Int32Array.of(1, 0, 0, 1), [2, 2])).rejects.toThrow("'y' has shape (2, 2)");
	});
});
