import { describe, expect, it } from "vitest";
import { bitmapSize, decodeBitmap } from "../../../src/compute/data/bmp.js";
import { loadPicture } from "../../../src/compute/data/pictures.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

interface Bmp {
	readonly width: number;
	/** Negative: top-down. */
	readonly height: number;
	readonly bits: number;
	readonly compression?: number;
	readonly masks?: readonly number[];
	/** Blue, green, red, 0 per colour. */
	readonly palette?: readonly number[];
	readonly data: readonly number[];
	/** Bytes between the palette and the pixels. */
	readonly gap?: number;
}

function bmp({ width, height, bits, compression = 0, masks = [], palette = [], data, gap = 0 }: Bmp): Buffer {
	const extended = masks.length === 4;
	const header = Buffer.alloc(14 + (extended ? 108 : 40));
	header.write("BM");
	header.writeUInt32LE(header.length - 14, 14);
	header.writeInt32LE(width, 18);
	header.writeInt32LE(height, 22);
	header.writeUInt16LE(1, 26);
	header.writeUInt16LE(bits, 28);
	header.writeUInt32LE(compression, 30);
	header.writeUInt32LE(palette.length / 4, 46);
	const maskBytes = Buffer.alloc(masks.length * 4);
	for (const [i, mask] of masks.entries()) maskBytes.writeUInt32LE(mask, 4 * i);
	if (extended) maskBytes.copy(header, 54);
	const table = Buffer.concat([extended ? Buffer.alloc(0) : maskBytes, Buffer.from(palette), Buffer.alloc(gap)]);
	header.writeUInt32LE(header.length + table.length, 10);
	return Buffer.concat([header, table, Buffer.from(data)]);
}

function rgb(bytes: Buffer): number[] {
	const { data } = decodeBitmap("x.bmp", bytes);
	return [...data].filter((_, i) => i % 4 !== 3);
}

const BLACK_RED_WHITE = [0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 255, 0];
const [K, R, W] = [
	[0, 0, 0],
	[255, 0, 0],
	[255, 255, 255],
] as const;

describe("uncompressed bitmaps", () => {
	it("24 bits, bottom-up with padded rows, and top-down", () => {
		const rows = [3, 2, 1, 0, /* next row */ 6, 5, 4, 0];
		expect(rgb(bmp({ width: 1, height: 2, bits: 24, data: rows }))).toEqual([4, 5, 6, 1, 2, 3]);
		expect(rgb(bmp({ width: 1, height: -2, bits: 24, data: rows }))).toEqual([1, 2, 3, 4, 5, 6]);
	});

	it("rows of every width are padded to four bytes, but for the last, whose padding may be missing", () => {
		const palette = Array.from({ length: 256 }, (_, i) => [i, i, i, 0]).flat();
		for (const bits of [1, 4, 8, 16, 24, 32])
			for (let width = 1; width <= 33; width++) {
				const rowBytes = Math.ceil((width * bits) / 8);
				const padding = (4 - (rowBytes % 4)) % 4;
				// The lower row is black, the upper one, which comes last, is white or the palette's last colour that it can name.
				const data = [...Array<number>(rowBytes + padding).fill(0), ...Array<number>(rowBytes).fill(255)];
				const file = { width, height: 2, bits, data, palette: bits <= 8 ? palette.slice(0, 4 * 2 ** bits) : [] };
				const light = bits < 8 ? 2 ** bits - 1 : 255;
				const expected = [...Array<number>(3 * width).fill(light), ...Array<number>(3 * width).fill(0)];
				expect(rgb(bmp(file)), `${width} pixels of ${bits} bits`).toEqual(expected);
				expect(() => decodeBitmap("x.bmp", bmp({ ...file, data: data.slice(1) }))).toThrow("cut short");
			}
	});

	it("1, 4 and 8 bits with a palette, at odd widths and with a gap before the pixels", () => {
		const palette = BLACK_RED_WHITE;
		const eight = bmp({ width: 3, height: 1, bits: 8, palette, data: [2, 1, 0, 0], gap: 6 });
		expect(rgb(eight)).toEqual([W, R, K].flat());
		const four = bmp({ width: 3, height: 2, bits: 4, palette, data: [0x21, 0, 0, 0, 0x10, 0x20, 0, 0] });
		expect(rgb(four)).toEqual([R, K, W, W, R, K].flat());
		const one = bmp({
			width: 9,
			height: 1,
			bits: 1,
			palette: palette.slice(0, 8),
			data: [0b10100000, 0b10000000, 0, 0],
		});
		expect(rgb(one)).toEqual([R, K, R, K, K, K, K, K, R].flat());
	});

	it("16 bits as 5-5-5 and, by masks, as 5-6-5", () => {
		const red = 0x7c00;
		const data = [red & 255, red >> 8, 0xff, 0x7f];
		expect(rgb(bmp({ width: 2, height: 1, bits: 16, data }))).toEqual([R, W].flat());
		const masks = [0xf800, 0x07e0, 0x001f];
		const green = bmp({ width: 2, height: 1, bits: 16, compression: 3, masks, data: [0xe0, 0x07, 0x00, 0xf8] });
		expect(rgb(green)).toEqual([[0, 255, 0], R].flat());
	});

	it("32 bits are opaque unless an alpha mask says otherwise and alpha is used", () => {
		const plain = decodeBitmap("x.bmp", bmp({ width: 1, height: 1, bits: 32, data: [3, 2, 1, 0] }));
		expect([...plain.data]).toEqual([1, 2, 3, 255]);
		expect(plain.hasAlpha).toBe(false);
		const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
		const half = decodeBitmap(
			"x.bmp",
			bmp({ width: 1, height: 1, bits: 32, compression: 3, masks, data: [3, 2, 1, 128] }),
		);
		expect([...half.data]).toEqual([1, 2, 3, 128]);
		expect(half.hasAlpha).toBe(true);
		const unused = decodeBitmap(
			"x.bmp",
			bmp({ width: 1, height: 1, bits: 32, compression: 3, masks, data: [3, 2, 1, 0] }),
		);
		expect([...unused.data]).toEqual([1, 2, 3, 255]);
		expect(unused.hasAlpha).toBe(false);
	});
});

