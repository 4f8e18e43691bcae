import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { loadPicture } from "../../../src/compute/data/pictures.js";
import type { WantedPixels } from "../../../src/compute/data/raster.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

function wanted(width: number, height: number, channels: 1 | 3, fit: "resize" | "crop" = "resize"): WantedPixels {
	return { width, height, channels, fit };
}

/** Values 0, 7, 14 ... modulo 256: no two neighbours alike. */
function ramp(count: number): Uint8Array {
	return Uint8Array.from({ length: count }, (_, i) => (i * 7) % 256);
}

/** Float32 of what 8-bit values are divided by 255, one by one. */
function fractions(values: ArrayLike<number>, largest = 255): Float32Array {
	return Float32Array.from(values, (value) => value / largest);
}

async function rgbPng(data: Uint8Array, width: number, height: number): Promise<Buffer> {
	return sharp(data, { raw: { width, height, channels: 3 } })
		.png()
		.toBuffer();
}

async function errorOf(path: string): Promise<string> {
	return loadPicture(path, wanted(8, 8, 3)).then(
		() => "no error",
		(thrown: Error) => thrown.message,
	);
}

describe("pictures of the wanted size are taken exactly", () => {
	const grey = ramp(28 * 28);

	it("grey PNG as grey and as RGB", async () => {
		const image = sharp(grey, { raw: { width: 28, height: 28, channels: 1 } }).toColourspace("b-w");
		const path = folder.write("grey.png", await image.png().toBuffer());
		const { pixels, fileSize } = await loadPicture(path, wanted(28, 28, 1));
		expect(pixels.data).toEqual(fractions(grey));
		expect(fileSize).toEqual({ width: 28, height: 28 });
		const colour = await loadPicture(path, wanted(28, 28, 3));
		expect(colour.pixels.data).toEqual(fractions([...grey].flatMap((value) => [value, value, value])));
	});

	it("grey stored as RGB", async () => {
		const tripled = Uint8Array.from([...grey].flatMap((value) => [value, value, value]));
		const path = folder.write("tripled.png", await rgbPng(tripled, 28, 28));
		expect((await loadPicture(path, wanted(28, 28, 1))).pixels.data).toEqual(fractions(grey));
	});

	it("RGB in PNG, lossless WebP and TIFF", async () => {
		const data = ramp(9 * 5 * 3);
		const image = () => sharp(data, { raw: { width: 9, height: 5, channels: 3 } });
		const files = {
			"rgb.png": image().png(),
			"rgb.webp": image().webp({ lossless: true }),
			"rgb.tiff": image().tiff({ compression: "lzw" }),
		};
		for (const [name, encoded] of Object.entries(files)) {
			const path = folder.write(name, await encoded.toBuffer());
			expect((await loadPicture(path, wanted(9, 5, 3))).pixels.data, name).toEqual(fractions(data));
		}
	});

	it("colour to grey by ITU-R 601, not rounded", async () => {
		const path = folder.write("colours.png", await rgbPng(Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255), 3, 1));
		const { pixels } = await loadPicture(path, wanted(3, 1, 1));
		expect(pixels.data).toEqual(Float32Array.of(0.299, 0.587, 0.114));
	});

	it("16 bits keep their precision, grey and RGB", async () => {
		const words = Uint16Array.from({ length: 48 }, (_, i) => i * 1365 + 3);
		const rgb = sharp(words, { raw: { width: 4, height: 4, channels: 3 } }).toColourspace("rgb16");
		const path = folder.write("rgb16.png", await rgb.png().toBuffer());
		expect((await loadPicture(path, wanted(4, 4, 3))).pixels.data).toEqual(fractions(words, 65_535));
		const grey16 = sharp(words, { raw: { width: 8, height: 6, channels: 1 } }).toColourspace("grey16");
		const greyPath = folder.write("grey16.png", await grey16.png().toBuffer());
		expect((await loadPicture(greyPath, wanted(8, 6, 1))).pixels.data).toEqual(fractions(words, 65_535));
	});

	it("palette PNG of 1 bit", async () => {
		const bits = Uint8Array.of(0xaa, 0x55);
		const path = folder.write("bits.png", handMadePng(8, 2, 1, 0, pngRows(bits, 1)));
		const expected = [1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1];
		expect((await loadPicture(path, wanted(8, 2, 1))).pixels.data).toEqual(Float32Array.from(expected));
	});

	it("palette PNG of colours", async () => {
		const palette = Buffer.from([10, 20, 30, 200, 100, 50]);
		const path = folder.write("palette.png", handMadePng(2, 1, 8, 3, pngRows(Uint8Array.of(1, 0), 2), palette));
		expect((await loadPicture(path, wanted(2, 1, 3))).pixels.data).toEqual(fractions([200, 100, 50, 10, 20, 30]));
	});
});

