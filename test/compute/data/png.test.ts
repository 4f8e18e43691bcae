import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { loadPicture } from "../../../src/compute/data/pictures.js";
import { encodePng, noisePicture, toBytes, writePng } from "../../../src/compute/data/png.js";
import type { Pixels } from "../../../src/compute/data/types.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

function pixels(channels: 1 | 3, data: readonly number[]): Pixels {
	return { width: data.length / channels, height: 1, channels, data: Float32Array.from(data) };
}

describe("PNG files", () => {
	for (const channels of [1, 3] as const) {
		it(`all 256 levels come back exactly, ${channels} channel(s)`, async () => {
			const data = Uint8Array.from({ length: 256 * channels }, (_, i) => (i * 5) % 256);
			const picture = { width: 16, height: 16, channels, data };
			const path = await writePng(join(folder.path, `levels-${channels}.png`), picture, "fail");
			const read = await loadPicture(path, { width: 16, height: 16, channels, fit: "resize" });
			expect(toBytes(read.pixels)).toEqual(picture);
			const metadata = await sharp(path).metadata();
			expect(metadata).toMatchObject({ format: "png", channels, depth: "uchar", hasAlpha: false, hasProfile: false });
		});
	}

	it("never replace a file unless asked to", async () => {
		const picture = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) } as const;
		const path = folder.write("taken.png", "mine");
		await expect(writePng(path, picture, "fail")).rejects.toMatchObject({
			reason: "unwritable",
			message: `${path}: cannot be written: a file of this name exists already`,
		});
		expect(await writePng(path, picture, "next-name")).toBe(join(folder.path, "taken-2.png"));
		expect(await writePng(path, picture, "next-name")).toBe(join(folder.path, "taken-3.png"));
		expect(readFileSync(path, "utf8")).toBe("mine");
		expect(await writePng(path, picture, "replace")).toBe(path);
		expect(readFileSync(path)).toEqual(await encodePng(picture));
	});

	it("say why they can't be written", async () => {
		const picture = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) } as const;
		const lost = join(folder.path, "no", "such", "folder.png");
		await expect(writePng(lost, picture, "replace")).rejects.toThrow(
			`${lost}: cannot be written: there is no such folder`,
		);
		mkdirSync(join(folder.path, "here.png"));
		await expect(writePng(join(folder.path, "here.png"), picture, "replace")).rejects.toMatchObject({
			reason: "unwritable",
		});
	});
});

it("pixels round to the nearest level and are clipped", () => {
	expect([...toBytes(pixels(1, [0, 1, 0.5, 0.4999 / 255, 0.5001 / 255, -1, 2])).data]).toEqual([
		0, 255, 128, 0, 1, 0, 255,
	]);
});

describe("noise pictures", () => {
	it("amplify around mid grey by a stated factor", () => {
		const { picture, factor } = noisePicture(pixels(1, [0.5, 0.5, 0.5, 0.5]), pixels(1, [0.5, 0.75, 0.375, 0.25]));
		expect(factor).toBeCloseTo(127 / (255 * 0.25), 6);
		expect([...picture.data]).toEqual([128, 255, 65, 1]);
	});

	it("no noise is plain grey", () => {
		const same = pixels(3, [0.1, 0.2, 0.3]);
		expect(noisePicture(same, same)).toEqual({
			picture: { width: 1, height: 1, channels: 3, data: Uint8Array.of(128, 128, 128) },
			factor: 1,
		});
	});
});
