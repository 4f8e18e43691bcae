/** What is kept of a picture after it was scored: a small copy to show, and vectors that say what it has in common with others. */
import type { BytePicture } from "../data/png.js";
import type { Pixels } from "../data/types.js";
import { normalise } from "./haar.js";
import type { IndexedImage } from "./layerReader.js";

/** The longest side of a picture that is shown small. */
export const THUMBNAIL_SIDE = 64;
/** The longest side of a picture whose pixels are compared. */
export const COMPARED_SIDE = 32;

export interface ImageMarks {
	readonly index: number;
	readonly source: string;
	/** -1 where the class isn't known. */
	readonly label: number;
	readonly thumbnail: BytePicture;
	/** Its pixels, no side above `COMPARED_SIDE`, at length 1. */
	readonly pixels: Float32Array;
	/** Its penultimate activations at length 1; null where they are left out or not all finite. */
	readonly features: Float32Array | null;
}

/** @param features its penultimate activations */
export function marksOf(image: IndexedImage, features: Float32Array | null): ImageMarks {
	const { index, source, label, pixels } = image;
	const { width, height, channels, data } = reduced(pixels, THUMBNAIL_SIDE);
	const compared = reduced(pixels, COMPARED_SIDE).data.slice();
	normalise(compared);
	const direction = features?.every(Number.isFinite) ? features.slice() : null;
	if (direction) normalise(direction);
	return {
		index,
		source,
		label: label ?? -1,
		thumbnail: { width, height, channels, data: Uint8Array.from(data, (value) => Math.round(255 * value)) },
		pixels: compared,
		features: direction,
	};
}

/** Length of `ImageMarks.pixels` for pictures of this size. */
export function comparedValues(width: number, height: number, channels: number): number {
	const { columns, rows } = smaller(width, height, COMPARED_SIDE);
	return columns * rows * channels;
}

function smaller(width: number, height: number, side: number): { readonly columns: number; readonly rows: number } {
	const factor = Math.min(1, side / Math.max(width, height));
	return { columns: Math.max(1, Math.round(width * factor)), rows: Math.max(1, Math.round(height * factor)) };
}

/** The picture with no side above `side`: each pixel the mean of those that it covers. */
export function reduced(picture: Pixels, side: number): Pixels {
	const { width, height, channels, data } = picture;
	const { columns, rows } = smaller(width, height, side);
	if (columns === width && rows === height) return picture;
	const small = new Float32Array(columns * rows * channels);
	for (let y = 0; y < rows; y++) {
		const [top, bottom] = [Math.floor((y * height) / rows), Math.ceil(((y + 1) * height) / rows)];
		for (let x = 0; x < columns; x++) {
			const [left, right] = [Math.floor((x * width) / columns), Math.ceil(((x + 1) * width) / columns)];
			const covered = (bottom - top) * (right - left);
			for (let c = 0; c < channels; c++) {
				let sum = 0;
				for (let i = top; i < bottom; i++)
					for (let j = left; j < right; j++) sum += data[(i * width + j) * channels + c] as number;
				small[(y * columns + x) * channels + c] = sum / covered;
			}
		}
	}
	return { width: columns, height: rows, channels, data: small };
}