describe("pictures are decoded as a viewer shows them", () => {
	/** Red and green, half and wholly transparent, then blue, opaque. */
	const half = sharp(Uint8Array.of(255, 0, 0, 128, 0, 255, 0, 0, 0, 0, 255, 255), {
		raw: { width: 3, height: 1, channels: 4 },
	});
	const bytesOf = ({ pixels }: { readonly pixels: { readonly data: Float32Array } }) =>
		Array.from(pixels.data, (value) => Math.round(255 * value));

	it("transparent parts lie on white, on black, or are shown as if opaque", async () => {
		const path = folder.write("half.png", await half.clone().png().toBuffer());
		const plain = wanted(3, 1, 3);
		const on = (background: number, alpha: number, value: number) =>
			Math.round((value * alpha + background * (255 - alpha)) / 255);
		const white = [255, on(255, 128, 0), on(255, 128, 0), 255, 255, 255, 0, 0, 255];
		expect(bytesOf(await loadPicture(path, plain))).toEqual(white);
		expect(bytesOf(await loadPicture(path, { ...plain, transparency: "white" }))).toEqual(white);
		expect(bytesOf(await loadPicture(path, { ...plain, transparency: "black" }))).toEqual([
			...[on(0, 128, 255), 0, 0],
			...[0, 0, 0],
			...[0, 0, 255],
		]);
		expect(bytesOf(await loadPicture(path, { ...plain, transparency: "drop" }))).toEqual([
			...[255, 0, 0],
			...[0, 255, 0],
			...[0, 0, 255],
		]);
	});

	it("says where transparent parts were filled, and only there", async () => {
		const path = folder.write("half.png", await half.clone().png().toBuffer());
		expect((await loadPicture(path, wanted(3, 1, 3))).isFilled).toBe(true);
		expect((await loadPicture(path, { ...wanted(3, 1, 3), channels: 4 })).isFilled).toBeUndefined();
		const opaque = sharp(new Uint8Array(8).fill(255), { raw: { width: 2, height: 1, channels: 4 } });
		const solid = folder.write("solid.png", await opaque.png().toBuffer());
		expect((await loadPicture(solid, wanted(2, 1, 3))).isFilled).toBeUndefined();
	});

	it("a model of four channels gets alpha as it is, opaque where the file has none", async () => {
		const path = folder.write("half.png", await half.clone().png().toBuffer());
		const rgba = { ...wanted(3, 1, 3), channels: 4 };
		expect(bytesOf(await loadPicture(path, rgba))).toEqual([255, 0, 0, 128, 0, 255, 0, 0, 0, 0, 255, 255]);
		const rgb = folder.write("rgb.png", await rgbPng(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 3, 1));
		expect(bytesOf(await loadPicture(rgb, rgba))).toEqual([1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255]);
	});

	it.each([2, 12])("a model of %d channels needs .npz data", async (channels) => {
		const path = folder.write("half.png", await half.clone().png().toBuffer());
		await expect(loadPicture(path, { ...wanted(3, 1, 3), channels })).rejects.toThrow(
			`half.png: image files have 1, 3 or 4 channels, the model takes ${channels}; use .npz data`,
		);
	});

	it("alpha lies over white", async () => {
		const rgba = Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 51);
		const image = sharp(rgba, { raw: { width: 3, height: 1, channels: 4 } });
		const path = folder.write("alpha.png", await image.png().toBuffer());
		const expected = fractions([10, 20, 30, 255, 255, 255, 204, 204, 204]);
		expect((await loadPicture(path, wanted(3, 1, 3))).pixels.data).toEqual(expected);
	});

	it("an animated GIF's first frame", async () => {
		const frames = new Uint8Array(2 * 2 * 2 * 3).fill(255);
		frames.fill(0, 0, 12);
		const gif = await sharp(frames, { raw: { width: 2, height: 4, channels: 3, pageHeight: 2 } })
			.gif({ loop: 0, delay: [100, 100] })
			.toBuffer();
		expect((await sharp(gif).metadata()).pages).toBe(2);
		const { pixels, fileSize } = await loadPicture(folder.write("animated.gif", gif), wanted(2, 2, 3));
		expect(fileSize).toEqual({ width: 2, height: 2 });
		expect(pixels.data).toEqual(new Float32Array(12));
	});

	it("a CMYK JPEG in sRGB", async () => {
		const cmyk = await sharp({ create: { width: 16, height: 16, channels: 3, background: "#ff0000" } })
			.toColourspace("cmyk")
			.jpeg({ quality: 100 })
			.toBuffer();
		expect((await sharp(cmyk).metadata()).channels).toBe(4);
		const { pixels } = await loadPicture(folder.write("cmyk.jpg", cmyk), wanted(16, 16, 3));
		const [red = 0, green = 1, blue = 1] = pixels.data;
		// Pure red is out of gamut for inks: it comes back duller, but red.
		expect(red).toBeGreaterThan(0.8);
		expect(green).toBeLessThan(0.25);
		expect(blue).toBeLessThan(0.25);
	});

	it("upright for each of the eight EXIF orientations", async () => {
		const upright = ramp(3 * 2);
		// Where the stored picture's pixel (column, row) has its place in the upright one, which is 3 wide and 2 high.
		const stored: readonly ((x: number, y: number) => readonly [number, number])[] = [
			(x, y) => [x, y],
			(x, y) => [2 - x, y],
			(x, y) => [2 - x, 1 - y],
			(x, y) => [x, 1 - y],
			(x, y) => [y, x],
			(x, y) => [2 - y, x],
			(x, y) => [2 - y, 1 - x],
			(x, y) => [y, 1 - x],
		];
		for (const [i, place] of stored.entries()) {
			const turned = i >= 4;
			const [width, height] = turned ? [2, 3] : [3, 2];
			const data = new Uint8Array(6);
			for (let y = 0; y < height; y++) {
				for (let x = 0; x < width; x++) {
					const [column, row] = place(x, y);
					data[y * width + x] = upright[row * 3 + column] as number;
				}
			}
			const png = await sharp(data, { raw: { width, height, channels: 1 } })
				.toColourspace("b-w")
				.withMetadata({ orientation: i + 1 })
				.png()
				.toBuffer();
			const path = folder.write(`orientation-${i + 1}.png`, png);
			const { pixels, fileSize } = await loadPicture(path, wanted(3, 2, 1));
			expect(fileSize).toEqual({ width: 3, height: 2 });
			expect([...pixels.data], `orientation ${i + 1}`).toEqual([...fractions(upright)]);
		}
	});

	it("an orientation also counts when the picture is resized", async () => {
		// Stored 4 × 2 with the left half black; turned by 90 degrees clockwise its upper half is black.
		const data = Uint8Array.of(0, 0, 255, 255, 0, 0, 255, 255);
		const png = await sharp(data, { raw: { width: 4, height: 2, channels: 1 } })
			.toColourspace("b-w")
			.withMetadata({ orientation: 6 })
			.png()
			.toBuffer();
		const { pixels } = await loadPicture(folder.write("turned.png", png), wanted(1, 2, 1));
		expect(pixels.data[0]).toBeLessThan(0.3);
		expect(pixels.data[1]).toBeGreaterThan(0.7);
	});

	it("an embedded profile counts, but one that says sRGB changes nothing", async () => {
		const data = ramp(4 * 4 * 3);
		const image = () => sharp(data, { raw: { width: 4, height: 4, channels: 3 } });
		const standard = folder.write("srgb.png", await image().withIccProfile("srgb").png().toBuffer());
		expect((await sharp(standard).metadata()).hasProfile).toBe(true);
		expect((await loadPicture(standard, wanted(4, 4, 3))).pixels.data).toEqual(fractions(data));
		const red = sharp({ create: { width: 1, height: 1, channels: 3, background: "#c80000" } });
		const wide = folder.write("p3.png", await red.withIccProfile("p3").png().toBuffer());
		const { pixels } = await loadPicture(wide, wanted(1, 1, 3));
		// Written through a conversion to P3 and read through one back: within two 8-bit levels.
		expect(pixels.data[0]).toBeCloseTo(200 / 255, 1.8);
		expect(pixels.data[1]).toBeLessThan(3 / 255);
	});
});

