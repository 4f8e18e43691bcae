import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { findIdxLabels, readIdxImages, readIdxLabels } from "../../../src/compute/data/idx.js";
import { idx } from "./idxFile.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();
const images = idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

describe("IDX files", () => {
	it("images and labels, plain and gzipped", async () => {
		const expected = { count: 2, height: 2, width: 3, channels: 1 };
		for (const [name, bytes] of [
			["a-images-idx3-ubyte", images],
			["b-images-idx3-ubyte.gz", gzipSync(images)],
		] as const) {
			const read = await readIdxImages(folder.write(name, bytes));
			expect(read).toMatchObject(expected);
			expect([...read.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
		}
		const labels = folder.write("a-labels-idx1-ubyte", idx([2], [7, 3]));
		expect([...(await readIdxLabels(labels, 2))]).toEqual([7, 3]);
	});

	it("colour images with channels last", async () => {
		const path = folder.write("colour", idx([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]));
		expect(await readIdxImages(path)).toMatchObject({ count: 1, height: 1, width: 2, channels: 3 });
	});

	it("labels are found by the images' name, with or without .gz", async () => {
		const pairs = [
			["p/train-images-idx3-ubyte", "p/train-labels-idx1-ubyte"],
			["q/t10k-images.idx3-ubyte.gz", "q/t10k-labels.idx1-ubyte"],
			["r/images-idx3-ubyte", "r/labels-idx1-ubyte.gz"],
			["s/my-images/images.idx", "s/my-images/labels.idx"],
		] as const;
		for (const [imagesName, labelsName] of pairs) {
			const imagesPath = folder.write(imagesName, "");
			expect(await findIdxLabels(imagesPath)).toBeNull();
			const labelsPath = folder.write(labelsName, "");
			expect(await findIdxLabels(imagesPath)).toBe(labelsPath);
		}
		expect(await findIdxLabels(folder.write("t/pictures.bin", ""))).toBeNull();
	});
});

describe("IDX files that are refused", () => {
	const reject = async (bytes: Uint8Array, message: string) => {
		const path = folder.write("bad", bytes);
		await expect(readIdxImages(path)).rejects.toThrow(`${path}: ${message}`);
	};

	it("header and length disagree: expected and found", async () => {
		await reject(images.subarray(0, 20), "sizes 2 × 2 × 3 expect 28 bytes, 20 found");
		await reject(Buffer.concat([images, Buffer.alloc(1)]), "sizes 2 × 2 × 3 expect 28 bytes, 29 found");
		await reject(gzipSync(images.subarray(0, 20)), "sizes 2 × 2 × 3 expect 28 bytes, 20 found");
		await reject(gzipSync(Buffer.concat([images, Buffer.alloc(9)])), "28 bytes expected, more found");
		await reject(
			gzipSync(idx([2, 200, 200], new Array(80_000).fill(3))).subarray(0, 60),
			"damaged or cut short; 80016 bytes expected",
		);
	});

	it("sizes that would take all memory", async () => {
		await reject(idx([60_000, 65_535, 65_535], []), "257690173500000 values are more than are read");
		await reject(idx([4_000_000_000, 1, 1], []), "4000000000 values are more than are read");
	});

	it("a gzip bomb is stopped at the size its header gives", async () => {
		const bomb = gzipSync(Buffer.concat([idx([1, 1, 1], [1]), Buffer.alloc(50_000_000)]));
		await reject(bomb, "17 bytes expected, more found");
	});

	it("other types, labels instead of images, no IDX at all", async () => {
		const floats = Buffer.from(images);
		floats[2] = 0x0d;
		await reject(floats, "holds 32-bit floats; unsigned bytes are wanted");
		await reject(idx([2], [1, 2]), "this file holds labels; give the images file beside it");
		await reject(idx([1, 1, 1, 2], [1, 2]), "sizes 1 × 1 × 1 × 2; wanted are");
		await reject(idx([0, 28, 28], []), "no pictures");
		await reject(Buffer.from("hello, world"), "not an IDX file");
		await reject(Buffer.from([0x1f, 0x8b, 9, 9, 9]), "not readable as gzip");
	});

	it("a first or second byte that isn't 0, and fewer than eight bytes", async () => {
		for (const at of [0, 1]) {
			const other = Buffer.from(images);
			other[at] = 1;
			await reject(other, "not an IDX file");
		}
		await reject(idx([0], []).subarray(0, 7), "not an IDX file");
		expect(await readIdxLabels(folder.write("empty", idx([0], [])), 0)).toHaveLength(0);
	});

	it("numbers of dimensions that no file has, and a header that ends within its sizes", async () => {
		const having = (dimensions: number) => {
			const bytes = Buffer.alloc(20);
			bytes.set([0, 0, 8, dimensions]);
			return bytes;
		};
		await reject(having(0), "0 dimensions; 1 to 4 are known");
		await reject(having(5), "5 dimensions; 1 to 4 are known");
		await reject(having(4), "sizes 0 × 0 × 0 × 0; wanted are");
		await reject(images.subarray(0, 15), "the header is cut short");
		await reject(images.subarray(0, 16), "sizes 2 × 2 × 3 expect 28 bytes, 16 found");
	});

	it("sizes of which one is 0, and others than count, height, width and one or three channels", async () => {
		for (const sizes of [
			[0, 2, 2],
			[2, 0, 2],
			[2, 2, 0],
		])
			await reject(idx(sizes, []), `no pictures (sizes ${sizes.join(" × ")})`);
		await reject(idx([2, 2], [1, 2, 3, 4]), "sizes 2 × 2; wanted are");
		for (const channels of [2, 4])
			await reject(
				idx([1, 1, 1, channels], [1, 2, 3, 4].slice(0, channels)),
				`sizes 1 × 1 × 1 × ${channels}; wanted are`,
			);
		expect(await readIdxImages(folder.write("grey", idx([1, 1, 1, 1], [7])))).toMatchObject({ channels: 1 });
	});

	it("one value more than is read", async () => {
		const most = 2 * 2 ** 30 - 1;
		await reject(idx([most - 16, 1, 1], []), `sizes ${most - 16} × 1 × 1 expect ${most} bytes, 16 found`);
		await reject(idx([most - 15, 1, 1], []), `${most - 15} values are more than are read`);
	});

	it("pictures in place of labels", async () => {
		const path = folder.write("pictures", idx([2, 1, 1], [1, 2]));
		await expect(readIdxLabels(path, 2)).rejects.toThrow(`${path}: sizes 2 × 1 × 1; a labels file has one`);
	});

	it("labels that aren't as many as the pictures", async () => {
		const path = folder.write("labels", idx([3], [1, 2, 3]));
		await expect(readIdxLabels(path, 2)).rejects.toThrow(`${path}: 2 labels expected, one per picture, 3 found`);
		await expect(readIdxLabels(join(folder.path, "none"), 2)).rejects.toThrow("there is no such file");
	});
});
