import type { BytePicture } from "../../compute/data/png.js";
import type { Pixels } from "../../compute/data/types.js";

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
			const from = at * channels + (channels === 1 ? 0 : channel);
			const value = data[from] ?? 0;
			const shown = reference === null ? value : 0.5 + (value - (reference.data[from] ?? 0)) * factor;
			bytes[at * 4 + channel] = shown * 255;
		}
		bytes[at * 4 + 3] = 255;
	}
	return { data: bytes, width, height };
}

/** RGBA bytes of a picture of bytes. */
export function paintBytes({ width, height, channels, data }: BytePicture): Uint8ClampedArray<ArrayBuffer> {
	const bytes = new Uint8ClampedArray(width * height * 4);
	for (let at = 0; at < width * height; at++) {
		for (let channel = 0; channel < 3; channel++) {
			bytes[at * 4 + channel] = data[at * channels + (channels === 1 ? 0 : channel)] ?? 0;
		}
		bytes[at * 4 + 3] = 255;
	}
	return bytes;
}
