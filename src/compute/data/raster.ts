/**
 * From decoded values to `Pixels`: fitted to the size wanted, alpha over white, grey or RGB, in [0, 1].
 *
 * Resizing interpolates linearly with a filter as wide as the reduction (no aliasing), in the gamma-encoded values,
 * as PIL and torchvision do. Grey is `0.299 R + 0.587 G + 0.114 B` of those values (ITU-R 601; PIL, Keras and
 * TensorFlow), not rounded. Where the size is the wanted one already, values are taken as they stand.
 */
import sharp, { type Sharp } from "sharp";
import type { Fit, Pixels, Size } from "./types.js";

// One thread per picture: several pictures are read at a time. Nothing is read twice, so no cache.
sharp.concurrency(1);
sharp.cache(false);

/** What the model wants its pictures to be. */
export interface WantedPixels extends Size {
	readonly channels: 1 | 3;
	readonly fit: Fit;
}

/** Bits per value: 0..255 or 0..65535. */
export type Depth = 8 | 16;

/** Values as a file holds them: row by row, channels last (grey, grey + alpha, RGB, RGBA). */
export interface Raster extends Size {
	readonly channels: 1 | 2 | 3 | 4;
	readonly data: Uint8Array | Uint16Array;
}

/** Runs sharp's pipeline and gives RGB values of the wanted size. `size` is the picture's upright size. */
export async function renderPixels(image: Sharp, size: Size, depth: Depth, wanted: WantedPixels): Promise<Pixels> {
	image.flatten({ background: "#ffffff" });
	if (size.width !== wanted.width || size.height !== wanted.height) {
		const fit = wanted.fit === "crop" ? "cover" : "fill";
		const options = { fit, position: "centre", kernel: "linear", fastShrinkOnLoad: false } as const;
		image.resize(wanted.width, wanted.height, options);
	}
	const { data } = await image
		.toColourspace(depth === 16 ? "rgb16" : "srgb")
		.raw({ depth: depth === 16 ? "ushort" : "uchar" })
		.toBuffer({ resolveWithObject: true });
	const { width, height } = wanted;
	if (data.length !== width * height * 3 * (depth / 8)) throw new Error(`${data.length} bytes after decoding`);
	const values = depth === 16 ? wordsOf(data) : data;
	return { width, height, channels: wanted.channels, data: scaled(values, 3, wanted.channels, 2 ** depth - 1) };
}

/** As `renderPixels`, for values that are in memory already. */
export async function fitRaster(raster: Raster, wanted: WantedPixels): Promise<Pixels> {
	const { width, height, channels, data } = raster;
	const depth: Depth = data instanceof Uint16Array ? 16 : 8;
	if (width === wanted.width && height === wanted.height && (channels === 1 || channels === 3)) {
		return { width, height, channels: wanted.channels, data: scaled(data, channels, wanted.channels, 2 ** depth - 1) };
	}
	return renderPixels(sharp(data, { raw: { width, height, channels } }), raster, depth, wanted);
}

function wordsOf(bytes: Buffer): Uint16Array {
	const aligned = bytes.byteOffset % 2 === 0 ? bytes : Buffer.from(bytes);
	return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

/**
 * Divides values by `largest` and converts between grey and RGB. Three equal channels give exactly that value as
 * grey. `largest` may be 1 for values that are in [0, 1] already.
 */
export function scaled(values: ArrayLike<number>, from: 1 | 3, to: 1 | 3, largest: number): Float32Array {
	const count = values.length / from;
	const data = new Float32Array(count * to);
	if (from === to) {
		for (let i = 0; i < data.length; i++) data[i] = valueAt(values, i) / largest;
	} else if (from === 1) {
		for (let i = 0; i < count; i++) data.fill(valueAt(values, i) / largest, 3 * i, 3 * i + 3);
	} else {
		for (let i = 0; i < count; i++) {
			const red = valueAt(values, 3 * i);
			const green = valueAt(values, 3 * i + 1);
			const blue = valueAt(values, 3 * i + 2);
			const grey = red === green && green === blue ? red : 0.299 * red + 0.587 * green + 0.114 * blue;
			data[i] = grey / largest;
		}
	}
	return data;
}

function valueAt(values: ArrayLike<number>, index: number): number {
	return values[index] as number;
}
