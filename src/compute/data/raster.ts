/**
 * From decoded values to `Pixels`: fitted to the size wanted, alpha kept or over white or black, in [0, 1].
 *
 * Resizing interpolates linearly with a filter as wide as the reduction (no aliasing), in the gamma-encoded values,
 * as PIL and torchvision do. Grey is `0.299 R + 0.587 G + 0.114 B` of those values (ITU-R 601; PIL, Keras and
 * TensorFlow), not rounded. Where the size is the wanted one already, values are taken as they stand.
 */
import sharp, { type Sharp } from "sharp";
import { BlindspotError } from "../errors.js";
import type { Fit, Pixels, Size, Transparency } from "./types.js";

// One thread per picture: several pictures are read at a time. Nothing is read twice, so no cache.
sharp.concurrency(1);
sharp.cache(false);

/** What the model wants its pictures to be. */
export interface WantedPixels extends Size {
	/** 1 is grey, 3 RGB, 4 RGBA; other numbers come from `.npz` data only. */
	readonly channels: number;
	readonly fit: Fit;
	/** White where absent. */
	readonly transparency?: Transparency;
}

/** Bits per value: 0..255 or 0..65535. */
export type Depth = 8 | 16;

/** Values as a file holds them: row by row, channels last (grey, RGB, RGBA, or any other number). */
export interface Raster extends Size {
	readonly channels: number;
	readonly data: Uint8Array | Uint16Array;
}

/** Runs sharp's pipeline and gives values of the wanted size. `size` is the picture's upright size. */
export async function renderPixels(image: Sharp, size: Size, depth: Depth, wanted: WantedPixels): Promise<Pixels> {
	refuseOddChannels(wanted.channels);
	const hasAlpha = wanted.channels === 4;
	if (hasAlpha) image.ensureAlpha(1);
	else if (wanted.transparency === "drop") image.removeAlpha();
	else image.flatten({ background: wanted.transparency === "black" ? "#000000" : "#ffffff" });
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
	const channels = hasAlpha ? 4 : 3;
	if (data.length !== width * height * channels * (depth / 8)) throw new Error(`${data.length} bytes after decoding`);
	const values = depth === 16 ? wordsOf(data) : data;
	return { width, height, channels: wanted.channels, data: scaled(values, channels, wanted.channels, 2 ** depth - 1) };
}

/** Throws `unreadable-data` where no picture file has so many channels. */
export function refuseOddChannels(channels: number): void {
	if (channels === 1 || channels === 3 || channels === 4) return;
	throw new BlindspotError(
		"unreadable-data",
		`image files have 1, 3 or 4 channels, the model takes ${channels}; use .npz data with x of shape (count, height, width, ${channels})`,
	);
}

/** As `renderPixels`, for values that are in memory already. Throws `unreadable-data` where the channels don't go with the model's. */
export async function fitRaster(raster: Raster, wanted: WantedPixels): Promise<Pixels> {
	const { width, height, channels, data } = raster;
	const depth: Depth = data instanceof Uint16Array ? 16 : 8;
	const isPlain = channels === wanted.channels || channels === 1 || channels === 3;
	if (width === wanted.width && height === wanted.height && isPlain) {
		return { width, height, channels: wanted.channels, data: scaled(data, channels, wanted.channels, 2 ** depth - 1) };
	}
	if (channels === 1 || channels === 3 || channels === 4)
		return renderPixels(sharp(data, { raw: { width, height, channels } }), raster, depth, wanted);
	if (channels !== wanted.channels) throw otherChannels(channels, wanted.channels);
	return fitPlanes(raster, depth, wanted);
}

/** Each channel is resized as a grey picture of its own. */
async function fitPlanes(
	{ width, height, channels, data }: Raster,
	depth: Depth,
	wanted: WantedPixels,
): Promise<Pixels> {
	const fitted = new Float32Array(wanted.width * wanted.height * channels);
	for (let channel = 0; channel < channels; channel++) {
		const plane = data.filter((_, i) => i % channels === channel);
		const image = sharp(plane, { raw: { width, height, channels: 1 } });
		const pixels = await renderPixels(image, { width, height }, depth, { ...wanted, channels: 1 });
		pixels.data.forEach((value, i) => {
			fitted[i * channels + channel] = value;
		});
	}
	return { width: wanted.width, height: wanted.height, channels, data: fitted };
}

function wordsOf(bytes: Buffer): Uint16Array {
	const aligned = bytes.byteOffset % 2 === 0 ? bytes : Buffer.from(bytes);
	return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

/**
 * Divides values by `largest` and converts between grey, RGB and opaque RGBA. Three equal channels give exactly that value as
 * grey. `largest` may be 1 for values that are in [0, 1] already. Throws `unreadable-data` for other numbers of channels
 * that differ.
 */
export function scaled(values: ArrayLike<number>, from: number, to: number, largest: number): Float32Array {
	const count = values.length / from;
	const data = new Float32Array(count * to);
	if (from === to) {
		for (let i = 0; i < data.length; i++) data[i] = valueAt(values, i) / largest;
	} else if (from === 1 && (to === 3 || to === 4)) {
		for (let i = 0; i < count; i++) data.fill(valueAt(values, i) / largest, to * i, to * i + 3);
	} else if (from === 3 && to === 4) {
		for (let i = 0; i < 3 * count; i++) data[i + Math.floor(i / 3)] = valueAt(values, i) / largest;
	} else if (from === 3 && to === 1) {
		for (let i = 0; i < count; i++) {
			const red = valueAt(values, 3 * i);
			const green = valueAt(values, 3 * i + 1);
			const blue = valueAt(values, 3 * i + 2);
			const grey = red === green && green === blue ? red : 0.299 * red + 0.587 * green + 0.114 * blue;
			data[i] = grey / largest;
		}
	} else {
		throw otherChannels(from, to);
	}
	if (to === 4 && from !== 4) for (let i = 3; i < data.length; i += 4) data[i] = 1;
	return data;
}

function otherChannels(found: number, wanted: number): BlindspotError {
	const many = (n: number) => `${n} channel${n === 1 ? "" : "s"}`;
	return new BlindspotError("unreadable-data", `has ${many(found)}, the model takes ${many(wanted)}`);
}

function valueAt(values: ArrayLike<number>, index: number): number {
	return values[index] as number;
}
