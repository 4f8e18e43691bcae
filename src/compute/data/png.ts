/** Pictures as 8-bit PNG files: adversarials exactly as checked, and the noise made visible. */
import sharp from "sharp";
import { BlindspotError } from "../errors.js";
import { type WhenExisting, writeWholeFile } from "./files.js";
import { marked } from "./ownPictures.js";
import type { Pixels, Size } from "./types.js";

/** 8-bit values, row by row, channels last. */
export interface BytePicture extends Size {
	readonly channels: number;
	readonly data: Uint8Array;
}

/** Rounds pixels to the nearest of the 256 levels; values outside [0, 1] are clipped. */
export function toBytes(pixels: Pixels): BytePicture {
	const { width, height, channels, data } = pixels;
	const bytes = new Uint8Array(data.length);
	// Several times as fast as `Uint8Array.from` with a function.
	for (let i = 0; i < data.length; i++) bytes[i] = toByte(data[i] as number);
	return { width, height, channels, data: bytes };
}

function toByte(value: number): number {
	return Math.max(0, Math.min(255, Math.floor(value * 255 + 0.5)));
}

export interface NoisePicture {
	readonly picture: BytePicture;
	/** How many times larger than life the noise is shown. */
	readonly factor: number;
}

/** Mid grey: no difference. */
const NO_NOISE = 128;
const LARGEST_SHOWN = 127;

/**
 * The difference `changed - original` around mid grey (128), amplified so that the largest difference reaches
 * black or white: byte = 128 + 255 · factor · difference. No difference at all is plain grey with factor 1.
 */
export function noisePicture(original: Pixels, changed: Pixels): NoisePicture {
	const { width, height, channels } = original;
	const difference = changed.data.map((value, i) => value - (original.data[i] as number));
	const largest = difference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
	const factor = largest === 0 ? 1 : LARGEST_SHOWN / (255 * largest);
	const data = Uint8Array.from(difference, (value) => Math.round(NO_NOISE + 255 * factor * value));
	return { picture: { width, height, channels, data }, factor };
}

/**
 * The bytes of a PNG file with exactly these values: 8-bit grey, RGB or RGBA, no colour profile. Throws `unwritable` for any other
 * number of channels. It is marked as Blindspot's.
 */
export async function encodePng(picture: BytePicture): Promise<Buffer> {
	const { width, height, channels } = picture;
	refuseAsPng(channels);
	const png = await sharp(picture.data, { raw: { width, height, channels } })
		.toColourspace(channels === 1 ? "b-w" : "srgb")
		.png({ compressionLevel: 9, palette: false })
		.toBuffer();
	return marked(png);
}

/** Throws `unwritable` where a PNG can't hold as many channels. */
export function refuseAsPng(channels: number): asserts channels is 1 | 3 | 4 {
	if (channels !== 1 && channels !== 3 && channels !== 4)
		throw new BlindspotError("unwritable", `A PNG can't hold ${channels} channels. Save the images as .npz.`);
}

/** Writes a PNG file and returns its path, which differs from `path` where the next free name was asked for. */
export async function writePng(path: string, picture: BytePicture, whenExisting: WhenExisting): Promise<string> {
	return writeWholeFile(path, await encodePng(picture), whenExisting);
}
