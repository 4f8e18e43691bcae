/** What is kept of a picture after it was scored: a small copy to show, and vectors that say what it has in common with others. */
import { type BytePicture, toBytes } from "../data/png.js";
import type { Pixels } from "../data/types.js";
import { normalise } from "../math/haar.js";
import type { IndexedImage } from "./layerReader.js";

/** The longest side of a picture that is shown small. */
export const THUMBNAIL_SIDE = 64;
/** The longest side of a picture whose pixels are compared. */
export const COMPARED_SIDE = 32;

/** Vectors are made when they are first asked for: most images leave all lists before. */
export class ImageMarks {
	readonly index: number;
	readonly source: string;
	/** -1 where the class isn't known. */
	readonly label: number;
	readonly thumbnail: BytePicture;
	#pixels: Float32Array | null = null;
	/** As they came until they are asked for. */
	#features: Float32Array | null;
	#isScaled = false;

	/** @param features its penultimate activations; null where they are left out */
	constructor({ index, source, label, pixels }: IndexedImage, features: Float32Array | null) {
		this.index = index;
		this.source = source;
		this.label = label ?? -1;
		this.thumbnail = toBytes(reduced(pixels, THUMBNAIL_SIDE));
		this.#features = features?.slice() ?? null;
	}

	/** Pixels of the thumbnail, no side above `COMPARED_SIDE`, at length 1. */
	get pixels(): Float32Array {
		if (this.#pixels) return this.#pixels;
		const { data } = reduced({ ...this.thumbnail, data: Float32Array.from(this.thumbnail.data) }, COMPARED_SIDE);
		normalise(data);
		this.#pixels = data;
		return data;
	}

	/** Penultimate activations at length 1; null where they are left out or not all finite. */
	get features(): Float32Array | null {
		if (this.#isScaled || !this.#features) return this.#features;
		if (this.#features.every(Number.isFinite)) normalise(this.#features);
		else this.#features = null;
		this.#isScaled = true;
		return this.#features;
	}
}

/** Length of `ImageMarks.pixels` for pictures of this size. */
export function comparedValues(width: number, height: number, channels: number): number {
	const thumbnail = smaller(width, height, THUMBNAIL_SIDE);
	const { columns, rows } = smaller(thumbnail.columns, thumbnail.rows, COMPARED_SIDE);
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
	const left = Array.from({ length: columns }, (_, x) => Math.floor((x * width) / columns));
	const right = Array.from({ length: columns }, (_, x) => Math.ceil(((x + 1) * width) / columns));
	for (let y = 0; y < rows; y++) {
		const [top, bottom] = [Math.floor((y * height) / rows), Math.ceil(((y + 1) * height) / rows)];
		for (let x = 0; x < columns; x++) {
			const [first, last] = [left[x] as number, right[x] as number];
			const [at, covered] = [(y * columns + x) * channels, (bottom - top) * (last - first)];
			for (let channel = 0; channel < channels; channel++) {
				let sum = 0;
				for (let i = top; i < bottom; i++) {
					const end = (i * width + last) * channels;
					for (let from = (i * width + first) * channels + channel; from < end; from += channels)
						sum += data[from] as number;
				}
				small[at + channel] = sum / covered;
			}
		}
	}
	return { width: columns, height: rows, channels, data: small };
}
