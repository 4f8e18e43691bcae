import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { openDataset } from "../../../src/compute/data/dataset.js";
import { writePng } from "../../../src/compute/data/png.js";
import { expandPictures } from "../../../src/compute/data/selection.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();
const picture = { width: 2, height: 2, channels: 1, data: Uint8Array.from([0, 50, 100, 255]) };
const plain = () =>
	sharp(picture.data, { raw: { width: 2, height: 2, channels: 1 } })
		.png()
		.toBuffer();

/** Class folders with a picture of each class; in the first an adversarial and its noise, and a picture that is only called so. */
async function dataset(name: string): Promise<string> {
	const path = join(folder.path, name);
	for (const label of ["a", "b"]) folder.write(join(name, label, "1.png"), await plain());
	await writePng(join(path, "a", "1.adversarial.png"), picture, "fail");
	await writePng(join(path, "a", "1.noise-2.png"), picture, "fail");
	folder.write(join(name, "a", "2.noise.png"), await plain());
	return path;
}

describe("pictures that Blindspot wrote", () => {
	it("are left out of class folders, counted and said", async () => {
		const { entries, notes } = await openDataset(await dataset("classes"));
		expect(entries.map(({ source }) => source.slice(-12))).toEqual(
			["a/1.png", "a/2.noise.png", "b/1.png"].map((name) => expect.stringContaining(name.slice(-12))),
		);
		expect(notes).toEqual(["2 images that Blindspot wrote are left out."]);
	});

	it("are left out of a flat folder, and of a folder that is selected", async () => {
		const path = join(await dataset("flat"), "a");
		const names = ["1.png", "2.noise.png"].map((name) => join(path, name));
		const opened = await openDataset(path);
		expect(opened.entries.map(({ source }) => source)).toEqual(names);
		expect(opened.notes).toEqual(["2 images that Blindspot wrote are left out."]);
		const selected = await expandPictures([path]);
		expect(selected.entries.map(({ source }) => source)).toEqual(names);
		expect(selected.notes).toEqual(opened.notes);
	});

	it("are looked at where somebody names one", async () => {
		const path = join(await dataset("named"), "a", "1.adversarial.png");
		const { entries, notes } = await expandPictures([path]);
		expect(entries.map(({ source }) => source)).toEqual([path]);
		expect(notes).toEqual([]);
	});

	it("are PNG files that other programs read, with the same values", async () => {
		const path = join(folder.path, "alone.adversarial.png");
		await writePng(path, picture, "fail");
		const { data } = await sharp(path, { failOn: "warning" })
			.toColourspace("b-w")
			.raw()
			.toBuffer({ resolveWithObject: true });
		expect([...data]).toEqual([...picture.data]);
	});

	it("are pictures of the data set under another name: the person meant it", async () => {
		const path = await dataset("renamed");
		copyFileSync(join(path, "a", "1.adversarial.png"), join(path, "b", "2.png"));
		writeFileSync(join(path, "b", "3.adversarial.png"), "no PNG");
		const { entries } = await openDataset(path);
		expect(entries.filter(({ source }) => source.startsWith(join(path, "b")))).toHaveLength(3);
	});
});