describe("resizing", () => {
	it("stretches or cuts the middle", async () => {
		// Red | green | blue, each 8 × 8.
		const data = new Uint8Array(24 * 8 * 3);
		for (let i = 0; i < 24 * 8; i++) data[3 * i + Math.floor((i % 24) / 8)] = 255;
		const path = folder.write("flag.png", await rgbPng(data, 24, 8));
		const cut = await loadPicture(path, wanted(4, 4, 3, "crop"));
		// Reduced by 2, the triangle filter weighs 1/8, 3/8, 3/8, 1/8: the outer columns take 1/8 from across the border.
		const middle = [0, 1, 0];
		const outer = [0.125490203499794, 0.8745098114013672, 0];
		const row = [outer, middle, middle, [...outer].reverse()].flat();
		expect([...cut.pixels.data]).toEqual([row, row, row, row].flat());
		const stretched = await loadPicture(path, wanted(3, 1, 3));
		const colours = [0, 1, 2].map((x) => stretched.pixels.data.subarray(3 * x, 3 * x + 3));
		for (const [x, colour] of colours.entries()) expect(colour.indexOf(Math.max(...colour))).toBe(x);
		expect(stretched.fileSize).toEqual({ width: 24, height: 8 });
	});

	it("averages when it shrinks, so that a fine pattern turns grey", async () => {
		const board = Uint8Array.from({ length: 64 * 64 }, (_, i) => (((i % 64) + Math.floor(i / 64)) % 2) * 255);
		const image = sharp(board, { raw: { width: 64, height: 64, channels: 1 } }).toColourspace("b-w");
		const { pixels } = await loadPicture(folder.write("board.png", await image.png().toBuffer()), wanted(8, 8, 1));
		for (const value of pixels.data) expect(Math.abs(value - 0.5)).toBeLessThan(0.02);
	});

	it("keeps 16 bits", async () => {
		const flat = new Uint16Array(16 * 16).fill(12_345);
		const image = sharp(flat, { raw: { width: 16, height: 16, channels: 1 } }).toColourspace("grey16");
		const { pixels } = await loadPicture(folder.write("flat16.png", await image.png().toBuffer()), wanted(5, 5, 1));
		// The filter's fixed-point weights are off by up to .2 %; a tenth of an 8-bit level is 26.
		for (const value of pixels.data) expect(Math.abs(value * 65_535 - 12_345)).toBeLessThan(26);
	});
});

