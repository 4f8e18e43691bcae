/**
 * Picture files. Decoded as a viewer shows them: upright (EXIF), first frame or page, palette resolved, alpha over white
 * unless something else is wanted, CMYK and embedded colour profiles converted to sRGB. 16-bit files keep their precision.
 */
import sharp from "sharp";
import { asBlindspotError, BlindspotError } from "../errors.js";
import { bitmapSize, decodeBitmap } from "./bmp.js";
import { readWholeFile } from "./files.js";
import { describeForeignContent, formatOfContent, type PictureFormat } from "./pictureFormats.js";
import { type Depth, fitRaster, refuseOddChannels, renderPixels, type WantedPixels } from "./raster.js";
import type { Pixels, Size } from "./types.js";

/** The most pixels that a picture file may hold; checked in its header before anything is decoded. */
export const MOST_PICTURE_PIXELS = 100_000_000;
/** The most bytes that a picture file may have. */
export const MOST_PICTURE_BYTES = 512 * 2 ** 20;

export interface Picture {
	readonly pixels: Pixels;
	/** The upright size in the file, before resizing or cropping. */
	readonly fileSize: Size;
	/** Whether parts of it are transparent and the model takes no alpha, so that they were filled. */
	readonly isFilled?: boolean;
}

/** Reads a picture file at the size wanted. Throws `unreadable-data`, naming the file and the reason. */
export async function loadPicture(path: string, wanted: WantedPixels): Promise<Picture> {
	refuse(path, wanted.channels);
	const bytes = await readWholeFile(path, MOST_PICTURE_BYTES);
	const format = formatOfContent(bytes);
	if (format === null) {
		throw new BlindspotError("unreadable-data", `${path}: ${describeForeignContent(path, bytes)}`, path);
	}
	if (format === "BMP") return loadBitmap(path, bytes, wanted);
	try {
		return await loadWithSharp(path, bytes, format, wanted);
	} catch (thrown) {
		if (thrown instanceof BlindspotError) throw thrown;
		const reason = thrown instanceof Error ? thrown.message.trim().replace(/\s*\n\s*/g, "; ") : String(thrown);
		const message = `${path}: not a readable ${format}, damaged or cut short (${reason})`;
		throw new BlindspotError("unreadable-data", message, path);
	}
}

async function loadBitmap(path: string, bytes: Buffer, wanted: WantedPixels): Promise<Picture> {
	const fileSize = bitmapSize(path, bytes);
	refuseHugePicture(path, fileSize);
	const { hasAlpha, data, ...size } = decodeBitmap(path, bytes);
	const raster = hasAlpha
		? ({ ...size, channels: 4, data } as const)
		: ({ ...size, channels: 3, data: withoutAlpha(data) } as const);
	const isFilled = hasAlpha && wanted.channels !== 4;
	return { fileSize, pixels: await fitRaster(raster, wanted), ...(isFilled && { isFilled }) };
}

/** Says which file it is that has other channels than the model. */
function refuse(path: string, channels: number): void {
	try {
		refuseOddChannels(channels);
	} catch (thrown) {
		const { reason, message } = asBlindspotError(thrown);
		throw new BlindspotError(reason, `${path}: ${message}`, path);
	}
}

function withoutAlpha(rgba: Uint8Array): Uint8Array {
	const rgb = new Uint8Array((rgba.length / 4) * 3);
	for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
		rgb[to] = rgba[from] as number;
		rgb[to + 1] = rgba[from + 1] as number;
		rgb[to + 2] = rgba[from + 2] as number;
	}
	return rgb;
}

async function loadWithSharp(
	path: string,
	bytes: Buffer,
	format: PictureFormat,
	wanted: WantedPixels,
): Promise<Picture> {
	const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
	const fileSize: Size = { width: metadata.autoOrient.width, height: metadata.autoOrient.height };
	refuseHugePicture(path, fileSize);
	const depth = depthOf(path, format, metadata.depth, metadata.space);
	const image = sharp(bytes, {
		autoOrient: true,
		// Stricter would refuse files that every viewer shows, such as a JPEG with stray bytes at its end.
		failOn: "error",
		// A colour profile that says sRGB changes nothing but would cost an inexact conversion.
		ignoreIcc: metadata.icc !== undefined && isStandardRgb(metadata.icc),
		limitInputPixels: MOST_PICTURE_PIXELS,
	});
	const isFilled = wanted.channels !== 4 && metadata.hasAlpha === true && (await isTransparent(bytes));
	return { fileSize, pixels: await renderPixels(image, fileSize, depth, wanted), ...(isFilled && { isFilled }) };
}

/** Many files have an alpha channel that is opaque throughout. */
async function isTransparent(bytes: Buffer): Promise<boolean> {
	const alpha = await sharp(bytes, { limitInputPixels: MOST_PICTURE_PIXELS })
		.toColourspace("srgb")
		.extractChannel("alpha")
		.raw()
		.toBuffer();
	return alpha.some((value) => value < 255);
}

function refuseHugePicture(path: string, { width, height }: Size): void {
	if (width * height <= MOST_PICTURE_PIXELS) return;
	const limit = MOST_PICTURE_PIXELS / 1e6;
	const message = `${path}: ${width} × ${height} pixels are more than the ${limit} million that are read`;
	throw new BlindspotError("unreadable-data", message, path);
}

function depthOf(path: string, format: PictureFormat, depth: string, space: string): Depth {
	if (depth === "uchar") return 8;
	if (depth === "ushort") return space === "rgb16" || space === "grey16" ? 16 : 8;
	const message = `${path}: a ${format} with values of type ${depth} isn't supported; save it with 8 or 16 bits`;
	throw new BlindspotError("unreadable-data", message, path);
}

const ICC_TAG_TABLE = 128;

/** Whether an ICC profile's description names sRGB. Profiles too damaged to tell count as others. */
function isStandardRgb(profile: Buffer): boolean {
	if (profile.length < ICC_TAG_TABLE + 4) return false;
	const tags = Math.min(profile.readUInt32BE(ICC_TAG_TABLE), 100);
	for (let tag = 0; tag < tags; tag++) {
		const at = ICC_TAG_TABLE + 4 + 12 * tag;
		if (at + 12 > profile.length) return false;
		if (profile.toString("latin1", at, at + 4) !== "desc") continue;
		const start = profile.readUInt32BE(at + 4);
		// Version 2 holds ASCII, version 4 UTF-16; without the zeros both read the same.
		const description = profile.toString("latin1", start, start + profile.readUInt32BE(at + 8)).replaceAll("\0", "");
		return description.includes("sRGB");
	}
	return false;
}