describe("run-length coded bitmaps", () => {
	const palette = BLACK_RED_WHITE;

	it("8 bits: runs, literals, line ends, jumps", () => {
		// Lower row: 3 × red, then the line's end. Upper: literal white, red, white (padded), the picture's end.
		const data = [3, 1, 0, 0, 0, 3, 2, 1, 2, 0, 0, 1];
		expect(rgb(bmp({ width: 4, height: 2, bits: 8, compression: 1, palette, data }))).toEqual(
			[W, R, W, K, R, R, R, K].flat(),
		);
		const jump = [1, 1, 0, 2, 1, 1, 1, 2, 0, 1];
		expect(rgb(bmp({ width: 3, height: 2, bits: 8, compression: 1, palette, data: jump }))).toEqual(
			[K, K, W, R, K, K].flat(),
		);
	});

	it("4 bits: two colours take turns", () => {
		const data = [3, 0x12, 0, 3, 0x20, 0x10, 0, 1];
		expect(rgb(bmp({ width: 6, height: 1, bits: 4, compression: 2, palette, data }))).toEqual(
			[R, W, R, W, K, R].flat(),
		);
	});

	it("runs over the edge are cut off", () => {
		const data = [255, 1, 0, 1];
		expect(rgb(bmp({ width: 2, height: 1, bits: 8, compression: 1, palette, data }))).toEqual([R, R].flat());
	});
});