describe("pictures that can't be read", () => {
	it("say what the file starts with when it is something else", async () => {
		const path = folder.write("broken.png", "<html>not found</html>");
		expect(await errorOf(path)).toBe(`${path}: not a PNG (starts with '<htm')`);
		const binary = folder.write("binary.jpg", Uint8Array.of(0, 1, 254, 255, 3));
		expect(await errorOf(binary)).toBe(`${binary}: not a JPEG (starts with bytes 00 01 fe ff)`);
		const nameless = folder.write("nameless", "hello");
		expect(await errorOf(nameless)).toBe(`${nameless}: not a picture that can be read (starts with 'hell')`);
		const empty = folder.write("empty.png", "");
		expect(await errorOf(empty)).toBe(`${empty}: not a PNG (the file is empty)`);
	});

	it("a picture under another format's name is read all the same", async () => {
		const path = folder.write("really-a-png.jpg", await rgbPng(ramp(12), 2, 2));
		expect((await loadPicture(path, wanted(2, 2, 3))).pixels.data).toEqual(fractions(ramp(12)));
	});

	it("cut short, whatever the format", async () => {
		const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * i * 31) % 251);
		const image = () => sharp(noise, { raw: { width: 64, height: 64, channels: 3 } });
		const encoded = {
			"cut.png": await image().png().toBuffer(),
			"cut.jpg": await image().jpeg().toBuffer(),
			"cut.webp": await image().webp().toBuffer(),
			"cut.gif": await image().gif().toBuffer(),
			"cut.tiff": await image().tiff().toBuffer(),
		};
		for (const [name, bytes] of Object.entries(encoded)) {
			const path = folder.write(name, bytes.subarray(0, Math.floor(bytes.length / 2)));
			const message = await loadPicture(path, wanted(64, 64, 3)).then(
				() => "no error",
				(thrown: Error) => thrown.message,
			);
			expect(message, name).toMatch(/: not a readable .*damaged or cut short/);
			expect(message.startsWith(path)).toBe(true);
		}
	});

	it("a bomb is refused by its header, before it is decoded", async () => {
		const bomb = handMadePng(60_000, 60_000, 8, 2, deflateSync(Buffer.alloc(1000)));
		const path = folder.write("bomb.png", bomb);
		expect(await errorOf(path)).toBe(`${path}: 60000 × 60000 pixels are more than the 100 million that are read`);
		const gif = Buffer.from(
			"GIF89a\xff\xff\xff\xff\x00\x00\x00\x2c\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x00;",
			"latin1",
		);
		expect(await errorOf(folder.write("bomb.gif", gif))).toMatch(/65535 × 65535 pixels are more|not a readable GIF/);
	});

	it("no such file, a folder, no permission", async () => {
		const missing = join(folder.path, "missing.png");
		expect(await errorOf(missing)).toBe(`${missing}: there is no such file`);
		mkdirSync(join(folder.path, "folder.png"));
		expect(await errorOf(join(folder.path, "folder.png"))).toMatch(/this is a folder/);
		if (process.getuid?.() !== 0) {
			const secret = folder.write("secret.png", "x");
			chmodSync(secret, 0);
			expect(await errorOf(secret)).toBe(`${secret}: permission denied`);
		}
	});

	it("a device or pipe is not waited for", async () => {
		expect(await errorOf("/dev/zero")).toBe("/dev/zero: not a regular file");
	});
});

