import type { BytePicture } from "../../compute/data/png.js";
import type { Pixels } from "../../compute/data/types.js";

/** What of a picture is seen, where that isn't all of it: a screen has three channels. Empty for grey and RGB. */
export function shownChannels(channels: number): string {
	if (channels === 1 || channels === 3) return "";
	return channels === 2
		? "The first of 2 channels, as gray"
		: `The first 3 of ${channels} channels, as red, green and blue`;
}

/**
 * RGBA bytes of pixels, or of their difference to `reference` times `factor` about mid grey.
 * Values outside [0, 1] are clipped.
 */
export function paint(
	pixels: Pixels,
	reference: Pixels | null,
	factor: number,
): { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number } {
	const { width, height, channels, data } = pixels;
	const bytes = new Uint8ClampedArray(width * height * 4);
	for (let at = 0; at < width * height; at++) {
		for (let channel = 0; channel < 3; channel++) {
			const from = at * channels + (channels < 3 ? 0 : channel);
			const value = data[from] ?? 0;
			const shown = reference === null ? value : 0.5 + (value - (reference.data[from] ?? 0)) * factor;
			bytes[at * 4 + channel] = shown * 255;
		}
		bytes[at * 4 + 3] = 255;
	}
	return { data: bytes, width, height };
}

/** RGBA bytes of a picture of bytes. */
export function paintBytes(picture: BytePicture): Uint8ClampedArray<ArrayBuffer> {
	const { width, height } = picture;
	const bytes = new Uint8ClampedArray(width * height * 4);
	paintInto(bytes, width, picture, 0, 0);
	return bytes;
}

/** A line of square places with gaps between them, in pixels. */
export interface StripSize {
	readonly width: number;
	/** Of a place: the largest width or height of the pictures. */
	readonly side: number;
	readonly gap: number;
}

export function stripSize(pictures: readonly (BytePicture | null)[], places: number): StripSize {
	const side = pictures.reduce((most, picture) => Math.max(most, picture?.width ?? 0, picture?.height ?? 0), 1);
	const gap = Math.max(1, Math.round(side / 10));
	return { width: places * side + (places - 1) * gap, side, gap };
}

/** RGBA bytes of pictures in a line, each in the middle of its place; what has no picture is transparent. */
export function paintStrip(
	pictures: readonly (BytePicture | null)[],
	places: number,
): { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number } {
	const { width, side, gap } = stripSize(pictures, places);
	const bytes = new Uint8ClampedArray(width * side * 4);
	pictures.slice(0, places).forEach((picture, at) => {
		if (picture === null) return;
		const left = at * (side + gap) + Math.floor((side - picture.width) / 2);
		paintInto(bytes, width, picture, left, Math.floor((side - picture.height) / 2));
	});
	return { data: bytes, width, height: side };
}

/** Writes a picture into RGBA bytes that are `across` pixels wide. */
function paintInto(
	bytes: Uint8ClampedArray,
	across: number,
	{ width, height, channels, data }: BytePicture,
	left: number,
	top: number,
): void {
	const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
	for (let row = 0; row < height; row++) {
		let to = ((top + row) * across + left) * 4;
		let from = row * width * channels;
		for (let column = 0; column < width; column++, to += 4, from += channels) {
			bytes[to] = data[from] ?? 0;
			bytes[to + 1] = data[from + green] ?? 0;
			bytes[to + 2] = data[from + blue] ?? 0;
			bytes[to + 3] = 255;
		}
	}
}