describe("bitmaps that can't be read", () => {
	it("name the file and the reason", () => {
		const short = bmp({ width: 2, height: 2, bits: 24, data: [1, 2, 3] });
		expect(() => decodeBitmap("a.bmp", short)).toThrow(
			"a.bmp: not a readable BMP: cut short: 70 bytes expected, 57 found",
		);
		const strange = bmp({ width: 1, height: 1, bits: 7, data: [0, 0, 0, 0] });
		expect(() => decodeBitmap("a.bmp", strange)).toThrow("7 bits per pixel");
		const jpegInside = bmp({ width: 1, height: 1, bits: 24, compression: 4, data: [0, 0, 0, 0] });
		expect(() => decodeBitmap("a.bmp", jpegInside)).toThrow("compression 4");
		const endless = bmp({ width: 2, height: 2, bits: 8, compression: 1, palette: BLACK_RED_WHITE, data: [1, 1] });
		expect(() => decodeBitmap("a.bmp", endless)).toThrow("cut short within its runs");
		expect(() => bitmapSize("a.bmp", Buffer.from("BM nothing more of a bitmap"))).toThrow("unknown header of");
	});

	it("have a header of a length, a size or a depth that no bitmap has", () => {
		const good = bmp({ width: 1, height: 1, bits: 24, data: [3, 2, 1, 0] });
		const changed = (change: (bytes: Buffer) => void) => {
			const bytes = Buffer.from(good);
			change(bytes);
			return () => decodeBitmap("a.bmp", bytes);
		};
		expect(changed(() => undefined)).not.toThrow();
		expect(() => decodeBitmap("a.bmp", good.subarray(0, 25))).toThrow("the header is cut short");
		expect(() => decodeBitmap("a.bmp", good.subarray(0, 53))).toThrow("the header is cut short");
		for (const length of [11, 13, 39, 125])
			expect(changed((bytes) => bytes.writeUInt32LE(length, 14))).toThrow(`unknown header of ${length} bytes`);
		expect(changed((bytes) => bytes.writeUInt32LE(124, 14))).toThrow("the header is cut short");
		expect(changed((bytes) => bytes.writeInt32LE(0, 18))).toThrow("a size of 0 × 1");
		expect(changed((bytes) => bytes.writeInt32LE(-1, 18))).toThrow("a size of -1 × 1");
		expect(changed((bytes) => bytes.writeInt32LE(0, 22))).toThrow("a size of 1 × 0");
		for (const bits of [0, 2, 3, 12, 23, 33])
			expect(changed((bytes) => bytes.writeUInt16LE(bits, 28))).toThrow(`${bits} bits per pixel`);
		for (const offset of [0, 53, 59])
			expect(changed((bytes) => bytes.writeUInt32LE(offset, 10))).toThrow(`pixels start at byte ${offset} of 58`);
		expect(changed((bytes) => bytes.writeUInt32LE(58, 10))).toThrow("cut short: 62 bytes expected, 58 found");
		expect(changed((bytes) => bytes.writeUInt32LE(54, 10))).not.toThrow();
	});

	it("have a compression that their depth doesn't go with", () => {
		const palette = BLACK_RED_WHITE;
		for (const [bits, compression] of [
			[4, 1],
			[24, 1],
			[8, 2],
			[24, 2],
			[8, 3],
			[24, 3],
			[24, 6],
			[8, 5],
		] as const)
			expect(() =>
				decodeBitmap("a.bmp", bmp({ width: 1, height: 1, bits, compression, palette, data: [0, 0] })),
			).toThrow(`compression ${compression} at ${bits} bits isn't supported`);
	});

	it("end before their palette, their masks or the pixels of a literal run", () => {
		const eight = { width: 2, height: 1, bits: 8, compression: 1 };
		// No byte between header and end, so no colour.
		expect(() => decodeBitmap("a.bmp", bmp({ width: 1, height: 1, bits: 8, data: [] }))).toThrow(
			"the palette is missing",
		);
		const masked = bmp({ width: 1, height: 1, bits: 16, compression: 3, masks: [1, 2, 4], data: [0, 0, 0, 0] });
		expect(() => decodeBitmap("a.bmp", masked.subarray(0, 65))).toThrow("the header is cut short");
		const literal = { ...eight, width: 4, palette: BLACK_RED_WHITE };
		expect(() => decodeBitmap("a.bmp", bmp({ ...literal, data: [0, 4, 1, 1, 1] }))).toThrow(
			"cut short within its runs",
		);
		expect(() => decodeBitmap("a.bmp", bmp({ ...literal, data: [0, 4, 1, 1, 1, 1, 0, 1] }))).not.toThrow();
	});

	it("a bomb is refused by its header", async () => {
		const path = folder.write("bomb.bmp", bmp({ width: 2_000_000, height: 2_000_000, bits: 1, data: [0] }));
		await expect(loadPicture(path, { width: 1, height: 1, channels: 3, fit: "resize" })).rejects.toThrow(
			"2000000 × 2000000 pixels are more than the 100 million that are read",
		);
	});
});

it("a bitmap is loaded like other pictures, alpha over white", async () => {
	const wanted = { width: 1, height: 2, channels: 3, fit: "resize" } as const;
	const plain = folder.write("plain.bmp", bmp({ width: 1, height: 2, bits: 24, data: [3, 2, 1, 0, 6, 5, 4, 0] }));
	const { pixels, fileSize } = await loadPicture(plain, wanted);
	expect(fileSize).toEqual({ width: 1, height: 2 });
	expect(pixels.data).toEqual(Float32Array.from([4, 5, 6, 1, 2, 3], (value) => value / 255));
	const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
	const data = [0, 0, 0, 51, 0, 0, 0, 255];
	const see = folder.write("alpha.bmp", bmp({ width: 1, height: 2, bits: 32, compression: 3, masks, data }));
	const flattened = await loadPicture(see, wanted);
	expect(flattened.pixels.data).toEqual(Float32Array.from([0, 0, 0, 204, 204, 204], (value) => value / 255));
});