/** Puts the filter byte (none) in front of every row and compresses them. */
function pngRows(data: Uint8Array, rowBytes: number): Buffer {
	const rows: number[] = [];
	for (let at = 0; at < data.length; at += rowBytes) rows.push(0, ...data.subarray(at, at + rowBytes));
	return deflateSync(Buffer.from(rows));
}

function handMadePng(
	width: number,
	height: number,
	bits: number,
	colourType: number,
	data: Buffer,
	palette?: Buffer,
): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(width, 0);
	header.writeUInt32BE(height, 4);
	header[8] = bits;
	header[9] = colourType;
	const chunks = [pngChunk("IHDR", header)];
	if (palette) chunks.push(pngChunk("PLTE", palette));
	chunks.push(pngChunk("IDAT", data), pngChunk("IEND", Buffer.alloc(0)));
	return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

function pngChunk(type: string, content: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
	const chunk = Buffer.alloc(body.length + 8);
	chunk.writeUInt32BE(content.length, 0);
	body.copy(chunk, 4);
	chunk.writeUInt32BE(checksum(body), body.length + 4);
	return chunk;
}

/** CRC-32 as PNG wants it. */
function checksum(bytes: Buffer): number {
	let value = 0xffffffff;
	for (const byte of bytes) {
		value ^= byte;
		for (let i = 0; i < 8; i++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
	}
	return (value ^ 0xffffffff) >>> 0;
}
